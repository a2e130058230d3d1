"""`quality-criteria template|import|proposals`: what is required of whom, by spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.doors.imports.quality_criteria import (
    import_quality_criteria,
    read_sheets,
    sheets_with,
)
from adapter.doors.imports.quality_example import example_requirements
from adapter.doors.imports.quality_proposals import proposal_sheet
from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.noting import note_export
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import echo_other_columns, echo_wrong_cells, write_out
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.teams import own_team
from config.catalogue import text


@click.group("quality-criteria")
def quality_criteria() -> None:
    """What the quality criteria require, who is in which expertise, and certificates."""


@quality_criteria.command()
@click.option("--vth-example", is_flag=True, help="With example requirements, to be replaced.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def template(context: Context, vth_example: bool, output: Path | None) -> None:
    """Write the three sheets with their columns and explanation as XLSX, to be filled in.

    The example names expertises of the VTH quality criteria; its numbers were made up.
    """
    requirements = example_requirements() if vth_example else ()
    write_out(sheets_with(context.language, requirements), output)


@quality_criteria.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--valid-rows", is_flag=True, help="Keep the rows that are right, if any is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@pass_context
def import_(context: Context, file: Path, valid_rows: bool, dry_run: bool) -> None:
    """Record what the sheets of FILE say; one of the three is enough.

    Nothing is kept when a row is wrong: each is named with its sheet, row and cell. What FILE does
    not name stays as it is.
    """
    language = context.language
    try:
        sheets = read_sheets(file.read_bytes())
        for _, sheet in sheets:
            echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_quality_criteria(act, sheets, valid_rows=valid_rows, dry_run=dry_run)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(found, language)
    counts = {str(one): found.outcomes[one] for one in Outcome}
    told = text(
        "commands.quality_criteria.read",
        language,
        rows=found.rows,
        wrong=len(found.wrong),
        **counts,
    )
    click.echo(told if act.kept else f"{told} {text('commands.sheet.nothing_kept', language)}")
    if found.wrong:
        raise SystemExit(1)


@quality_criteria.command()
@click.option("--manager", required=True, help="Employee number of who asks for the team.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def proposals(context: Context, manager: str, output: Path | None) -> None:
    """Write what is proposed for a team as a sheet of requests, to be looked through.

    `requests import` reads it.
    """
    with looking(context.parts, operator()) as act:
        if not own_team(act, manager):
            raise click.ClickException(
                f"nobody reports to {manager} in the HRIS: name the number of a manager"
            )
        sheet = proposal_sheet(act, manager, context.language)
    note_export(context, "quality-criteria proposals", "xlsx", about=manager)
    write_out(sheet, output)
