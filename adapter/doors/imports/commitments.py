"""Existing commitments from a spreadsheet: the same message and the same checks as over the API.

A row goes by its reference, so that reading a file again records nothing twice.
"""

from __future__ import annotations

from typing import Any

from adapter.doors.imports.commitment_columns import LAYOUT
from adapter.doors.messages.existing_commitments import ExistingCommitmentIn
from adapter.doors.messages.read_by_cell import message_of
from adapter.ground.spreadsheets.row_by_row import (
    Outcome,
    WrittenDown,
    WrongRecord,
    write_down,
)
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.commitments import CommitmentContent, record_commitment
from adapter.subjects.requests.refusals import NotNow, WrongFields


def import_commitments(
    act: Act, sheet: Sheet, *, valid_rows: bool = False, dry_run: bool = False
) -> WrittenDown:
    """Record the commitments of a sheet; `act.kept` says whether they stay."""
    written = write_down(
        act.connection, sheet, sheet.rows, lambda row: _recorded(act, row, _content(sheet, row))
    )
    act.kept = written.is_kept(valid_rows=valid_rows, dry_run=dry_run)
    return written


def _recorded(act: Act, row: SheetRow, content: CommitmentContent) -> Outcome:
    """Raises `WrongRecord` with every cell that is."""
    try:
        _, is_new = record_commitment(act, content)
    except WrongFields as error:
        raise WrongRecord(
            [_wrong_at(row, one.pointer, one.reason, one.numbers) for one in error.fields]
        ) from error
    except NotNow as error:
        raise WrongRecord([row.wrong("reference", error.text_key, **error.numbers)]) from error
    return Outcome.CREATED if is_new else Outcome.UNCHANGED


def _content(sheet: Sheet, row: SheetRow) -> CommitmentContent:
    """What the message says, read as the API reads it."""
    body: dict[str, Any] = {}
    wrong = LAYOUT.fill(body, sheet, row)
    message = message_of(
        ExistingCommitmentIn,
        body,
        wrong,
        at=lambda one: _wrong_at(row, one.pointer, one.reason, one.numbers),
        place=lambda one: one.column,
    )
    if message is None:
        raise WrongRecord(wrong)
    return message.content()


def _wrong_at(row: SheetRow, pointer: str, reason: str, numbers: Any) -> WrongCell:
    return row.wrong(LAYOUT.column_of(pointer), reason, **numbers)
