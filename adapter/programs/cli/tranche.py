"""`tranche NAME`: the dossier for the management team out, its decisions in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from adapter.doors.imports.decision_columns import decision_sheet
from adapter.doors.imports.decisions import DecidedRow, DecidedSheet, import_decisions
from adapter.doors.imports.weighing_columns import LAYOUT
from adapter.doors.imports.weighings import import_weighings, weighing_sheet
from adapter.ground.clock import today
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.noting import note_export
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import (
    IN_A_FOLDER,
    echo_other_columns,
    echo_wrong_cells,
    write_document,
    write_out,
)
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.hours import ExtraHours
from adapter.views.dossier.documents import WORKBOOK, dossier_document
from adapter.views.dossier.dossier import make_dossier
from config.catalogue import Language, text
from policy.errors import UnknownTranche
from policy.money import euros
from policy.tranches import Tranche, tranche_named


@click.group()
@click.argument("name")
@click.pass_context
def tranche(context: click.Context, name: str) -> None:
    """A tranche by its NAME, such as 2027-1."""
    context.meta["tranche"] = name


@tranche.command()
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default=WORKBOOK)
@click.option("--output", type=click.Path(path_type=Path), help=IN_A_FOLDER)
@pass_context
def dossier(context: Context, form: str, output: Path | None) -> None:
    """What the management team decides from; as XLSX with the sheet to write decisions on."""
    found = _tranche(context)
    reader = Principal("command-line", "command line", Role.HR, None)
    with looking(context.parts, reader) as act:
        document = dossier_document(act, found, form, context.language)
    note_export(context, f"tranche {found.name} dossier", form)
    write_document(document, output)


@tranche.command("weighing-sheet")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def sheet_to_weigh(context: Context, output: Path | None) -> None:
    """What HR weighs and proposes, as XLSX to fill in; it comes back with `weigh`."""
    found = _tranche(context)
    with looking(context.parts, operator()) as act:
        written = weighing_sheet(make_dossier(act, found), context.language)
    note_export(context, f"tranche {found.name} weighing-sheet", WORKBOOK)
    write_out(written, output)


@tranche.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--valid-rows", is_flag=True, help="Keep the rows that are right, if any is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@pass_context
def weigh(context: Context, file: Path, valid_rows: bool, dry_run: bool) -> None:
    """Record the scores and proposals in FILE, a weighing sheet that was filled in.

    Nothing is kept when a row is wrong: each is named with its sheet, row and cell.
    """
    found, language = _tranche(context), context.language
    try:
        sheet = LAYOUT.read(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            written = import_weighings(act, found, sheet, valid_rows=valid_rows, dry_run=dry_run)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(written, language)
    changed, same = (written.outcomes[one] for one in (Outcome.CHANGED, Outcome.UNCHANGED))
    numbers = {"rows": written.rows, "changed": changed, "unchanged": same}
    told = text("commands.tranche.weighed", language, wrong=len(written.wrong), **numbers)
    kept = "" if act.kept else f" {text('commands.sheet.nothing_kept', language)}"
    click.echo(f"{told}{kept}")
    if written.wrong:
        raise SystemExit(1)


@tranche.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--decided-by", required=True, help="Who decided, as it is recorded.")
@click.option(
    "--decided-on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the decision; today."
)
@click.option("--valid-rows", is_flag=True, help="Record the right rows, leave out the wrong ones.")
@click.option("--dry-run", is_flag=True, help="Say what would be decided, and record nothing.")
@pass_context
def decide(
    context: Context,
    file: Path,
    decided_by: str,
    day: datetime | None,
    valid_rows: bool,
    dry_run: bool,
) -> None:
    """Record the decisions in FILE, a dossier as XLSX with its decision sheet filled in."""
    found = _tranche(context)
    parts, language = context.parts, context.language
    decided_on = day.date() if day else today(parts.clock)
    team = Principal("command-line", decided_by, Role.MANAGEMENT_TEAM, None)
    try:
        sheet = decision_sheet(file.read_bytes())
        with acting(parts, team) as act:
            done = import_decisions(
                act, found, sheet, decided_on, valid_rows=valid_rows, dry_run=dry_run
            )
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(done.written, language)
    if not act.kept and not dry_run:
        raise click.ClickException(text("tranches.decide.nothing_applied", language))
    if dry_run:
        for one in done.decided:
            click.echo(_decided(one, language))
            for extra in one.exemptions:
                click.echo(_exempted(one, extra, language))
    summary = "would_apply" if dry_run else "applied"
    click.echo(_summary(summary, done, language))
    if done.written.wrong:
        raise click.exceptions.Exit(1)


def _decided(one: DecidedRow, language: Language) -> str:
    numbers = {"row": one.row, "title": one.title}
    outcome = text(f"tranches.outcome.{one.outcome}", language)
    if one.terms is None:
        return text("tranches.decide.would_decide", language, outcome=outcome, **numbers)
    return text(
        "tranches.decide.would_grant",
        language,
        outcome=outcome,
        costs=euros(one.terms.costs_cents),
        hours=one.terms.hours,
        scheme=text(f"tranches.word.{'yes' if one.terms.repayment_scheme else 'no'}", language),
        **numbers,
    )


def _exempted(one: DecidedRow, extra: ExtraHours, language: Language) -> str:
    return text(
        "tranches.decide.would_exempt",
        language,
        row=one.row,
        employee=extra.employee_id,
        year=extra.year,
        hours=extra.extra_hours,
    )


def _summary(name: str, done: DecidedSheet, language: Language) -> str:
    written = done.written
    return text(
        f"tranches.decide.{name}",
        language,
        applied=written.outcomes[Outcome.CHANGED],
        unchanged=written.outcomes[Outcome.UNCHANGED],
        empty=done.empty,
        refused=len({wrong.row for wrong in written.wrong}),
    )


def _tranche(context: Context) -> Tranche:
    name = click.get_current_context().meta["tranche"]
    try:
        return tranche_named(name, context.parts.policy)
    except UnknownTranche as error:
        raise click.ClickException(str(error)) from error
