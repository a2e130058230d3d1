"""A work list that comes back: checked row by row, and applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.row_by_row import (
    Outcome,
    WrittenDown,
    WrongRecord,
    write_down,
)
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow, read_sheet
from adapter.ground.spreadsheets.workbook import Value
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import OtherVersion, WrongFields
from adapter.subjects.requests.statutory import assess
from adapter.views.tasks.columns import (
    FILLED_IN,
    NEEDED,
    PROTECTED,
    CellValue,
    answers,
    headings,
)
from adapter.views.tasks.returned_legal_answer import legal_answer
from adapter.views.tasks.sentences import say
from adapter.views.tasks.work_list import (
    EndsElsewhere,
    ListedTask,
    TaskState,
    change_task,
    list_tasks,
)
from config.catalogue import Language

_COLUMN_OF = {"/assigneeId": "assignee", "/note": "note"}
_CHANGE_OF = {"due": "due_on"}


def tasks_sheet(raw: bytes) -> Sheet:
    """Read before a transaction begins. Raises `UnreadableWorkbook`."""
    names = [say("sheet", language) for language in Language]
    return read_sheet(raw, names, headings(), NEEDED)


def import_tasks(act: Act, sheet: Sheet, *, valid_rows: bool = False) -> WrittenDown:
    """Apply what people filled in; `act.kept` says whether it stays."""
    known = {one.task.id: one for one in list_tasks(act)}
    written = write_down(
        act.connection, sheet, _once(sheet), lambda found: _applied(act, sheet, *found, known)
    )
    act.kept = written.is_kept(valid_rows=valid_rows)
    return written


def _once(sheet: Sheet) -> Iterator[tuple[SheetRow, list[WrongCell]]]:
    """Each row, with what is wrong when its task stood on a row before it."""
    first: dict[Value, int] = {}
    for row in sheet.rows:
        task_id = row.values.get("id", "")
        if task_id in first:
            yield row, [row.wrong("id", "tasks.cell.twice", row=first[task_id] + 1)]
            continue
        first[task_id] = row.number
        yield row, []


def _row_problems(
    sheet: Sheet, row: SheetRow, known: Mapping[str, ListedTask]
) -> Iterable[WrongCell]:
    listed = known.get(str(row.values.get("id", "")))
    if listed is None:
        return [row.wrong("id", "tasks.cell.unknown_task")]
    version = row.values.get("version")
    if version != listed.handling.version:
        return [row.wrong("version", "tasks.cell.stale", version=listed.handling.version)]
    return sheet.wrong_in(row) or _protected(row, listed)


def _protected(row: SheetRow, listed: ListedTask) -> Iterator[WrongCell]:
    for name, show in PROTECTED.items():
        told = row.values.get(name)
        right = [show(listed, language) for language in Language]
        if not any(_same(told, one) for one in right):
            yield row.wrong(name, "tasks.cell.protected", expected=right[0] or "–")


def _same(told: Value | None, shown: CellValue) -> bool:
    """Spreadsheet programs write line ends and blanks in their own way."""
    if isinstance(told, str) and isinstance(shown, str):
        return told.split() == shown.split()
    if isinstance(shown, date) and told is not None:
        try:
            return cells.day(told) == shown.isoformat()
        except WrongValue:
            return False
    return told == shown


def _applied(
    act: Act,
    sheet: Sheet,
    row: SheetRow,
    wrong: list[WrongCell],
    known: Mapping[str, ListedTask],
) -> Outcome:
    """Raises `WrongRecord` with every cell that is."""
    if wrong := wrong or list(_row_problems(sheet, row, known)):
        raise WrongRecord(wrong)
    listed = known[str(row.values["id"])]
    changes = dict(_changes(row, listed))
    settled, wrong = legal_answer(row, listed.task, act.today)
    if wrong:
        raise WrongRecord(wrong)
    after = _changed(act, row, listed, changes)
    if settled is not None:
        (record_id,) = listed.task.about
        assess(act, record_id, settled)
    return Outcome.CHANGED if after != listed or settled is not None else Outcome.UNCHANGED


def _changed(act: Act, row: SheetRow, listed: ListedTask, changes: dict[str, Any]) -> ListedTask:
    try:
        return change_task(act, listed, listed.handling.version, changes)
    except WrongFields as error:
        cells_of = [row.wrong(_COLUMN_OF[one.pointer], one.reason) for one in error.fields]
        raise WrongRecord(cells_of) from error
    except EndsElsewhere as error:
        raise WrongRecord([row.wrong("closed", "tasks.refused.ends_elsewhere")]) from error
    except OtherVersion as error:
        version = listed.handling.version + 1
        raise WrongRecord([row.wrong("version", "tasks.cell.stale", version=version)]) from error


def _changes(row: SheetRow, listed: ListedTask) -> Iterator[tuple[str, Any]]:
    """What was filled in otherwise than it was written out."""
    for name in FILLED_IN:
        try:
            filled = _READERS[name](row.values[name]) if name in row.values else None
        except WrongValue as error:
            raise WrongRecord([row.wrong(name, error.reason, **error.numbers)]) from error
        value = bool(filled) if name in ("seen", "closed") else filled
        if value != _now(name, listed):
            yield _CHANGE_OF.get(name, name), value


def _now(name: str, listed: ListedTask) -> Any:
    handling = listed.handling
    return {
        "due": handling.due_on,
        "assignee": handling.assignee,
        "note": handling.note,
        "seen": handling.seen_at is not None,
        "closed": listed.state is TaskState.CLOSED,
    }[name]


def _day(cell: Value) -> date:
    return date.fromisoformat(cells.day(cell))


_READERS: dict[str, Reader] = {
    "due": _day,
    "assignee": cells.words,
    "note": cells.words,
    "seen": cells.choice(answers),
    "closed": cells.choice(answers),
}
