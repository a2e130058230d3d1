"""Training requests from a spreadsheet: the same message, the same checks and the same acts as over
the API, row by row, and repeatable.

A request goes by its key in the sheet, for the manager who asks. What is unchanged is left alone, a
changed row changes its draft, and nothing is applied while a row is wrong unless that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import select

from adapter.doors.imports.request_rows import SheetRequest, requests_in
from adapter.doors.messages.read_by_cell import message_of
from adapter.doors.messages.training_requests import TrainingRequestIn
from adapter.ground.spreadsheets.row_by_row import (
    Outcome,
    WrittenDown,
    WrongRecord,
    write_down,
)
from adapter.ground.spreadsheets.sheet import Sheet
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook, WrongCell
from adapter.ground.store.reading import rows_as
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.imports import ImportedRequestRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests import requests, states
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import NotNow, WrongFields
from adapter.subjects.requests.request_content import RequestContent
from adapter.subjects.requests.teams import lock_employee, visible_employees
from policy.request_states import RequestState


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the caller asks beside the sheet. `manager_id` is whose requests they are."""

    manager_id: str
    submit: bool = False
    valid_rows: bool = False
    dry_run: bool = False


def import_requests(act: Act, sheet: Sheet, wanted: ImportOptions) -> WrittenDown:
    """Write down or change the drafts of a sheet; `act.kept` says whether they stay.

    Raises `UnreadableWorkbook` for an unknown manager.
    """
    # Two imports for one manager follow one another.
    if not lock_employee(act, wanted.manager_id):
        raise UnreadableWorkbook("unknown_manager", manager=wanted.manager_id)
    written = write_down(
        act.connection,
        sheet,
        requests_in(sheet),
        lambda request: _import_one(act, request, wanted),
    )
    act.kept = written.is_kept(valid_rows=wanted.valid_rows, dry_run=wanted.dry_run)
    return written


def _import_one(act: Act, request: SheetRequest, wanted: ImportOptions) -> Outcome:
    """Raises `WrongRecord` with every cell that is."""
    content = _content(request)
    outside = list(_outside_team(act, request))
    if outside:
        raise WrongRecord(outside)
    known = _known(act, wanted.manager_id, _key(request))
    try:
        outcome, request_id, version = _written(act, request, content, wanted, known)
        if wanted.submit:
            version = _submitted(act, request_id, version)
    except WrongFields as error:
        raise WrongRecord(
            [request.wrong_at(one.pointer, one.reason, **one.numbers) for one in error.fields]
        ) from error
    except NotNow as error:
        raise WrongRecord([request.rows[0].wrong(None, "cannot_submit")]) from error
    if outcome is not Outcome.UNCHANGED:
        _remember(act, request, wanted.manager_id, request_id, version)
    return outcome


def _content(request: SheetRequest) -> RequestContent:
    """What the message says, read as the API reads it."""
    wrong = list(request.wrong)
    message = message_of(
        TrainingRequestIn,
        request.body,
        wrong,
        at=lambda one: request.wrong_at(one.pointer, one.reason, **one.numbers),
        place=lambda one: (one.row, one.column),
    )
    if message is None:
        raise WrongRecord(wrong)
    return message.content()


def _outside_team(act: Act, request: SheetRequest) -> Iterator[WrongCell]:
    visible = visible_employees(act)
    for at, employee_id in enumerate(request.body["employeeIds"]):
        if visible is not None and employee_id not in visible:
            yield request.wrong_at(f"/employeeIds/{at}", "outside_team")


def _written(
    act: Act,
    request: SheetRequest,
    content: RequestContent,
    wanted: ImportOptions,
    known: _Imported | None,
) -> tuple[Outcome, str, int]:
    """What became of it, with the request's id and version; `known` is what an earlier import
    made."""
    if known is None:
        return Outcome.CREATED, requests.create(act, content, wanted.manager_id), 1
    if known.content_sha256 == request.digest:
        return Outcome.UNCHANGED, known.request_id, known.version
    if known.state != RequestState.DRAFT:
        raise WrongRecord([request.rows[0].wrong("key", "no_longer_draft", state=known.state)])
    if known.version != known.request_version:
        raise WrongRecord([request.rows[0].wrong("key", "changed_elsewhere")])
    changes = {one.name: getattr(content, one.name) for one in fields(RequestContent)}
    requests.change(act, known.request_id, known.version, changes)
    return Outcome.CHANGED, known.request_id, known.version + 1


class _Imported:
    """What an earlier import made, with the request as it is now."""

    request_id: str
    content_sha256: str
    request_version: int
    state: str
    version: int


def _known(act: Act, manager_id: str, key: str) -> _Imported | None:
    """By its key."""
    rows = rows_as(
        act.connection,
        select(ImportedRequestRow, TrainingRequestRow.state, TrainingRequestRow.version)
        .join(TrainingRequestRow, TrainingRequestRow.id == ImportedRequestRow.request_id)
        .where(
            ImportedRequestRow.manager_id == manager_id,
            ImportedRequestRow.request_key == key,
        ),
        _Imported,
    )
    return next(iter(rows), None)


def _key(request: SheetRequest) -> str:
    return request.key or f"content {request.digest}"


def _submitted(act: Act, request_id: str, version: int) -> int:
    """Submit what is still a draft; raises `NotNow` before the first tranche."""
    if requests.visible_request(act, request_id).row.state != RequestState.DRAFT:
        return version
    states.move(act, request_id, version, RequestState.SUBMITTED)
    return version + 1


def _remember(
    act: Act, request: SheetRequest, manager_id: str, request_id: str, version: int
) -> None:
    upsert(
        act.connection,
        ImportedRequestRow,
        {"manager_id": manager_id, "request_key": _key(request)},
        {
            "request_id": request_id,
            "content_sha256": request.digest,
            "request_version": version,
            "imported_at": act.now,
        },
    )
