"""Writes what the HRIS and the LMS told of persons into the register."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.metadata import table_of
from adapter.ground.store.reading import rows_of
from adapter.ground.store.rows import one_of, upsert_all
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.queues.register_changes import announce
from adapter.register.given_roles import revoke_after_leaving
from adapter.register.orphaned_holds import hand_over_account
from adapter.register.restore_signs import RestoreSign, note_restore
from connectors.ports import Employee, LmsUser
from policy.days import amsterdam_day

CHUNK = 500

Ends = dict[tuple[str, str], date | None]
"""The last day by employee and employment; None while it is open."""


def known_employee(connection: Connection, employee_id: str) -> bool:
    return (
        connection.execute(
            select(EmployeeRow.employee_id).where(EmployeeRow.employee_id == employee_id)
        ).one_or_none()
        is not None
    )


def known_among(connection: Connection, employee_ids: Collection[str]) -> set[str]:
    """Those of these whom the HRIS names."""
    known = select(EmployeeRow.employee_id).where(
        one_of(connection, EmployeeRow.employee_id, employee_ids)
    )
    return set(connection.execute(known).scalars())


def in_use_since(connection: Connection) -> date | None:
    """The day on which the register learned of its first employee; None before that."""
    first = connection.execute(select(func.min(EmployeeRow.first_seen_at))).scalar_one()
    return None if first is None else amsterdam_day(first)


def full_name(row: EmployeeRow) -> str:
    """As people write it: given name, prefix, family name."""
    return " ".join(
        part for part in (row.given_name, row.family_name_prefix, row.family_name) if part
    )


def names_of(connection: Connection, employee_ids: Iterable[str]) -> dict[str, str]:
    """Employee number → name, of those whom the register knows."""
    names: dict[str, str] = {}
    for chunk in in_chunks(sorted(set(employee_ids))):
        people = select(EmployeeRow).where(EmployeeRow.employee_id.in_(chunk))
        names |= {row.employee_id: full_name(row) for row in rows_of(connection, people)}
    return names


def keep_employee(connection: Connection, employee: Employee, source: str, now: datetime) -> None:
    """Store one employee with all employments, as the HRIS shows them now."""
    keep_employees(connection, [employee], source, now)


def keep_employees(
    connection: Connection, shown: Sequence[Employee], source: str, now: datetime
) -> None:
    """The same for many at once. Employments that are no longer shown are removed; whose known last
    day became another is decided upon again, since a hold may hang on it."""
    people = [
        {
            "employee_id": employee.employee_id,
            "source": source,
            "given_name": employee.given_name,
            "family_name_prefix": employee.family_name_prefix,
            "family_name": employee.family_name,
            "email": employee.email,
            "department": employee.department,
            "manager_id": employee.manager_id,
            "modified_at": employee.modified_at,
            "first_seen_at": now,
            "last_seen_at": now,
            "missing_scans": 0,
            "shown_employments": None,
            "active": None if employee.active is None else int(employee.active),
        }
        for employee in shown
    ]
    upsert_all(connection, EmployeeRow, ["employee_id"], people, only_when_new=["first_seen_at"])
    _keep_employments(connection, shown, now)


def _keep_employments(connection: Connection, shown: Sequence[Employee], now: datetime) -> None:
    rows = [
        {
            "employee_id": employee.employee_id,
            "employment_id": employment.employment_id,
            "start_on": employment.start,
            "end_on": employment.end,
            "hours_per_week": employment.hours_per_week,
            "fte": employment.fte,
        }
        for employee in shown
        for employment in employee.employments
    ]
    ends: Ends = {
        (employee.employee_id, employment.employment_id): employment.end
        for employee in shown
        for employment in employee.employments
    }
    changed: set[str] = set()
    gone: Ends = {}
    for chunk in in_chunks([employee.employee_id for employee in shown]):
        known = _ends_of(connection, chunk)
        _remove_others(connection, known.keys() - ends.keys())
        gone |= {key: known[key] for key in known.keys() - ends.keys()}
        changed |= _with_other_ends(known, ends)
    upsert_all(connection, EmploymentRow, ["employee_id", "employment_id"], rows)
    for (employee_id, _), last_day in sorted(gone.items()):
        if last_day is not None and last_day < amsterdam_day(now):
            revoke_after_leaving(connection, employee_id, last_day, now)
    announce(connection, changed, now)


def _ends_of(connection: Connection, employee_ids: Sequence[str]) -> Ends:
    rows = rows_of(
        connection, select(EmploymentRow).where(EmploymentRow.employee_id.in_(employee_ids))
    )
    return {(row.employee_id, row.employment_id): row.end_on for row in rows}


def _with_other_ends(known: Ends, shown: Ends) -> set[str]:
    """Who was known already and has another employment or last day than before."""
    people = {employee_id for employee_id, _ in known}
    return {key[0] for key, _ in known.items() ^ shown.items() if key[0] in people}


def _remove_others(connection: Connection, no_longer: Iterable[tuple[str, str]]) -> None:
    for employee_id, employment_id in no_longer:
        connection.execute(
            delete(EmploymentRow).where(
                EmploymentRow.employee_id == employee_id,
                EmploymentRow.employment_id == employment_id,
            )
        )


def in_chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Few enough at a time for a database to take as parameters."""
    for begin in range(0, len(ids), CHUNK):
        yield ids[begin : begin + CHUNK]


