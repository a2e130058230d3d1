"""Who is to have which account, read from the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.tables.exits import exits
from adapter.ground.store.tables.people import employees, employments
from adapter.register.work_mails import work_mails
from adapter.subjects.accounts.desired_account import Wanted, family_name, standing_on
from adapter.subjects.leaving.employments import EmploymentFacts
from adapter.subjects.leaving.lifecycle import RUNNING

READ = (
    "employee_id",
    "given_name",
    "family_name_prefix",
    "family_name",
    "email",
    "department",
    "manager_id",
    "missing_scans",
    "active",
)
"""The columns that `wanted_of` needs: all of them take twice as long for a whole agency."""


def read_wanted(connection: Connection, today: date) -> list[Wanted]:
    """Everyone that the register knows, by number. Who has no e-mail address in the HRIS has the
    one that an identity provider tells, if any."""
    terms: dict[str, list[EmploymentFacts]] = defaultdict(list)
    told = select(
        employments.c.employee_id,
        employments.c.employment_id,
        employments.c.start_on,
        employments.c.end_on,
    )
    for number, *facts in connection.execute(told):
        terms[number].append(EmploymentFacts(*facts))
    hearsay = frozenset(
        connection.execute(
            select(exits.c.employee_id).where(exits.c.verified == 0, exits.c.state.in_(RUNNING))
        ).scalars()
    )
    mails = work_mails(connection)
    columns = [employees.c[name] for name in READ]
    people = connection.execute(select(*columns).order_by(employees.c.employee_id))
    wanted = [
        wanted_of(row, terms[row.employee_id], today, borne_out=row.employee_id not in hearsay)
        for row in people
    ]
    return [
        one if one.email else replace(one, email=mails.get(one.employee_id, "")) for one in wanted
    ]


def wanted_of(
    row: Row[Any], terms: Sequence[EmploymentFacts], today: date, *, borne_out: bool
) -> Wanted:
    """Of one row of `employees` and what it says of the employments."""
    shown = row.missing_scans == 0 and row.active != 0
    return Wanted(
        employee_id=row.employee_id,
        standing=standing_on(today, terms, shown=shown, borne_out=borne_out),
        given_name=row.given_name.strip(),
        family_name=family_name(row.family_name_prefix, row.family_name),
        email=(row.email or "").strip(),
        department=(row.department or "").strip(),
        manager_id=row.manager_id or "",
    )
