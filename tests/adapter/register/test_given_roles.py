"""A role that was given ends with the employment, and does not come back with another one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of, rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.sign_in import GivenRoleRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.given_roles import give_role, given_to, holders_of, revoke_role
from adapter.register.keys import Role
from adapter.register.people import keep_employee
from adapter.register.sign_in.refusals import Why
from adapter.register.sign_in.rights import may_come_in, roles_of, why_kept_out
from connectors.ports import Employee, Employment

PERSON = "10005"
GIVEN = datetime(2027, 1, 4, 9, tzinfo=UTC)
LAST_DAY = date(2027, 3, 31)
FIRST = Employment("1", date(2019, 9, 1), LAST_DAY)
ONLY_EMPLOYEE = frozenset({Role.EMPLOYEE})
ADMIN = ONLY_EMPLOYEE | {Role.ADMIN}


def show(connection: Connection, *employments: Employment, at: datetime = GIVEN) -> None:
    """As the HRIS shows somebody from then on."""
    shown = Employee(PERSON, "Sanne", "", "Hof", None, None, None, employments)
    keep_employee(connection, shown, "urn:hris", at)


def give(connection: Connection, at: datetime = GIVEN) -> bool:
    return give_role(connection, PERSON, Role.ADMIN, by="beheer", now=at)


def roles(connection: Connection, day: date) -> frozenset[Role]:
    return roles_of(connection, PERSON, (), day)


def test_who_comes_back_after_a_gap_has_no_role_of_before(register: Register) -> None:
    again = date(2029, 1, 1)
    with register.write() as connection:
        show(connection, FIRST)
        give(connection)
        show(connection, FIRST, Employment("2", again, None))
        assert roles(connection, LAST_DAY) == ADMIN
        assert not may_come_in(connection, PERSON, date(2028, 11, 1))
        assert roles(connection, date(2028, 11, 1)) == ONLY_EMPLOYEE
        assert roles(connection, again) == ONLY_EMPLOYEE
        assert holders_of(connection, Role.ADMIN, again) == []


@pytest.mark.parametrize("begins", [LAST_DAY + timedelta(days=1), LAST_DAY, date(2027, 2, 1), None])
def test_who_goes_on_without_a_gap_keeps_it(register: Register, begins: date | None) -> None:
    with register.write() as connection:
        show(connection, FIRST)
        give(connection)
        show(connection, FIRST, Employment("2", begins, None))
        assert roles(connection, date(2029, 1, 1)) == ADMIN
        assert holders_of(connection, Role.ADMIN, date(2029, 1, 1)) == [PERSON]


def test_it_can_be_given_anew(register: Register) -> None:
    """Also in advance: then it opens on the first working day."""
    again = date(2029, 1, 1)
    with register.write() as connection:
        show(connection, FIRST)
        give(connection)
        assert not give(connection), "it stands"
        show(connection, FIRST, Employment("2", again, None))
        assert give(connection, datetime(2028, 12, 28, 9, tzinfo=UTC))
        assert roles(connection, date(2028, 12, 31)) == ONLY_EMPLOYEE
        assert roles(connection, again) == ADMIN
        assert len(rows_of(connection, select(GivenRoleRow))) == 2
        assert revoke_role(connection, PERSON, Role.ADMIN, by="beheer", now=GIVEN)
        assert given_to(connection, PERSON, again) == frozenset()


def test_another_person_under_the_same_number_has_no_role_of_the_one_before(
    register: Register,
) -> None:
    """The HRIS shows the employment of before no more, and nothing would tell of it."""
    again = datetime(2029, 1, 1, 9, tzinfo=UTC)
    with register.write() as connection:
        show(connection, FIRST)
        give(connection)
        show(connection, Employment("7", again.date(), None), at=again)
        assert roles(connection, again.date()) == ONLY_EMPLOYEE
        revoked = row_of(connection, select(GivenRoleRow))
        noted = select(AuditLineRow).where(AuditLineRow.action == "revoke-role")
        line = row_of(connection, noted)
    assert (revoked.revoked_by, revoked.revoked_at) == ("odwh-adapter", again)
    assert (line.actor, line.about, line.result) == (
        "odwh-adapter",
        PERSON,
        "admin ended with employment",
    )


def test_an_employment_that_goes_by_another_number_takes_no_role_away(register: Register) -> None:
    later = datetime(2027, 6, 1, 9, tzinfo=UTC)
    with register.write() as connection:
        show(connection, FIRST)
        give(connection)
        show(connection, Employment("A-1", date(2019, 9, 1), None), at=later)
        assert roles(connection, later.date()) == ADMIN


def test_who_is_to_begin_comes_in_two_weeks_before_as_an_employee(register: Register) -> None:
    first = date(2027, 5, 1)
    with register.write() as connection:
        show(connection, Employment("1", first, None))
        give(connection)
        early = first - timedelta(days=15)
        assert not may_come_in(connection, PERSON, early)
        assert why_kept_out(connection, PERSON, early) is Why.BEGINS_LATER
        assert may_come_in(connection, PERSON, first - timedelta(days=14))
        assert roles(connection, first - timedelta(days=1)) == ONLY_EMPLOYEE
        claimed = roles_of(connection, PERSON, ["hr"], first - timedelta(days=1))
        assert claimed == ONLY_EMPLOYEE
        assert roles(connection, first) == ADMIN


def test_whose_first_day_is_not_known_comes_in(register: Register) -> None:
    with register.write() as connection:
        show(connection, Employment("1", None, None))
        give(connection)
        assert may_come_in(connection, PERSON, GIVEN.date())
        assert roles(connection, GIVEN.date()) == ADMIN


def test_who_left_is_told_so(register: Register) -> None:
    with register.write() as connection:
        show(connection, FIRST)
        assert why_kept_out(connection, PERSON, date(2027, 4, 1)) is Why.LEFT
