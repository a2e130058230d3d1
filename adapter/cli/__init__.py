"""The commands of `odwh-adapter`: each reads its settings, does one thing and says what it did.

Exit codes: 0 done, 1 it did not succeed (the message says why and what to do), 2 wrong usage.
"""

from __future__ import annotations

from pathlib import Path

import click

from adapter.cli.context import Context
from adapter.cli.dead_letters import dead_letters
from adapter.cli.demo import demo
from adapter.cli.doctor import doctor
from adapter.cli.enforcement import enforcement
from adapter.cli.keys import key
from adapter.cli.policy import policy
from adapter.cli.reconcile import reconcile
from adapter.cli.requests import requests
from adapter.cli.services import database, serve, worker
from adapter.cli.sync import sync
from adapter.cli.tasks import tasks
from adapter.cli.tranche import tranche


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="TOML file with settings; the environment (ODWH_*) goes before it.",
)
@click.version_option(package_name="odwh-lms-adapter")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Applies the learning policy between the LMS and the HRIS."""
    context.obj = Context(config)


for _command in (
    serve,
    worker,
    demo,
    doctor,
    sync,
    reconcile,
    tranche,
    requests,
    tasks,
    dead_letters,
    enforcement,
    key,
    policy,
    database,
):
    main.add_command(_command)
