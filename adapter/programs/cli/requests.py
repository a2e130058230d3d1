"""`requests template|import`: training requests by spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.doors.imports.request_columns import LAYOUT
from adapter.doors.imports.requests import (
    ImportOptions,
    import_requests,
)
from adapter.ground.spreadsheets import template as sheet_template
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import echo_other_columns, echo_wrong_cells, write_out
from adapter.subjects.requests.acts import acting
from config.catalogue import Language, text


@click.group()
def requests() -> None:
    """Training requests by spreadsheet."""


@requests.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def template(context: Context, output: Path | None) -> None:
    """Write an empty sheet with its columns, lists and explanation as XLSX."""
    write_out(sheet_template.render(LAYOUT, context.language), output)


@requests.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--submitted-by", required=True, help="Personnel number of the manager who asks.")
@click.option("--submit", is_flag=True, help="Submit what was written down, instead of drafts.")
@click.option("--valid-rows", is_flag=True, help="Keep the rows that are right, if any is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@pass_context
def import_(
    context: Context, file: Path, submitted_by: str, submit: bool, valid_rows: bool, dry_run: bool
) -> None:
    """Write down the requests of FILE as drafts; read again, it changes what it made.

    Nothing is kept when a row is wrong: each is named with its sheet, row and cell.
    """
    language = context.language
    wanted = ImportOptions(submitted_by, submit, valid_rows, dry_run)
    try:
        sheet = LAYOUT.read(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_requests(act, sheet, wanted)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(found, language)
    click.echo(_summary(found, act.kept, language))
    if found.wrong:
        raise SystemExit(1)


def _summary(found: WrittenDown, kept: bool, language: Language) -> str:
    counts = {str(outcome): found.outcomes[outcome] for outcome in Outcome}
    told = text(
        "commands.requests.read", language, rows=found.rows, wrong=len(found.wrong), **counts
    )
    return told if kept else f"{told} {text('commands.sheet.nothing_kept', language)}"
