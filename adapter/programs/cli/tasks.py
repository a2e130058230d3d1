"""`tasks export|import`: the work list as a spreadsheet that goes out and comes back."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.doors.messages.tasks import TaskOut
from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.noting import note_export, note_look
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import echo_other_columns, echo_wrong_cells, write_out
from adapter.subjects.requests.acts import acting, looking
from adapter.views.tasks import sentences, workbook
from adapter.views.tasks.returned_worksheet import import_tasks, tasks_sheet
from adapter.views.tasks.task import TaskKind
from adapter.views.tasks.work_list import TaskState, list_tasks
from config.catalogue import text


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
    written = workbook.render(listed, context.language)
    note_export(context, "tasks export", "xlsx")
    write_out(written, output)
    click.echo(text("commands.tasks.counted", context.language, count=len(listed)), err=True)


@tasks.command("list")
@click.option("--kind", type=click.Choice(list(TaskKind)), help="Default: every kind.")
@click.option("--state", type=click.Choice(list(TaskState)), default=TaskState.OPEN)
@listing
@pass_context
def list_(context: Context, kind: TaskKind | None, state: TaskState, as_json: bool) -> None:
    """What waits for a person, the most pressing first: until when, for whom, and what to do."""
    language = context.language
    with looking(context.parts, operator()) as act:
        listed = list_tasks(act, kind, state)
    note_look(context, "tasks list")
    if as_json:
        echo_json(
            [TaskOut.of(one, language).model_dump(mode="json", by_alias=True) for one in listed]
        )
        return
    for one in listed:
        heading, what = sentences.heading(one.task, language), sentences.what(one.task, language)
        whom = sentences.whom(one.task, language)
        click.echo(f"{one.due_on.isoformat()}  {whom}  {heading}: {what}")
    click.echo(text("commands.tasks.counted", language, count=len(listed)), err=True)


@tasks.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--valid-rows", is_flag=True, help="Apply the rows that are right, if any is wrong.")
@pass_context
def import_(context: Context, file: Path, valid_rows: bool) -> None:
    """Apply a work list that was filled in; nothing is applied when a row is wrong."""
    language = context.language
    try:
        sheet = tasks_sheet(file.read_bytes())
        echo_other_columns(sheet, language)
        with acting(context.parts, operator()) as act:
            found = import_tasks(act, sheet, valid_rows=valid_rows)
    except UnreadableWorkbook as error:
        raise click.ClickException(error.sentence(language)) from error
    echo_wrong_cells(found, language)
    if not act.kept:
        numbers = {"wrong": len(found.wrong), "rows": found.rows}
        raise click.ClickException(text("commands.tasks.nothing_applied", language, **numbers))
    numbers = {"changed": found.outcomes[Outcome.CHANGED], "rows": found.rows}
    click.echo(text("commands.tasks.changed", language, **numbers))
    if found.wrong:
        raise SystemExit(1)