def accounts_of(connection: Connection, employee_id: str) -> list[LmsUserRow]:
    """The accounts that the LMS showed with this employee number."""
    return rows_of(connection, _ACCOUNTS, {"of_employee": employee_id})


_ACCOUNTS = (
    select(LmsUserRow)
    .where(LmsUserRow.employee_id == bindparam("of_employee"))
    .order_by(LmsUserRow.user_id)
)


def keep_lms_users(connection: Connection, users: Iterable[LmsUser], now: datetime) -> None:
    """A username belongs to the account that has it now: another one that had it was renamed or
    deleted, and has none until it is read again."""
    shown = {user.user_id: user for user in users}
    rows = [
        {
            "user_id": user.user_id,
            "username": user.username,
            "idnumber": user.idnumber,
            "employee_id": user.employee_id,
            "full_name": user.full_name,
            "email": user.email,
            "suspended": int(user.suspended),
            "seen_at": now,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "department": user.department,
        }
        for user in shown.values()
    ]
    for chunk in in_chunks(list(shown)):
        shown_before = select(LmsUserRow).where(one_of(connection, LmsUserRow.user_id, chunk))
        for before in rows_of(connection, shown_before):
            _change_hands(connection, before, shown[before.user_id], now)
    _give_up_names(connection, shown)
    upsert_all(connection, LmsUserRow, ["user_id"], rows)


def forget_names(connection: Connection, names: Iterable[str]) -> None:
    """Names that the LMS says nobody has."""
    for chunk in in_chunks(sorted(names)):
        connection.execute(
            update(LmsUserRow).where(LmsUserRow.username.in_(chunk)).values(username="")
        )


def forget_accounts(connection: Connection, user_ids: Collection[str]) -> None:
    """Accounts that the LMS has no longer: records may refer to their ids, nothing to their names
    and addresses."""
    table = table_of(LmsUserRow)
    names = inventory()[table.name].holding(Holds.IDENTITY)
    empty = {name: None if table.c[name].nullable else "" for name in names}
    for chunk in in_chunks(sorted(user_ids)):
        connection.execute(update(table).where(table.c.user_id.in_(chunk)).values(empty))


def _change_hands(connection: Connection, before: LmsUserRow, user: LmsUser, now: datetime) -> None:
    if user.employee_id is None or before.employee_id == user.employee_id:
        return
    if before.employee_id is not None and before.username not in ("", user.username):
        # Neither name nor number stayed: the id was given again.
        note_restore(connection, RestoreSign.ACCOUNT, user.user_id, now)
    hand_over_account(connection, user.user_id, user.employee_id)


def _give_up_names(connection: Connection, shown: Mapping[str, LmsUser]) -> None:
    names = {user.username: user.user_id for user in shown.values()}
    for chunk in in_chunks(list(names)):
        others = connection.execute(
            select(LmsUserRow.user_id, LmsUserRow.username).where(
                one_of(connection, LmsUserRow.username, chunk)
            )
        )
        lost = [user_id for user_id, username in others if names[username] != user_id]
        if lost:
            connection.execute(
                update(LmsUserRow).where(LmsUserRow.user_id.in_(lost)).values(username="")
            )
