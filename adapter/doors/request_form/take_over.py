"""An entry becomes a training request, once (P2).

Requests are submitted by managers (Visie §5). A manager who names people of the own team, or a
group, submits. Who asks for himself writes a wish: a draft of his manager, who is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from sqlalchemy import select

from adapter.doors.request_form.reading import content_asked, digest_of, wrong_at
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.request_form import RequestEntryRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.subjects.request_entries.entries import note, plain_wrong
from adapter.subjects.request_entries.wrong_entry import WrongEntry, WrongEntryField
from adapter.subjects.requests import requests, states
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import NotNow, WrongFields
from adapter.subjects.requests.request_content import RequestContent
from adapter.subjects.requests.teams import own_team
from connectors.ports import RequestEntry
from policy.request_states import RequestState


class EntryResult(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class _Asker:
    """Whose request it will be, and whether that manager wrote it down."""

    manager_id: str
    wish: bool


def take_over(act: Act, entry: RequestEntry, known: RequestEntryRow) -> EntryResult:
    """Create or change the request of an entry, or keep what is wrong with it.

    `act` is by the author (`author_of`), and `known` is the entry's row, locked.
    """
    digest = digest_of(entry)
    if known.request_id is not None and known.content_sha256 == digest:
        note(act.connection, entry, wrong=[])
        return EntryResult.UNCHANGED
    try:
        with act.connection.begin_nested():
            outcome, request_id, version = _written(act, entry, known)
    except WrongEntry as error:
        note(act.connection, entry, wrong=plain_wrong(error.fields, entry.labels))
        return EntryResult.WRONG
    note(
        act.connection,
        entry,
        wrong=[],
        content_sha256=digest,
        request_id=request_id,
        request_version=version,
    )
    return outcome


def _written(act: Act, entry: RequestEntry, known: RequestEntryRow) -> tuple[EntryResult, str, int]:
    """Raises `WrongEntry` with everything that is."""
    if known.employee_id is None:
        raise WrongEntry(WrongEntryField(None, "no_employee_number"))
    if known.request_id is not None:
        _refuse_late_change(act, known)
    content = content_asked(entry, known.employee_id)
    asker = _asker(act, known.employee_id, content)
    try:
        if known.request_id is None:
            return EntryResult.CREATED, *_created(act, content, asker)
        changes = {one.name: getattr(content, one.name) for one in fields(RequestContent)}
        assert known.request_version is not None, "it is kept with the request"
        requests.change(act, known.request_id, known.request_version, changes)
    except WrongFields as error:
        found = [wrong_at(one.pointer, one.reason, one.numbers) for one in error.fields]
        raise WrongEntry(*found) from error
    except NotNow as error:
        raise WrongEntry(WrongEntryField(None, "cannot_submit")) from error
    return EntryResult.CHANGED, known.request_id, known.request_version + 1


def _refuse_late_change(act: Act, known: RequestEntryRow) -> None:
    request = row_of(
        act.connection, select(TrainingRequestRow).where(TrainingRequestRow.id == known.request_id)
    )
    if request.state != RequestState.DRAFT:
        raise WrongEntry(WrongEntryField(None, "submitted_already"))
    if request.version != known.request_version:
        raise WrongEntry(WrongEntryField(None, "changed_in_register"))


def _asker(act: Act, author: str, content: RequestContent) -> _Asker:
    team = own_team(act, author)
    if content.collective:
        if not team:
            raise WrongEntry(WrongEntryField("participants", "groups_by_managers"))
        return _Asker(author, wish=False)
    if content.employee_ids == (author,):
        return _Asker(_manager_of(act, author), wish=True)
    outside = [one for one in content.employee_ids if one not in team]
    if outside or not content.employee_ids:
        raise WrongEntry(WrongEntryField("employees", "outside_team", _named(outside)))
    return _Asker(author, wish=False)


def _named(employee_ids: Sequence[str]) -> dict[str, object]:
    return {"numbers": ", ".join(employee_ids)}


def _manager_of(act: Act, author: str) -> str:
    manager_id = act.connection.execute(
        select(EmployeeRow.manager_id).where(EmployeeRow.employee_id == author)
    ).scalar_one_or_none()
    if manager_id is None:
        raise WrongEntry(WrongEntryField(None, "no_manager"))
    return str(manager_id)


def _created(act: Act, content: RequestContent, asker: _Asker) -> tuple[str, int]:
    request_id = requests.create(act, content, asker.manager_id)
    if asker.wish:
        _tell_of_wish(act, request_id, content, asker)
        return request_id, 1
    states.move(act, request_id, 1, RequestState.SUBMITTED)
    return request_id, 2


def _tell_of_wish(act: Act, request_id: str, content: RequestContent, asker: _Asker) -> None:
    key = f"wish:{request_id}"
    numbers = {"title": content.title, "employee": act.actor, "reference": request_id[:8]}
    payload = {"recipient": asker.manager_id, "text": "request_wish_manager", "numbers": numbers}
    put(act.connection, [Action(key, ActionKind.TELL, key, payload)], act.now)
