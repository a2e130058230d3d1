from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.days import amsterdam_day
from policy.errors import BeforePolicy, OutsideCalendar, UnknownTranche
from policy.model import Ground
from policy.tranches import (
    Procedure,
    interim_admissible,
    procedure,
    tranche_for,
    tranche_named,
    tranches_between,
)
from tests.policy.facts import POLICY

IN, BEFORE_START, INTERIM = (
    Procedure.IN_PROCEDURE,
    Procedure.DECIDE_BEFORE_START,
    Procedure.INTERIM,
)


@pytest.mark.parametrize(
    ("submitted", "starts_on", "name", "outcome"),
    [
        ("2026-11-15T23:59:59+01:00", date(2027, 3, 1), "2027-1", IN),
        ("2026-11-16T00:00:00+01:00", date(2027, 9, 1), "2027-2", IN),
        ("2026-11-15T23:00:00+00:00", date(2027, 9, 1), "2027-2", IN),
        ("2027-01-10T12:00:00+01:00", date(2027, 5, 1), "2027-2", INTERIM),
        ("2027-07-15T23:59:59+02:00", date(2027, 7, 16), "2027-2", BEFORE_START),
        ("2027-07-16T00:00:00+02:00", date(2027, 12, 1), "2028-1", INTERIM),
        ("2026-11-01T12:00:00+01:00", date(2027, 1, 10), "2027-1", BEFORE_START),
        # Edges of the decision window
        ("2026-11-01T12:00:00+01:00", date(2026, 12, 31), "2027-1", INTERIM),
        ("2026-11-01T12:00:00+01:00", date(2027, 1, 1), "2027-1", BEFORE_START),
        ("2026-11-01T12:00:00+01:00", date(2027, 1, 31), "2027-1", BEFORE_START),
        ("2026-11-01T12:00:00+01:00", date(2027, 2, 1), "2027-1", IN),
        ("2027-07-01T12:00:00+02:00", date(2027, 8, 31), "2027-2", BEFORE_START),
        ("2027-07-01T12:00:00+02:00", date(2027, 9, 1), "2027-2", IN),
        # Summer time: in July the day in Amsterdam begins at 22:00 UTC
        ("2027-07-15T21:59:59+00:00", date(2027, 12, 1), "2027-2", IN),
        ("2027-07-15T22:00:00+00:00", date(2028, 3, 1), "2028-1", IN),
    ],
)
def test_a_request_falls_in_the_tranche_of_its_day_in_amsterdam(
    submitted: str, starts_on: date, name: str, outcome: Procedure
) -> None:
    day = amsterdam_day(datetime.fromisoformat(submitted))
    assert tranche_for(day, POLICY).name == name
    assert procedure(day, starts_on, POLICY) is outcome


def test_a_tranche_names_its_periods_with_first_and_last_day() -> None:
    tranche = tranche_named("2027-1", POLICY)
    assert (tranche.submitted_from, tranche.deadline_on) == (date(2026, 7, 16), date(2026, 11, 15))
    assert (tranche.decision_from, tranche.decision_until) == (date(2027, 1, 1), date(2027, 1, 31))
    second = tranche_named("2027-2", POLICY)
    assert (second.submitted_from, second.deadline_on) == (date(2026, 11, 16), date(2027, 7, 15))
    assert (second.decision_from, second.decision_until) == (date(2027, 7, 16), date(2027, 8, 31))


@pytest.mark.parametrize("day", [date(2025, 10, 1), date(2025, 11, 15), date(1, 1, 1)])
def test_what_was_asked_before_the_first_tranche_is_no_tranche(day: date) -> None:
    with pytest.raises(BeforePolicy, match="existing commitment"):
        tranche_for(day, POLICY)


def test_the_first_tranche_opens_on_16_november_2025() -> None:
    assert tranche_for(date(2025, 11, 16), POLICY).name == "2026-2"


@pytest.mark.parametrize("name", ["2026-1", "2027-3", "2027-0", "27-1", "2027-1 ", "0000-1", ""])
def test_a_name_that_is_no_tranche_is_refused(name: str) -> None:
    with pytest.raises(UnknownTranche):
        tranche_named(name, POLICY)


@pytest.mark.parametrize("day", [date(9999, 7, 16), date(9999, 11, 16), date.max])
def test_the_end_of_the_calendar_is_a_clear_refusal(day: date) -> None:
    with pytest.raises(OutsideCalendar, match="9999"):
        tranche_for(day, POLICY)


def test_tranches_of_a_period_are_those_open_on_one_of_its_days() -> None:
    found = tranches_between(date(2026, 7, 15), date(2026, 11, 16), POLICY)
    assert [tranche.name for tranche in found] == ["2026-2", "2027-1", "2027-2"]
    assert tranches_between(date(2020, 1, 1), date(2025, 11, 15), POLICY) == ()


@given(st.dates(date(2025, 11, 16), date(9990, 1, 1)))
def test_every_day_since_the_first_has_one_tranche_and_later_days_no_earlier_one(day: date) -> None:
    tranche = tranche_for(day, POLICY)
    next_day = tranche_for(day + timedelta(days=1), POLICY)
    assert tranche.submitted_from <= day <= tranche.deadline_on < tranche.decision_from
    assert tranche_named(tranche.name, POLICY) == tranche
    assert tranche.deadline_on <= next_day.deadline_on
    assert (next_day == tranche) == (day < tranche.deadline_on)


@pytest.mark.parametrize(
    ("ground", "evidence", "consented_on", "admissible"),
    [
        (Ground.LEGAL, True, date(2027, 4, 30), True),
        (Ground.FUNCTION, True, date(2027, 5, 1), True),
        (Ground.LEGAL, True, date(2027, 5, 2), False),
        (Ground.LEGAL, True, None, False),
        (Ground.LEGAL, False, date(2027, 4, 30), False),
        (Ground.TEAM, True, date(2027, 4, 30), False),
    ],
)
def test_an_interim_request_needs_necessity_evidence_and_consent_in_time(
    ground: Ground, evidence: bool, consented_on: date | None, admissible: bool
) -> None:
    assert (
        interim_admissible(
            ground, evidence=evidence, consented_on=consented_on, starts_on=date(2027, 5, 1)
        )
        is admissible
    )
