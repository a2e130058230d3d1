"""The commands of `odwh-adapter`: each reads its settings, does one thing and says what it did.

Exit codes: 0 done, 1 it did not succeed (the message says why and what to do), 2 wrong usage.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from adapter.programs.cli.context import Context, plain_errors
from adapter.register.audit_log import COMMAND, come_by
from config.catalogue import Language

COMMANDS = {
    "serve": "services:serve",
    "worker": "services:worker",
    "demo": "demo:demo",
    "sandbox": "sandbox:sandbox",
    "config": "config:config",
    "doctor": "doctor:doctor",
    "status": "status:status",
    "moodle-preset": "moodle_preset:moodle_preset",
    "sync": "sync:sync",
    "reconcile": "reconcile:reconcile",
    "report": "report:report",
    "tranche": "tranche:tranche",
    "requests": "requests:requests",
    "commitments": "commitments:commitments",
    "tasks": "tasks:tasks",
    "dead-letters": "dead_letters:dead_letters",
    "enforcement": "enforcement:enforcement",
    "key": "keys:key",
    "sign-in-link": "people:sign_in_link",
    "role": "people:role",
    "session": "people:session",
    "lms": "lms:lms",
    "person": "person:person",
    "policy": "policy:policy",
    "audit": "audit:audit",
    "db": "services:database",
    "backup": "backup:backup",
    "restore": "backup:restore",
}
"""Command to module and name below `adapter.programs.cli`."""


class _OnDemand(click.Group):
    """Imports a command when it is asked for: making a key need not load the web service."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(f"adapter.programs.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """No command answers a database, LMS or HRIS that fails with a traceback."""
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
@click.version_option(package_name="odwh-lms-adapter")
@click.pass_context
def main(context: click.Context, config: Path | None, language: str | None) -> None:
    """Applies the learning policy between the LMS and the HRIS."""
    come_by(COMMAND)
    context.obj = Context(config, None if language is None else Language(language))
    context.call_on_close(context.obj.close)
