"""`person export|erase|past-term`: what is kept of somebody, given and erased (AVG 15 and 17)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, select

from adapter.ground.clock import today
from adapter.ground.parts import Bare
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import SignedFileRow
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_look
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import write_out
from adapter.programs.cli.people import EMPLOYEE
from adapter.register.audit_log import note_act
from adapter.views.privacy.erasure import erase as erase_person
from adapter.views.privacy.erasure_plan import (
    ErasurePlan,
    Fate,
    NobodyKnown,
    Notice,
    Refusal,
    plan_erasure,
)
from adapter.views.privacy.leavers import past_record_term
from adapter.views.privacy.person_records import PersonRecords, own_records, records_about
from adapter.views.privacy.person_report import person_report

_FATES = {
    Fate.REMOVED: "go",
    Fate.EMPTIED: "stay without names and addresses",
    Fate.PSEUDONYMISED: "stay under a pseudonym, without what people typed",
    Fate.STAYS_AS_RECORD: "stay: records by the selection list (AVG 17(3)(b), Archiefwet)",
    Fate.ENDS_BY_ITSELF: "stay until the nightly job removes them at their term (AVG 17(3)(b))",
}
REFUSALS = {
    Refusal.IN_SERVICE: "is in service: the policy is applied to this employee (AVG 17(1)(a) does "
    "not hold)",
    Refusal.EXIT_OPEN: "has an exit that is not effective yet; see HR's tasks",
    Refusal.CLAIM_OPEN: "has a repayment claim that is not settled, waived or withdrawn "
    "(AVG 17(3)(e))",
}
NOTICES = {
    Notice.HRIS_SHOWS: "the HRIS still shows this employee: what is erased comes back with the "
    "next reading, until it is removed there",
    Notice.LMS_SHOWS: "the LMS still shows an account: delete it there (Moodle: Users, Privacy "
    "and policies), or name and address come back with the next reading",
}


@click.group()
def person() -> None:
    """What is kept of one person: to give it, and to erase it."""


@person.command()
@EMPLOYEE
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to. Default: person-<number> here.",
)
@pass_context
def export(context: Context, employee: str, output: Path | None) -> None:
    """Write all that is kept of an employee: HTML and PDF to read, JSON for programs, and the
    files of signed agreements."""
    bare = context.bare
    folder = output or Path(f"person-{employee}")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder}: is not empty; name another folder with --output")
    with bare.register.write() as connection:
        found = records_about(connection, employee)
        if not found.rows and not found.acted:
            raise click.ClickException(_nobody(employee))
        kept = own_records(connection, employee)
        files = _files(connection, found)
        note_act(
            connection,
            bare.clock.now(),
            actor=operator().name,
            action="export-person",
            record=employee,
            result="given",
            about=employee,
        )
    report = person_report(found, bare.settings.retention, bare.clock.now(), context.language)
    as_json = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
    written = {
        f"{employee}.html": RENDERERS["html"].render(report),
        f"{employee}.pdf": RENDERERS["pdf"].render(report),
        f"{employee}.json": as_json,
        **files,
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in written.items():
        write_out(content, folder / name)
    rows = sum(len(several) for several in found.rows.values())
    click.echo(f"{rows} rows of {len(found.rows)} tables, {len(files)} files", err=True)


@person.command()
@EMPLOYEE
@click.option(
    "--confirm", is_flag=True, help="Erase; without it only says what would become of it."
)
@click.option("--ground", help="The request or reason on which it is done; kept with the erasure.")
@listing
@pass_context
def erase(
    context: Context, employee: str, confirm: bool, ground: str | None, as_json: bool
) -> None:
    """Erase what nobody needs of an employee any more. What must stay is named, with the ground."""
    if confirm and not ground:
        raise click.UsageError("--ground says on which request or reason it is done")
    bare = context.bare
    if not confirm:
        with bare.register.read() as connection:
            plan = _plan(bare, connection, employee)
        note_look(context, "person erase", about=employee)
        _tell(plan, as_json)
        return
    with bare.register.write() as connection:
        plan = _plan(bare, connection, employee)
        if plan.refusals:
            raise click.ClickException(
                "; ".join(f"{employee} {REFUSALS[one]}" for one in plan.refusals)
                + "; nothing was erased"
            )
        erased = erase_person(
            connection, plan, by=operator().name, ground=ground or "", now=bare.clock.now()
        )
    if as_json:
        echo_json({"pseudonym": erased.pseudonym, "rows": dict(erased.rows)})
    else:
        for table, rows in erased.rows.items():
            click.echo(f"{table}: {rows}")
    for notice in plan.notices:
        click.echo(NOTICES[notice], err=True)
    click.echo(
        f"records stay under the employee number until {plan.records_until}"
        if erased.pseudonym is None
        else f"now {erased.pseudonym}",
        err=True,
    )
    click.echo("backups of before still hold it: see docs/operations.md, Backups", err=True)


@person.command("past-term")
@listing
@pass_context
def past_term(context: Context, as_json: bool) -> None:
    """Whose records are past their term by the selection list. They are erased by `person erase`,
    one by one: nothing is destroyed by itself."""
    bare = context.bare
    before = today(bare.clock) - timedelta(days=bare.settings.retention.records_days)
    with bare.register.read() as connection:
        leavers = past_record_term(connection, before)
    note_look(context, "person past-term")
    if as_json:
        echo_json([{"employeeId": one.employee_id, "lastDay": one.last_day} for one in leavers])
    else:
        for one in leavers:
            click.echo(f"{one.employee_id}  {one.last_day}")
    click.echo(f"{len(leavers)} people left before {before}", err=True)


def _plan(bare: Bare, connection: Connection, employee: str) -> ErasurePlan:
    now, day = bare.clock.now(), today(bare.clock)
    try:
        return plan_erasure(connection, employee, bare.settings.retention, now, day)
    except NobodyKnown as error:
        raise click.ClickException(_nobody(employee)) from error


def _nobody(employee: str) -> str:
    return f"{employee}: the register holds nothing about this number; correct --employee"


def _tell(plan: ErasurePlan, as_json: bool) -> None:
    if as_json:
        echo_json(
            {
                "employeeId": plan.employee_id,
                "lastDay": plan.last_day,
                "recordsUntil": plan.records_until,
                "refusals": list(plan.refusals),
                "notices": list(plan.notices),
                "tables": [
                    {"table": one.table, "rows": one.rows, "becomes": one.fate}
                    for one in plan.tables
                ],
            }
        )
    else:
        for line in _lines(plan):
            click.echo(line)
    for refusal in plan.refusals:
        click.echo(f"not now: {plan.employee_id} {REFUSALS[refusal]}", err=True)
    for notice in plan.notices:
        click.echo(f"first: {NOTICES[notice]}", err=True)
    click.echo(
        "nothing was erased"
        if plan.refusals
        else 'nothing was erased; with --confirm --ground "…" it is',
        err=True,
    )


def _lines(plan: ErasurePlan) -> Iterator[str]:
    for fate, words in _FATES.items():
        tables = [f"{one.table} {one.rows}" for one in plan.tables if one.fate is fate]
        if tables:
            yield f"{words}:"
            yield from (f"  {table}" for table in tables)
    if plan.records_until is not None and not plan.whole:
        yield f"records stay until {plan.records_until} (ODWH_RETENTION_RECORDS_DAYS)"


def _files(connection: Connection, found: PersonRecords) -> dict[str, bytes]:
    """The signed files of the person's agreements, each under the agreement's id and its number."""
    agreements = [row["id"] for row in found.rows.get("agreements", ())]
    uploaded = select(SignedFileRow).where(SignedFileRow.agreement_id.in_(agreements))
    return {
        f"agreement-{row.agreement_id}-{row.number}.pdf": row.content
        for row in rows_of(connection, uploaded)
    }
