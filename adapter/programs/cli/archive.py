"""`archive export|destroy|declaration`: records to the agency's archive, and their destruction by
the selection list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from adapter.ground.clock import today
from adapter.ground.rendering.renderers import RENDERERS
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import write_out
from adapter.programs.cli.person import NOTICES, REFUSALS
from adapter.views.archive.declaration import declaration_report
from adapter.views.archive.destruction import (
    Act,
    AnotherList,
    NothingToDestroy,
    declaration_of,
    declarations,
    destroy_records,
)
from adapter.views.archive.destruction_list import (
    Hindrance,
    PastTerm,
    destruction_list,
    mark_of,
)
from adapter.views.archive.exports import Wanted, export_objects
from adapter.views.archive.packages import Archiving

_HINDRANCES = {
    Hindrance.NOT_EXPORTED: "not exported yet: run `archive export`",
    Hindrance.CHANGED_SINCE: "something was added after the export: run `archive export` again",
    Hindrance.KEPT_FOR_GOOD: "kept for good (ODWH_ARCHIVE_KEPT_FOR_GOOD): transfer it",
}


@click.group()
def archive() -> None:
    """Records to the agency's archive (MDTO), and their destruction by the selection list."""


@archive.command()
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="All that was made up to and including this day, as 2027-12-31.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write to; each object gets a folder in it.",
)
@click.option("--again", is_flag=True, help="Also what was exported before, as for a lost folder.")
@pass_context
def export(context: Context, until: datetime, folder: Path, again: bool) -> None:
    """Write each decision, ruling, agreement, statement and claim as PDF and JSON, with MDTO beside
    it. What was exported before, and stands as it did, is not written again."""
    bare = context.bare
    if until.date() > today(bare.clock):
        raise click.UsageError(f"--until {until:%Y-%m-%d} has not come yet")
    wanted = Wanted(until.date(), folder, again)
    done = export_objects(bare.register, bare.clock, _archiving(context), wanted, operator().name)
    click.echo(
        f"{done.objects} objects written to {folder}, {done.again} of them again; {done.already} "
        "were exported already, and stand as they did",
        err=True,
    )


@archive.command()
@click.option(
    "--list", "mark", help="The mark of the list, as it was shown: destroy what is on it."
)
@click.option("--by", help="Who decided it, by name and function; kept in the declaration.")
@click.option("--ground", help="The decision or mandate on which it is done; kept with it.")
@listing
@pass_context
def destroy(
    context: Context, mark: str | None, by: str | None, ground: str | None, as_json: bool
) -> None:
    """List whose records are past their term and what stands in the way. With the mark of that list
    they are destroyed, and a declaration is kept."""
    if mark is not None and not (by and ground):
        raise click.UsageError("--by says who decided it, and --ground on which decision")
    bare, archiving = context.bare, _archiving(context)
    now = bare.clock.now()
    if mark is None:
        with bare.register.read() as connection:
            people = destruction_list(connection, archiving, now)
        note_look(context, "archive destroy")
        _tell(people, as_json)
        return
    act = Act(by or "", operator().name, ground or "")
    with bare.register.write() as connection:
        people = destruction_list(connection, archiving, now)
        try:
            destroyed = destroy_records(connection, people, mark, act, archiving, now)
        except NothingToDestroy as error:
            raise click.ClickException("nothing can be destroyed; nothing was") from error
        except AnotherList as error:
            raise click.ClickException(
                f"the list is another one now ({error}): look at it again; nothing was destroyed"
            ) from error
    if as_json:
        echo_json({"declaration": destroyed.declaration, "rows": dict(destroyed.rows)})
    else:
        for table, rows in destroyed.rows.items():
            click.echo(f"{table}: {rows}")
    click.echo(
        f"destroyed: {destroyed.objects} objects of {destroyed.people} people; "
        f"`archive declaration {destroyed.declaration} --output FILE` writes the declaration",
        err=True,
    )
    click.echo(
        "backups of before, and the archive itself, still hold them: see docs/retention.md",
        err=True,
    )


@archive.command()
@click.argument("number", required=False, metavar="[ID]")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With an ID: the PDF to write.",
)
@listing
@pass_context
def declaration(context: Context, number: str | None, output: Path | None, as_json: bool) -> None:
    """List the declarations of destruction, or write the one with this ID as PDF."""
    bare = context.bare
    if number is None:
        with bare.register.read() as connection:
            kept = declarations(connection)
        if as_json:
            echo_json(
                [
                    {
                        "id": row.id,
                        "destroyedAt": row.destroyed_at,
                        "destroyedBy": row.destroyed_by,
                        "ground": row.ground,
                        "objects": row.objects,
                    }
                    for row in kept
                ]
            )
        else:
            for row in kept:
                click.echo(
                    f"{row.id}  {row.destroyed_at:%Y-%m-%d}  {len(row.objects)} objects  "
                    f"{row.destroyed_by}: {row.ground}"
                )
        click.echo(f"{len(kept)} declarations", err=True)
        return
    with bare.register.read() as connection:
        found = declaration_of(connection, number)
    if found is None:
        raise click.ClickException(f"{number}: there is no such declaration; list them without ID")
    report = declaration_report(found, bare.settings.organisation.name, context.language)
    write_out(RENDERERS["json" if as_json else "pdf"].render(report), output)


def _archiving(context: Context) -> Archiving:
    archiving = Archiving.by(context.bare.settings, context.language)
    if archiving is None:
        raise click.ClickException(
            "there is no selection list: set ODWH_ARCHIVE_SELECTION_LIST and "
            "ODWH_ARCHIVE_CATEGORIES (docs/retention.md)"
        )
    return archiving


def _tell(people: Sequence[PastTerm], as_json: bool) -> None:
    ready = [one for one in people if one.ready]
    if as_json:
        echo_json(
            {
                "mark": mark_of(people) if ready else None,
                "people": [
                    {
                        "employeeId": one.employee_id,
                        "lastDay": one.last_day,
                        "keptUntil": one.last_on,
                        "ready": one.ready,
                        "refusals": list(one.refusals),
                        "notices": list(one.notices),
                        "objects": [
                            {**each.told(), "hindrance": each.hindrance} for each in one.objects
                        ],
                    }
                    for one in people
                ],
            }
        )
    else:
        for person in people:
            _tell_person(person)
    click.echo(f"{len(people)} people past their term, {len(ready)} of them ready", err=True)
    click.echo(
        f'nothing was destroyed; with --list {mark_of(people)} --by "…" --ground "…" it is'
        if ready
        else "nothing was destroyed",
        err=True,
    )


def _tell_person(person: PastTerm) -> None:
    kinds = Counter(f"{one.kind} ({one.category})" for one in person.objects)
    state = "ready" if person.ready else "not yet"
    click.echo(
        f"{person.employee_id}  left {person.last_day}  kept until {person.last_on}  {state}"
    )
    for kind, number in sorted(kinds.items()):
        click.echo(f"  {kind}: {number}")
    for hindrance, number in Counter(one.hindrance for one in person.objects).items():
        if hindrance is not None:
            click.echo(f"  {number} {_HINDRANCES[hindrance]}")
    for refusal in person.refusals:
        click.echo(f"  {REFUSALS[refusal]}")
    for notice in person.notices:
        click.echo(f"  {NOTICES[notice]}")
