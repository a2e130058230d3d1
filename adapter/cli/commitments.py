"""`commitments template|import|left`: what was promised before the policy, by spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Row

from adapter.cli.context import Context, pass_context
from adapter.cli.operator import operator
from adapter.cli.written import echo_other_columns, write_out
from adapter.imports import template as sheet_template
from adapter.imports.commitment_columns import LAYOUT
from adapter.imports.commitments import (
    CommitmentsImport,
    NotKept,
    commitments_sheet,
    import_commitments,
)
from adapter.imports.wrong_cells import UnreadableWorkbook
from adapter.procedure.acts import Act, acting, looking
from adapter.procedure.commitment_decisions import (
    CommitmentFilter,
    commitment_decision_of,
    commitment_proposals_of,
    list_commitments,
)
from config.catalogue import Language


@click.group()
def commitments() -> None:
    """Existing commitments by spreadsheet, and what is left of them."""


@commitments.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def template(context: Context, output: Path | None) -> None:
    """Write an empty sheet with its columns and explanation as XLSX."""
    write_out(sheet_template.render(LAYOUT, Language(context.settings.language)), output)


@commitments.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--valid-rows", is_flag=True, help="Keep the rows that are right, if any is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@pass_context
def import_(context: Context, file: Path, valid_rows: bool, dry_run: bool) -> None:
    """Record the commitments of FILE; what is recorded already is left alone.

    Nothing is kept when a row is wrong: each is named with its sheet, row and cell.
    """
    language = Language(context.settings.language)
    kept = True
    try:
        sheet = commitments_sheet(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_commitments(act, sheet, valid_rows=valid_rows, dry_run=dry_run)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    except NotKept as error:
        found, kept = error.found, False
    for wrong in found.wrong:
        click.echo(wrong.line(language), err=True)
    click.echo(_summary(found, kept))
    if found.wrong:
        raise SystemExit(1)


@commitments.command()
@pass_context
def left(context: Context) -> None:
    """List what still counts: not decided yet, or honoured. Oldest promise first."""
    with looking(context.parts, operator()) as act:
        rows = list_commitments(act, CommitmentFilter.OPEN)
        lines = [(row, _standing(act, row)) for row in rows]
    for row, standing in lines:
        name = row.reference or row.id
        promised = row.agreed_on.isoformat()
        click.echo(f"{promised}  {row.employee_id}  {name}  {row.title}: {standing}")
    honoured = sum(standing == "honoured" for _, standing in lines)
    click.echo(f"{len(lines) - honoured} undecided, {honoured} honoured")


def _standing(act: Act, row: Row[Any]) -> str:
    if commitment_decision_of(act, row.id) is not None:
        return "honoured"
    proposals = commitment_proposals_of(act, row.id)
    return f"undecided, proposed: {proposals[-1].outcome}" if proposals else "undecided"


def _summary(found: CommitmentsImport, kept: bool) -> str:
    ending = "" if kept else "; nothing was kept"
    counts = f"{found.recorded} recorded, {found.known} known already"
    return f"{found.rows} rows: {counts}, {len(found.wrong)} wrong cells{ending}"
