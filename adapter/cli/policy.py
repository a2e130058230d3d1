"""`policy show|check|diff|what-if`: the parameters in force, a file before it is used, and what it
would change."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from adapter.cli.context import Context, pass_context
from adapter.cli.written import write_out
from adapter.clock import today
from adapter.reports.renderers import RENDERERS
from adapter.whatif.differences import differences
from adapter.whatif.other_policy import values_in
from adapter.whatif.report import report_of
from config.catalogue import Language
from config.policy_files import (
    FOLDER,
    PolicyFileError,
    check_policy_file,
    load_policy,
    read_policy_file,
)
from policy.dated_value import DatedValue
from policy.errors import InvalidParameter
from policy.parameter_list import SPECS
from policy.parameters import Policy

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


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
    for name in rules.absent:
        click.echo(f"not in the files: {name} = {SPECS[name].before}, as before it was added")
    if rules.adopted_on is None:
        click.echo("not adopted yet, as far as the files say (A1)")


@policy.command()
@click.argument("file", type=_FILE)
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
@click.argument("after", type=click.Path(path_type=Path, exists=True), required=False)
def diff(before: Path, after: Path | None) -> None:
    """What changes from BEFORE to AFTER, each a folder of parameter files, or a file that is added
    to the folder before it; one file alone is compared with the values that are shipped."""
    if after is None:
        before, after = FOLDER, before
    folder = before if before.is_dir() else FOLDER
    old, new = _values(before, FOLDER), _values(after, folder)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        if key in old:
            click.echo(f"- {_line(old[key])}")
        if key in new:
            click.echo(f"+ {_line(new[key])}")


@policy.command("what-if")
@click.option("--file", type=_FILE, required=True, help="The parameter file to try.")
@click.option("--year", type=click.IntRange(2000, 2999), help="Default: last year.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="html")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def what_if(context: Context, file: Path, year: int | None, form: str, output: Path | None) -> None:
    """What decisions, statements and hours of a past year would have been with FILE in force.

    Nothing is changed: old decisions keep the policy that they were made with.
    """
    parts = context.parts
    chosen = year or today(parts.clock).year - 1
    try:
        read = read_policy_file(file)
        load_policy(parts.settings.policy_folder or FOLDER, file)
        with parts.register.read() as connection:
            found = differences(connection, parts.policy, values_in(read, chosen), chosen)
    except (PolicyFileError, InvalidParameter) as error:
        raise click.ClickException(str(error)) from error
    language = Language(parts.settings.language)
    report = report_of(found, read, parts.policy, chosen, parts.clock.now(), language)
    write_out(RENDERERS[form].render(report), output)


def _values(path: Path, folder: Path) -> dict[tuple[str, date], DatedValue]:
    """Of a folder, or of `folder` with this file in it."""
    try:
        loaded: Policy = load_policy(path) if path.is_dir() else load_policy(folder, path)
    except PolicyFileError as error:
        raise click.ClickException(str(error)) from error
    return {(value.name, value.valid_from): value for value in loaded.values}


def _line(value: DatedValue) -> str:
    status = f"assumed, {value.assumption}" if value.assumption else "decided"
    return (
        f"{value.valid_from.isoformat()}  {value.name} = {value.value} {value.unit}  "
        f"({value.clause}; {status})"
    )
