"""`policy show|adopt|check|diff|what-if`: the parameters in force, their adoption, a file before it
is used, and what it would change."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from adapter.ground.clock import today
from adapter.ground.rendering.documents import document_of
from adapter.ground.rendering.renderers import RENDERERS
from adapter.programs.cli.context import COMMANDS_SPEAK, Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_export
from adapter.programs.cli.output import IN_A_FOLDER, write_document
from adapter.register.adoption import Adoption, adoptions, in_effect_from
from adapter.register.keys import Principal, Role
from adapter.subjects.requests import adopting
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.adopting import AdoptionContent
from adapter.subjects.requests.refusals import WrongFields
from adapter.views.what_if.differences import differences
from adapter.views.what_if.other_policy import values_in
from adapter.views.what_if.report import report_of
from config.catalogue import Language, text
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
_DAY = click.DateTime(["%Y-%m-%d"])
_OPTIONS = {
    "/adoptedDate": "--on",
    "/effectiveDate": "--effective",
    "/worksCouncilDate": "--works-council",
    "/dpiaDate": "--dpia",
}
"""The option behind a member of the API."""


@click.group()
def policy() -> None:
    """The policy's parameters."""


@policy.command()
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@listing
@pass_context
def show(context: Context, day: datetime | None, as_json: bool) -> None:
    """The values in force on a day, each with its source."""
    on: date = day.date() if day else today(context.parts.clock)
    rules = context.parts.policy
    if as_json:
        with context.parts.register.read() as connection:
            recorded = adoptions(connection)
        echo_json(
            {
                "version": rules.version,
                "onDate": on,
                "values": [_members(value) for value in rules.values_on(on)],
                "absent": list(rules.absent),
                "effectiveDate": in_effect_from(recorded),
            }
        )
        return
    click.echo(f"version {rules.version}, on {on.isoformat()}")
    for value in rules.values_on(on):
        click.echo(_line(value))
    for name in rules.absent:
        click.echo(f"not in the files: {name} = {SPECS[name].before}, as before it was added")
    with context.parts.register.read() as connection:
        recorded = adoptions(connection)
    click.echo(_standing(recorded, on))


@policy.command()
@click.option("--on", "day", type=_DAY, required=True, help="The day of the decision.")
@click.option("--by", required=True, help="Who records it, for the management team.")
@click.option("--document", help="The minute or document that it rests on.")
@click.option("--effective", type=_DAY, help="From when it may be enforced. Default: that day.")
@click.option("--works-council", type=_DAY, help="The day of the works council's consent.")
@click.option("--dpia", type=_DAY, help="The day of the data protection assessment.")
@pass_context
def adopt(
    context: Context,
    day: datetime,
    by: str,
    document: str | None,
    effective: datetime | None,
    works_council: datetime | None,
    dpia: datetime | None,
) -> None:
    """Record that the management team adopted the policy; without it nothing is enforced.

    It is never taken back, only followed by another one, such as when the works council consented.
    """
    content = AdoptionContent(
        adopted_on=day.date(),
        effective_on=effective and effective.date(),
        document=document,
        works_council_on=works_council and works_council.date(),
        dpia_on=dpia and dpia.date(),
    )
    team = Principal("command-line", by, Role.MANAGEMENT_TEAM, None)
    parts = context.parts
    try:
        with acting(parts, team) as act:
            adopting.adopt(act, content)
            recorded = adoptions(act.connection)
    except WrongFields as error:
        raise click.ClickException(_refused(error, COMMANDS_SPEAK)) from error
    click.echo(_standing(recorded, today(parts.clock)))
    last = recorded[-1]
    for name, value in (
        ("the minute or document (--document)", last.document),
        ("the works council's consent (--works-council)", last.works_council_on),
        ("the data protection assessment (--dpia)", last.dpia_on),
    ):
        if value is None:
            click.echo(f"not recorded: {name}; every report says so until an adoption names it")


def _standing(recorded: tuple[Adoption, ...], on: date) -> str:
    effective = in_effect_from(recorded)
    if effective is None:
        return (
            "not adopted: nothing is enforced until `odwh-adapter policy adopt` records the "
            "management team's decision"
        )
    works = "in effect from" if effective <= on else "not in effect until"
    last = recorded[-1]
    return f"adopted on {last.adopted_on.isoformat()}, {works} {effective.isoformat()}"


def _refused(error: WrongFields, language: Language) -> str:
    return "; ".join(
        f"{_OPTIONS[one.pointer]}: {text(f'procedure.field.{one.reason}', language, **one.numbers)}"
        for one in error.fields
    )


@policy.command()
@click.argument("file", type=_FILE)
@listing
def check(file: Path, as_json: bool) -> None:
    """Whether a parameter file can be used; every fault with its key and reason."""
    faults = check_policy_file(file)
    if as_json:
        echo_json({"file": file, "faults": [str(fault) for fault in faults]})
    else:
        for fault in faults:
            click.echo(str(fault), err=True)
    if faults:
        raise SystemExit(1)
    if not as_json:
        click.echo(f"{file}: in order")


@policy.command()
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True), required=False)
@listing
def diff(before: Path, after: Path | None, as_json: bool) -> None:
    """What changes from BEFORE to AFTER, each a folder of parameter files, or a file that is added
    to the folder before it; one file alone is compared with the values that are shipped."""
    if after is None:
        before, after = FOLDER, before
    folder = before if before.is_dir() else FOLDER
    old, new = _values(before, FOLDER), _values(after, folder)
    changed = [key for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)]
    if as_json:
        echo_json(
            [
                {
                    "before": _members(old[key]) if key in old else None,
                    "after": _members(new[key]) if key in new else None,
                }
                for key in changed
            ]
        )
        return
    for key in changed:
        if key in old:
            click.echo(f"- {_line(old[key])}")
        if key in new:
            click.echo(f"+ {_line(new[key])}")


@policy.command("what-if")
@click.option("--file", type=_FILE, required=True, help="The parameter file to try.")
@click.option("--year", type=click.IntRange(2000, 2999), help="Default: last year.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="html")
@click.option("--output", type=click.Path(path_type=Path), help=IN_A_FOLDER)
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
    language = context.language
    report = report_of(found, read, parts.policy, chosen, parts.clock.now(), language)
    document = document_of(report, form)
    note_export(context, f"policy what-if {chosen}", form)
    write_document(document, output)


def _values(path: Path, folder: Path) -> dict[tuple[str, date], DatedValue]:
    """Of a folder, or of `folder` with this file in it."""
    try:
        loaded: Policy = load_policy(path) if path.is_dir() else load_policy(folder, path)
    except PolicyFileError as error:
        raise click.ClickException(str(error)) from error
    return {(value.name, value.valid_from): value for value in loaded.values}


def _members(value: DatedValue) -> dict[str, object]:
    return {
        "name": value.name,
        "value": value.value,
        "unit": value.unit,
        "validFromDate": value.valid_from,
        "clause": value.clause,
        "assumption": value.assumption or None,
    }


def _line(value: DatedValue) -> str:
    status = f"assumed, {value.assumption}" if value.assumption else "decided"
    return (
        f"{value.valid_from.isoformat()}  {value.name} = {value.value} {value.unit}  "
        f"({value.clause}; {status})"
    )
