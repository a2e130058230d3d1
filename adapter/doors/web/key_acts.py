"""What an administrator does with keys, by API and pages alike."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from adapter.doors.messages.api_keys import ApiKeyIn
from adapter.ground.clock import end_of_day
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.keys import KeyWanted, NewKey, Role, make_key, revoke_key, rotate_key
from adapter.register.people import known_employee
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry, WrongField, refuse_if_any

_OF_SOMEBODY = frozenset({Role.MANAGER, Role.EMPLOYEE})


def make(act: Act, body: ApiKeyIn) -> NewKey:
    """Raises `WrongFields`."""
    expires_at = None if body.last_date is None else end_of_day(body.last_date)
    wrong = []
    if body.employee_id is None and body.role in _OF_SOMEBODY:
        wrong.append(WrongField("/employeeId", "missing"))
    if body.employee_id is not None and not known_employee(act.connection, body.employee_id):
        wrong.append(WrongField("/employeeId", "unknown_record"))
    if expires_at is not None and expires_at <= act.now:
        wrong.append(WrongField("/lastDate", "pages.wrong.past"))
    refuse_if_any(wrong)
    networks = tuple(body.networks or ())
    wanted = KeyWanted(body.name, body.role, body.employee_id, expires_at, networks)
    return make_key(act.connection, wanted, act.now, by=act.actor)


def replace(act: Act, key_id: str, overlap_days: int) -> NewKey:
    """Raises `UnknownEntry` for a key that opens nothing."""
    made = rotate_key(act.connection, key_id, timedelta(days=overlap_days), act.now, by=act.actor)
    if made is None:
        raise UnknownEntry
    return made


def revoke(act: Act, key_id: str) -> None:
    """Raises `UnknownEntry` for a key that was revoked."""
    if not revoke_key(act.connection, key_id, act.now, by=act.actor):
        raise UnknownEntry


def one_key(act: Act, key_id: str) -> ApiKeyRow:
    """Raises `UnknownEntry`."""
    row = row_or_none(act.connection, select(ApiKeyRow).where(ApiKeyRow.id == key_id))
    if row is None:
        raise UnknownEntry
    return row
