"""`tasks export|import`: the work list as a spreadsheet that goes out and comes back."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.cli.context import Context, pass_context
from adapter.cli.operator import operator
from adapter.cli.written import echo_other_columns, write_out
from adapter.imports.wrong_cells import UnreadableWorkbook
from adapter.procedure.acts import acting, looking
from adapter.tasks import workbook
from adapter.tasks.comes_back import NotApplied, import_tasks, tasks_sheet
from adapter.tasks.task import TaskKind
from adapter.tasks.work_list import TaskState, list_tasks
from config.catalogue import Language


@click.group()
def tasks() -> None:
    """All that waits for a person."""


@tasks.command("export")
@click.option("--kind", type=click.Choice(list(TaskKind)), help="Default: every kind.")
@click.option("--state", type=click.Choice(list(TaskState)), help="Default: both.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
@pass_context
def export(
    context: Context, kind: TaskKind | None, state: TaskState | None, output: Path | None
) -> None:
    """Write the work list as XLSX; what people fill in comes back with `tasks import`."""
    with looking(context.parts, operator()) as act:
        listed = list_tasks(act, kind, state)
    write_out(workbook.render(listed, Language(context.settings.language)), output)
    click.echo(f"{len(listed)} tasks", err=True)


@tasks.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--valid-rows", is_flag=True, help="Apply the rows that are right, if any is wrong.")
@pass_context
def import_(context: Context, file: Path, valid_rows: bool) -> None:
    """Apply a work list that was filled in; nothing is applied when a row is wrong."""
    language = Language(context.settings.language)
    try:
        sheet = tasks_sheet(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_tasks(act, sheet, valid_rows=valid_rows)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    except NotApplied as error:
        found = error.found
        for wrong in found.wrong:
            click.echo(wrong.line(language), err=True)
        raise click.ClickException(
            f"nothing was applied: {len(found.wrong)} of {found.rows} rows are wrong; "
            "correct them, or say --valid-rows"
        ) from error
    for wrong in found.wrong:
        click.echo(wrong.line(language), err=True)
    click.echo(f"{found.changed} tasks changed, {found.rows} rows read")
    if found.wrong:
        raise SystemExit(1)
