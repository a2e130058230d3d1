"""Who is to have which account, read from the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_as
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.register.work_mails import work_mails
from adapter.subjects.accounts.desired_account import DesiredAccount, family_name, standing_on
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import RUNNING


class ShownPerson:
    """The columns of a person that an account goes by: all of them take twice as long for a whole
    agency."""

    employee_id: str
    given_name: str
    family_name_prefix: str
    family_name: str
    email: str | None
    department: str | None
    manager_id: str | None
    missing_scans: int
    active: int | None


def read_desired_accounts(connection: Connection, today: date) -> list[DesiredAccount]:
    """Everyone that the register knows, by number. Who has no e-mail address in the HRIS has the
    one that an identity provider tells, if any."""
    terms: dict[str, list[EmploymentFacts]] = defaultdict(list)
    told = select(
        EmploymentRow.employee_id,
        EmploymentRow.employment_id,
        EmploymentRow.start_on,
        EmploymentRow.end_on,
    )
    for number, employment_id, start, end in connection.execute(told):
        terms[number].append(EmploymentFacts(employment_id, start, end))
    hearsay = frozenset(
        connection.execute(
            select(ExitRow.employee_id).where(ExitRow.verified == 0, ExitRow.state.in_(RUNNING))
        ).scalars()
    )
    mails = work_mails(connection)
    columns = [getattr(EmployeeRow, name) for name in ShownPerson.__annotations__]
    people = rows_as(connection, select(*columns).order_by(EmployeeRow.employee_id), ShownPerson)
    wanted = [
        desired_account_of(
            row, terms[row.employee_id], today, borne_out=row.employee_id not in hearsay
        )
        for row in people
    ]
    return [
        one if one.email else replace(one, email=mails.get(one.employee_id, "")) for one in wanted
    ]


def desired_account_of(
    row: EmployeeRow | ShownPerson,
    terms: Sequence[EmploymentFacts],
    today: date,
    *,
    borne_out: bool,
) -> DesiredAccount:
    """Of one person and what the register says of the employments."""
    shown = row.missing_scans == 0 and row.active != 0
    return DesiredAccount(
        employee_id=row.employee_id,
        standing=standing_on(today, terms, shown=shown, borne_out=borne_out),
        given_name=row.given_name.strip(),
        family_name=family_name(row.family_name_prefix, row.family_name),
        email=(row.email or "").strip(),
        department=(row.department or "").strip(),
        manager_id=row.manager_id or "",
    )
