"""Existing commitments from a spreadsheet: the same message and the same checks as over the API.

A row goes by its reference, so that reading a file again records nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from adapter.doors.imports.commitment_columns import LAYOUT
from adapter.doors.messages.existing_commitments import ExistingCommitmentIn
from adapter.doors.messages.wrong_fields import field_errors
from adapter.ground.spreadsheets.cells import WrongValue
from adapter.ground.spreadsheets.columns import put
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow, read_sheet
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.commitments import CommitmentContent, record_commitment
from adapter.subjects.requests.refusals import NotNow, WrongFields


@dataclass(frozen=True, slots=True)
class CommitmentsImport:
    """How many rows there were, how many were recorded or there already, and every wrong cell."""

    rows: int
    recorded: int
    known: int
    wrong: tuple[WrongCell, ...]


class NotKept(Exception):
    """Undoes the transaction of a dry run, or of an import with wrong rows; `found` tells."""

    def __init__(self, found: CommitmentsImport) -> None:
        super().__init__("nothing of the import is kept")
        self.found = found


class _Wrong(Exception):
    def __init__(self, cells: Sequence[WrongCell]) -> None:
        super().__init__("the row cannot be used")
        self.cells = cells


def commitments_sheet(raw: bytes) -> Sheet:
    """Read before a transaction begins. Raises `UnreadableWorkbook`."""
    return read_sheet(raw, LAYOUT.sheet_names(), LAYOUT.headings(), LAYOUT.required())


def import_commitments(
    act: Act, sheet: Sheet, *, valid_rows: bool = False, dry_run: bool = False
) -> CommitmentsImport:
    """Record the commitments of a sheet.

    Raises `NotKept` so that the caller's transaction keeps nothing.
    """
    new: list[bool] = []
    wrong: list[WrongCell] = []
    for row in sheet.rows:
        try:
            with act.connection.begin_nested():
                new.append(_recorded(act, row, _content(sheet, row)))
        except _Wrong as error:
            wrong.extend(error.cells)
    found = CommitmentsImport(len(sheet.rows), new.count(True), new.count(False), tuple(wrong))
    if dry_run or (wrong and not valid_rows):
        raise NotKept(found)
    return found


def _recorded(act: Act, row: SheetRow, content: CommitmentContent) -> bool:
    """Whether it is new; raises `_Wrong` with every cell that is."""
    try:
        return record_commitment(act, content)[1]
    except WrongFields as error:
        raise _Wrong(
            [_wrong_at(row, one.pointer, one.reason, one.numbers) for one in error.fields]
        ) from error
    except NotNow as error:
        reason = f"procedure.conflict.{error.code}"
        raise _Wrong([row.wrong("reference", reason, **error.numbers)]) from error


def _content(sheet: Sheet, row: SheetRow) -> CommitmentContent:
    """What the message says, read as the API reads it."""
    body: dict[str, Any] = {}
    wrong = [one for one in sheet.wrong if one.row == row.number]
    wrong.extend(_fill(body, row))
    unread = {one.column for one in wrong}
    try:
        message = ExistingCommitmentIn.model_validate(body)
    except ValidationError as error:
        found = (
            _wrong_at(row, one.pointer, one.reason, one.numbers) for one in field_errors(error)
        )
        # A cell that could not be read leaves its member out; that it is missing is no news.
        wrong.extend(one for one in found if one.column not in unread)
        raise _Wrong(wrong) from error
    if wrong:
        raise _Wrong(wrong)
    return message.content()


def _fill(body: dict[str, Any], row: SheetRow) -> Iterator[WrongCell]:
    # The message does without a reference, a sheet that is read again does not.
    yield from (row.wrong(name, "missing") for name in LAYOUT.required() if name not in row.values)
    for name, cell in row.values.items():
        column = LAYOUT.columns[name]
        try:
            put(body, column.member, column.read(cell))
        except WrongValue as error:
            yield row.wrong(name, error.reason, **error.numbers)


def _wrong_at(row: SheetRow, pointer: str, reason: str, numbers: Any) -> WrongCell:
    return row.wrong(LAYOUT.column_of(pointer), reason, **numbers)
