"""Every night leavers lose what was copied of them, once nobody needs it; records wait."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.views.privacy.leavers import erase_leavers, past_record_term
from tests.fixtures.agency import ACCOUNT, IRIS, LONG_AGO, TODAY, Agency


@pytest.fixture
def leaver(register: Register) -> Agency:
    """Iris left more than two years ago, and neither HRIS nor LMS shows her any more."""
    agency = Agency(register)
    agency.in_order()
    gone = TODAY - timedelta(days=800)
    agency.change(EmploymentRow, {"employee_id": IRIS}, end_on=gone)
    agency.change(EmployeeRow, {"employee_id": IRIS}, missing_scans=3, last_seen_at=LONG_AGO)
    agency.change(LmsUserRow, {"user_id": ACCOUNT}, seen_at=LONG_AGO)
    return agency


def test_name_and_account_go_and_the_record_stays(leaver: Agency) -> None:
    assert erase_leavers(leaver.parts) == 1
    with leaver.register.read() as connection:
        person = row_of(connection, select(EmployeeRow))
        assert (person.given_name, person.family_name) == ("", IRIS)
        assert row_of(connection, select(LmsUserRow)).full_name == ""
        assert row_of(connection, select(DecisionRow)).employee_id == IRIS
    assert erase_leavers(leaver.parts) == 0


@pytest.mark.parametrize("column", ["username", "idnumber"])
def test_who_was_erased_without_the_account_name_is_looked_at_again(
    leaver: Agency, column: str
) -> None:
    """Earlier versions let it stand."""
    erase_leavers(leaver.parts)
    leaver.change(LmsUserRow, {"user_id": ACCOUNT}, **{column: "iris@example.org"})
    assert erase_leavers(leaver.parts) == 1
    with leaver.register.read() as connection:
        assert getattr(row_of(connection, select(LmsUserRow)), column) == ""


@pytest.mark.parametrize(
    ("end_on", "missing"), [(TODAY - timedelta(days=700), 3), (None, 3), (date(2024, 1, 1), 0)]
)
def test_who_is_within_the_term_or_still_shown_keeps_the_name(
    leaver: Agency, end_on: date | None, missing: int
) -> None:
    leaver.change(EmploymentRow, {"employee_id": IRIS}, end_on=end_on)
    shown = {"missing_scans": missing} | ({} if missing else {"last_seen_at": leaver.clock.now()})
    leaver.change(EmployeeRow, {"employee_id": IRIS}, **shown)
    assert erase_leavers(leaver.parts) == 0
    with leaver.register.read() as connection:
        assert row_of(connection, select(EmployeeRow)).given_name == "Iris"


def test_records_past_their_term_are_listed_for_a_person(leaver: Agency) -> None:
    with leaver.register.read() as connection:
        assert [one.employee_id for one in past_record_term(connection, TODAY)] == [IRIS]
        assert past_record_term(connection, TODAY - timedelta(days=900)) == []
