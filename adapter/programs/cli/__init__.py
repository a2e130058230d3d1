"""The commands of `odwh-adapter`: each reads its settings, does one thing and says what it did.

Exit codes: 0 done, 1 it did not succeed (the message says why and what to do), 2 wrong usage.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from config.catalogue import Language

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("services:serve", "Run the web service, and a worker beside it."),
    "worker": (
        "services:worker",
        "Process the inbox, deliver the outbox and run the periodic jobs.",
    ),
    "demo": ("demo:demo", "Run the main job on a sandbox LMS and HRIS."),
    "sandbox": (
        "sandbox:sandbox",
        "Run a sandbox LMS and HRIS with 120 invented people until Ctrl-C, and print the "
        "settings that connect an adapter to them.",
    ),
    "config": ("config:config", "The settings file."),
    "doctor": ("doctor:doctor", "Check settings, database, LMS, HRIS and mail."),
    "status": (
        "status:status",
        "How the service is: register, parts, queues, dead letters, pause, adoption and jobs.",
    ),
    "moodle-preset": (
        "moodle_preset:moodle_preset",
        "Write the request form as a preset for Moodle (docs/moodle.md, step 7).",
    ),
    "sync": (
        "sync:sync",
        "Read employees, courses, enrolments and requests now (all, or one), and write the "
        "accounts of employees and what they see of their learning where that is switched on.",
    ),
    "reconcile": (
        "reconcile:reconcile",
        "Compare HRIS, LMS and register, and report what differs or breaks a rule.",
    ),
    "report": ("report:report", "Write a report, over a period or as things stand now."),
    "open-data": (
        "open_data:open_data",
        "Write the figures as tables, with a dictionary of every table and column.",
    ),
    "tranche": ("tranche:tranche", "A tranche by its NAME, such as 2027-1."),
    "requests": ("requests:requests", "Training requests by spreadsheet."),
    "commitments": (
        "commitments:commitments",
        "Existing commitments by spreadsheet, and what is left of them.",
    ),
    "quality-criteria": (
        "quality_criteria:quality_criteria",
        "What the quality criteria require, who is in which expertise, and certificates.",
    ),
    "tasks": ("tasks:tasks", "All that waits for a person."),
    "dead-letters": (
        "dead_letters:dead_letters",
        "Events that could not be processed and actions that could not be delivered.",
    ),
    "enforcement": ("enforcement:enforcement", "Stop and start writing to the LMS."),
    "key": ("keys:key", "API keys."),
    "sign-in-link": (
        "people:sign_in_link",
        "Print a link that signs this employee in at the pages, once, within ten minutes.",
    ),
    "role": (
        "people:role",
        "Roles at the pages, beside employee and manager, which follow from the HRIS.",
    ),
    "session": ("people:session", "Who is signed in at the pages."),
    "lms": ("lms:lms", "The LMS from which people come to the pages (LTI 1.3)."),
    "person": ("person:person", "What is kept of one person: to give it, and to erase it."),
    "policy": ("policy:policy", "The policy's parameters."),
    "audit": ("audit:audit", "The logs that are only added to."),
    "organisations": (
        "organisations:organisations",
        "The organisations of an installation that serves several.",
    ),
    "db": ("services:database", "The register's database."),
    "archive": (
        "archive:archive",
        "Records to the agency's archive (MDTO), and their destruction by the selection list.",
    ),
    "backup": (
        "backup:backup",
        "Write the register to a new FILE while processes write in it, and verify what was "
        "written.",
    ),
    "restore": (
        "backup:restore",
        "Put the backup in FILE into the register, which must be empty; verify it, and bring it to "
        "the revision of this version.",
    ),
}
"""Command to module and name below `adapter.programs.cli`, and what it does: the list of all need
not load them."""


def _imported(module: str) -> ModuleType:
    """Classes and functions by the hundred thousand, which stay: circles that nobody needs are not
    looked for among them, now or later."""
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


class _OnDemand(click.Group):
    """Imports a command when it is asked for: making a key need not load the web service."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        imported = _imported(f"adapter.programs.cli.{module}")
        command: click.Command = getattr(imported, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """No command answers a database, LMS or HRIS that fails with a traceback."""
        from adapter.programs.cli.context import plain_errors

        with plain_errors(lambda: ctx.obj):
            return super().invoke(ctx)


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file with settings; the environment (ODWH_*) goes before it.",
)
@click.option(
    "--language",
    type=click.Choice([one.value for one in Language]),
    help="Of reports, letters and spreadsheets, in place of the setting ODWH_LANGUAGE.",
)
@click.option(
    "--organisation",
    metavar="NAME",
    envvar="ODWH_FOR_ORGANISATION",
    help="For which one, where this installation serves several.",
)
@click.version_option(package_name="odwh-lms-adapter")
@click.pass_context
def main(
    context: click.Context, config: Path | None, language: str | None, organisation: str | None
) -> None:
    """Applies the learning policy between the LMS and the HRIS."""
    from adapter.ground.log import log_of
    from adapter.programs.cli.context import Context
    from adapter.register.audit_log import COMMAND, come_by

    come_by(COMMAND)
    context.with_resource(log_of(organisation))
    chosen = None if language is None else Language(language)
    context.obj = Context(config, chosen, organisation)
    context.call_on_close(context.obj.close)
