"""`policy show|check|diff`: the parameters in force, a file before it is used, a difference."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from adapter.cli.context import Context, pass_context
from adapter.clock import today
from config.policy_files import PolicyFileError, check_policy_file, load_policy
from policy.dated_value import DatedValue
from policy.parameters import Policy


@click.group()
def policy() -> None:
    """The policy's parameters."""


@policy.command()
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@pass_context
def show(context: Context, day: datetime | None) -> None:
    """The values in force on a day, each with its source."""
    on: date = day.date() if day else today(context.parts.clock)
    rules = context.parts.policy
    click.echo(f"version {rules.version}, on {on.isoformat()}")
    for value in rules.values_on(on):
        click.echo(_line(value))
    if rules.adopted_on is None:
        click.echo("not adopted yet, as far as the files say (A1)")


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def check(file: Path) -> None:
    """Whether a parameter file can be used; every fault with its key and reason."""
    faults = check_policy_file(file)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise SystemExit(1)
    click.echo(f"{file}: in order")


@policy.command()
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
def diff(before: Path, after: Path) -> None:
    """What changes between two folders of parameter files."""
    old, new = _values(before), _values(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        if key in old:
            click.echo(f"- {_line(old[key])}")
        if key in new:
            click.echo(f"+ {_line(new[key])}")


def _values(folder: Path) -> dict[tuple[str, date], DatedValue]:
    try:
        loaded: Policy = load_policy(folder)
    except PolicyFileError as error:
        raise click.ClickException(str(error)) from error
    return {(value.name, value.valid_from): value for value in loaded.values}


def _line(value: DatedValue) -> str:
    status = f"assumed, {value.assumption}" if value.assumption else "decided"
    return (
        f"{value.valid_from.isoformat()}  {value.name} = {value.value} {value.unit}  "
        f"({value.clause}; {status})"
    )
