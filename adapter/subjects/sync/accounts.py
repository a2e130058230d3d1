"""Reads from the LMS which accounts the employees have.

The participants report only names accounts with an enrolment; whether the others exist, or are
still open, is asked by employee number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.register.people import forget_accounts, in_chunks, keep_lms_users
from adapter.subjects.sync.vanished_rows import (
    GoneBrake,
    VanishedKind,
    VanishedRows,
    report_too_many_gone,
)
from connectors.errors import Misconfigured
from connectors.ports import Lms


def read_accounts(parts: Parts, *, confirm: bool = False) -> int:
    """Keep the accounts of every employee in the register; returns how many there are.

    An account that no longer carries an employee's number (it was deleted, or the number changed)
    is no longer that employee's; of one that was deleted no name is kept. Raises the errors of
    `connectors.errors`, among them `Misconfigured` without an LMS, and `TooManyGone` when the brake
    does not believe how many lost their number; `confirm` lets that pass.
    """
    if parts.lms is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    with parts.register.read() as connection:
        numbers = list(connection.execute(select(EmployeeRow.employee_id)).scalars())
        before = _known(connection, frozenset(numbers))
    found = parts.lms.users_by_employee(numbers)
    shown = {user.user_id: user for users in found.values() for user in users}
    brake = GoneBrake(parts.settings.brake.gone_percent, confirm)
    deleted = _deleted(parts.lms, before - shown.keys(), len(before), brake)
    now = parts.clock.now()
    with parts.register.write() as connection:
        keep_lms_users(connection, shown.values(), now)
        known = _known(connection, frozenset(numbers))
        lost = sorted(known - shown.keys())
        doubted = brake.stops(len(lost), len(known))
        if not doubted:
            _take_away(connection, lost, now)
            forget_accounts(connection, deleted.intersection(lost))
    if doubted:
        gone = VanishedRows(VanishedKind.ACCOUNTS, len(lost), len(known), brake.percent)
        raise report_too_many_gone(parts, gone, tell=True)
    return len(shown)


def _known(connection: Connection, asked: frozenset[str]) -> frozenset[str]:
    """Accounts that the register has as those of these employees."""
    rows = connection.execute(
        select(LmsUserRow.user_id, LmsUserRow.employee_id).where(
            LmsUserRow.employee_id.is_not(None)
        )
    )
    return frozenset(user_id for user_id, employee_id in rows if employee_id in asked)


def _deleted(lms: Lms, missing: Collection[str], known: int, brake: GoneBrake) -> frozenset[str]:
    """Those that are not in the LMS at all; not asked of so many that nobody believes it."""
    if not missing or brake.stops(len(missing), known):
        return frozenset()
    return frozenset(missing) - lms.users_by_id(sorted(missing)).keys()


def _take_away(connection: Connection, lost: Sequence[str], now: datetime) -> None:
    for chunk in in_chunks(lost):
        connection.execute(
            update(LmsUserRow)
            .where(LmsUserRow.user_id.in_(chunk))
            .values(employee_id=None, seen_at=now)
        )
