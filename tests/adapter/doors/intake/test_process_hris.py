"""Every order and repetition of what an HRIS tells ends in the same exit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimRow
from adapter.ground.store.tables.exits import (
    EmploymentNewsRow,
    ExitChangeRow,
    ExitRow,
    RepaymentStatementRow,
)
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues.cannot_process import CannotProcess
from adapter.subjects.leaving.hris_messages import HrisMessage
from adapter.subjects.sync.hris_events import process
from connectors.errors import Transient
from tests.fixtures.leavers import (
    LEAVER,
    PeopleInMemory,
    SetClock,
    employment,
    happen,
    keep,
    parts_of,
    person,
    receive,
    rows,
    told,
    trained,
)
from tests.fixtures.past_the_triggers import force
from tests.fixtures.recorded_events import canonical_events

DECEMBER = date(2027, 12, 31)
JANUARY = date(2028, 1, 31)


def noon(day: int, month: int = 11, year: int = 2027) -> datetime:
    return datetime(year, month, day, 11, 0, tzinfo=UTC)


def states(register: Register) -> list[tuple[Any, ...]]:
    return sorted((r["employment_id"], r["state"], r["last_day"]) for r in rows(register, ExitRow))


def kinds(register: Register) -> list[str]:
    return [r["kind"] for r in rows(register, RepaymentStatementRow)]


ANNOUNCED = told("offboarding.announced", noon(1), DECEMBER)
CHANGED = told("offboarding.changed", noon(3), JANUARY)
WITHDRAWN = told("offboarding.withdrawn", noon(5))
SUSPECTED = told("offboarding.suspected", noon(4), number=None)
DISABLED = told("access.disabled", noon(2), number=None)
AGAIN = told("offboarding.announced", noon(7), DECEMBER)
PASSED = told("offboarding.effective", noon(1, 1, 2028), DECEMBER)
REHIRED = told("employee.rehired", noon(9, 1, 2028), number=None)
RENEWED = told(
    "employment.renewed", noon(6), date(2029, 1, 1), "2", employment={"start_date": "2028-01-01"}
)
SHORT = told(
    "employment.renewed", noon(5), date(2028, 3, 31), "2", employment={"start_date": "2028-01-01"}
)


def told_by(*history: HrisMessage) -> datetime:
    """The first moment at which all of it can have been told."""
    return max(SetClock().moment, *(message.time for message in history))


HISTORIES = [
    ((ANNOUNCED, DISABLED, CHANGED, WITHDRAWN, AGAIN), {"1": ("announced", DECEMBER)}),
    ((ANNOUNCED, DISABLED, CHANGED, SUSPECTED, WITHDRAWN), {}),
    ((DISABLED, SUSPECTED, DISABLED, SUSPECTED, DISABLED), {"1": ("suspected", None)}),
    ((ANNOUNCED, CHANGED, AGAIN, PASSED, REHIRED), {"1": ("rehired", None)}),
    ((ANNOUNCED, DISABLED, SUSPECTED, RENEWED, REHIRED), {}),
    ((ANNOUNCED, RENEWED, AGAIN, SUSPECTED, PASSED), {}),
    ((ANNOUNCED, SHORT, DISABLED, SUSPECTED, RENEWED), {}),
]


@pytest.mark.parametrize(("history", "expected"), HISTORIES)
def test_any_order_of_a_history_of_five_ends_in_the_same_state(
    register: Register,
    history: tuple[HrisMessage, ...],
    expected: dict[str, tuple[str, date | None]],
) -> None:
    """A sample; all orders of all histories are tried in `test_every_order`."""
    parts = parts_of(register, clock=SetClock(told_by(*history)))
    shuffle = Random(5)  # noqa: S311 - the same orders each time
    for order in (history[::-1], *(shuffle.sample(history, 5) for _ in range(3))):
        with register.write() as connection:
            tables = (
                RepaymentStatementRow,
                ExitChangeRow,
                ExitRow,
                EmploymentNewsRow,
                InboxEventRow,
            )
            force(connection, *(delete(table) for table in tables))
        forget(register)
        happen(parts, (*order[:3], *order))
        standing = [one for one in states(register) if one[1] != "withdrawn"]
        assert standing == [(number, *end) for number, end in expected.items()], [
            message.kind for message in order
        ]


def forget(register: Register) -> None:
    with register.write() as connection:
        connection.execute(delete(EmploymentRow))
    keep(register, person())


def test_old_news_is_kept_but_not_applied(register: Register) -> None:
    keep(register, person())
    happen(parts_of(register), [CHANGED, ANNOUNCED])
    applied = {r["kind"]: r["applied"] for r in rows(register, ExitChangeRow)}
    assert applied == {"offboarding.changed": 1, "offboarding.announced": 0}


def test_what_the_hris_shows_now_counts_and_not_what_the_event_says(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(JANUARY))
    happen(parts_of(register, hris), [ANNOUNCED])
    assert states(register) == [("1", "announced", JANUARY)]
    assert rows(register, ExitRow)[0]["verified"] == 1
    assert len(rows(register, EmployeeRow)) == 1


def test_without_an_hris_the_event_counts_and_is_marked_as_not_verified(
    register: Register,
) -> None:
    keep(register, person())
    happen(parts_of(register), [ANNOUNCED])
    assert rows(register, ExitRow)[0]["verified"] == 0


def test_nobody_knows_the_employee(register: Register) -> None:
    parts = parts_of(register, PeopleInMemory())
    event = receive(parts, ANNOUNCED)
    with pytest.raises(CannotProcess) as failure:
        process(parts, event)
    assert failure.value.reason == {"code": "employee_unknown", "employee": LEAVER}
    assert rows(register, InboxEventRow)[0]["state"] == "received"


def test_an_hris_that_is_down_leaves_everything_as_it_was(register: Register) -> None:
    keep(register, person())
    parts = parts_of(register, PeopleInMemory(down=True))
    with pytest.raises(Transient):
        process(parts, receive(parts, ANNOUNCED))
    assert states(register) == []


def test_disabled_access_alone_is_a_suspicion_while_the_hris_shows_no_end(
    register: Register,
) -> None:
    hris = PeopleInMemory()
    hris.show(employment())
    happen(parts_of(register, hris), [DISABLED])
    assert states(register) == [("1", "suspected", None)]
    assert kinds(register) == []


def test_disabled_access_finds_the_end_that_the_hris_does_show(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(DECEMBER))
    happen(parts_of(register, hris), [DISABLED])
    assert states(register) == [("1", "announced", DECEMBER)]


def test_one_employment_ending_is_no_exit_while_another_runs(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(DECEMBER), employment(number="2"))
    happen(parts_of(register, hris), [ANNOUNCED])
    assert states(register) == [("1", "withdrawn", DECEMBER)]
    assert kinds(register) == []


def test_an_employment_that_goes_on_the_next_day_is_no_exit(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(DECEMBER), employment(number="2", start=date(2028, 1, 1)))
    happen(parts_of(register, hris), [ANNOUNCED])
    assert states(register) == [("1", "withdrawn", DECEMBER)]


def test_an_employment_that_begins_after_a_gap_is_a_return(register: Register) -> None:
    keep(register, person())
    hris = PeopleInMemory()
    clock = SetClock(noon(2, 1, 2028))
    hris.show(employment(DECEMBER))
    parts = parts_of(register, hris, clock)
    happen(parts, [PASSED])
    assert states(register) == [("1", "effective", DECEMBER)]
    clock.moment = noon(9, 3, 2028)
    hris.show(employment(DECEMBER), employment(number="2", start=date(2028, 3, 1)))
    happen(parts, [told("employee.rehired", noon(9, 3, 2028), number="2")])
    assert states(register) == [("1", "rehired", DECEMBER)]


def test_two_employments_that_end_together_are_one_exit(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(DECEMBER), employment(DECEMBER, "2", date(2022, 1, 1)))
    happen(parts_of(register, hris), [ANNOUNCED])
    assert states(register) == [("1", "withdrawn", DECEMBER), ("2", "announced", DECEMBER)]


def test_the_successor_of_a_contract_is_an_exit_only_when_its_own_end_is_near(
    register: Register,
) -> None:
    keep(register, person())
    near_end = date(2028, 3, 31)
    near = told(
        "employment.renewed", noon(6), near_end, "2", employment={"start_date": "2028-01-01"}
    )
    happen(parts_of(register), [ANNOUNCED, near])
    assert states(register) == [("1", "withdrawn", DECEMBER), ("2", "announced", near_end)]


def test_an_exit_makes_the_enrolments_be_decided_again_once(register: Register) -> None:
    keep(register, person())
    happen(parts_of(register), [ANNOUNCED, told("offboarding.announced", noon(2), DECEMBER)])
    announced = [r for r in rows(register, InboxEventRow) if r["channel"] == "register"]
    assert [r["body"] for r in announced] == [{"employee_id": LEAVER}]


def test_an_announced_exit_gets_a_preview_and_an_effective_one_a_settlement(
    register: Register,
) -> None:
    trained(register, noon(31, 3, 2027))
    happen(parts_of(register), [ANNOUNCED, CHANGED])
    assert kinds(register) == ["preview", "preview"]
    effective = told("offboarding.effective", noon(31, 1, 2028), JANUARY)
    happen(parts_of(register, clock=SetClock(effective.time)), [effective])
    assert kinds(register) == ["preview", "preview", "settlement"]


def test_a_last_day_that_a_clock_a_year_ahead_calls_passed_is_still_announced(
    register: Register,
) -> None:
    trained(register, noon(31, 3, 2027))
    hris = PeopleInMemory()
    hris.show(employment(DECEMBER))
    parts = parts_of(register, hris, SetClock(noon(23)))
    happen(parts, [ANNOUNCED, told("offboarding.effective", noon(23, year=2028), DECEMBER)])
    assert states(register) == [("1", "announced", DECEMBER)]
    assert kinds(register) == ["preview"]
    assert rows(register, ClaimRow) == []
    assert rows(register, ExitRow)[0]["noticed_at"] == noon(23)


def test_an_exit_told_after_a_return_from_a_clock_that_is_ahead_stands(register: Register) -> None:
    keep(register, person())
    hris = PeopleInMemory()
    hris.show(employment())
    clock = SetClock(noon(23))
    parts = parts_of(register, hris, clock)
    happen(parts, [told("employee.rehired", noon(23, year=2028))])
    clock.moment = noon(1, 12)
    hris.show(employment(DECEMBER))
    happen(parts, [told("offboarding.announced", clock.moment, DECEMBER)])
    assert states(register) == [("1", "announced", DECEMBER)]


def test_a_suspicion_from_a_clock_that_is_ahead_is_answered_by_what_is_told_later(
    register: Register,
) -> None:
    keep(register, person())
    hris = PeopleInMemory()
    hris.show(employment())
    clock = SetClock(noon(23))
    parts = parts_of(register, hris, clock)
    happen(parts, [told("offboarding.suspected", noon(23, year=2037), number=None)])
    assert states(register) == [("1", "suspected", None)]
    clock.moment = noon(23, 12)
    happen(parts, [told("offboarding.withdrawn", clock.moment)])
    assert states(register) == [("1", "withdrawn", None)]


def recorded() -> list[HrisMessage]:
    """The canonical events of the HRIS, all as if they were about the one person we know."""
    employee = {"employee_id": LEAVER}
    return [
        HrisMessage.model_validate(event | {"data": event["data"] | {"employee": employee}})
        for event in canonical_events()
    ]


RECORDED_ENDS = [
    ("offboarding.announced", {"1": ("announced", date(2026, 12, 31))}),
    ("offboarding.changed", {"1": ("announced", date(2027, 1, 31))}),
    ("offboarding.withdrawn", {}),
    ("offboarding.effective", {"1": ("effective", date(2026, 12, 31))}),
    ("offboarding.effective", {"1": ("effective", date(2026, 12, 31))}),
    ("access.disabled", {"1": ("suspected", None)}),
    ("offboarding.suspected", {"1": ("suspected", None)}),
    ("offboarding.suspected", {"1": ("suspected", None)}),
    ("employment.ended_other_remains", {}),
    ("employment.renewed", {}),
    ("employee.rehired", {"1": ("rehired", None)}),
]


def test_each_recorded_event_alone_leads_to_what_its_action_says(register: Register) -> None:
    ends = []
    for message in recorded():
        clock = SetClock(max(datetime(2026, 12, 20, tzinfo=UTC), message.time))
        with register.write() as connection:
            tables = (
                RepaymentStatementRow,
                ExitChangeRow,
                ExitRow,
                EmploymentNewsRow,
                InboxEventRow,
            )
            force(connection, *(delete(table) for table in tables))
        forget(register)
        happen(parts_of(register, clock=clock), [message])
        left = {one[0]: one[1:] for one in states(register) if one[1] != "withdrawn"}
        ends.append((message.kind, left))
        calculated = kinds(register)
        assert calculated == {"announced": ["preview"], "effective": ["settlement"]}.get(
            left["1"][0] if left else "", []
        )
    assert ends == RECORDED_ENDS


@pytest.mark.parametrize("end", [WITHDRAWN, told("employee.rehired", noon(8), number=None)])
def test_a_withdrawn_exit_or_a_return_withdraws_the_claim(
    register: Register, end: HrisMessage
) -> None:
    trained(register, noon(31, 3, 2027))
    happen(parts_of(register), [ANNOUNCED, end])
    made = rows(register, RepaymentStatementRow)
    assert [r["kind"] for r in made] == ["preview", "withdrawn"]
    assert made[0]["total_claimable_cents"] == 240_000
    assert made[1]["total_computed_cents"] == 0


def test_a_date_that_moves_and_comes_back_is_three_versions(register: Register) -> None:
    trained(register, noon(31, 3, 2027))
    back = told("offboarding.changed", noon(4), DECEMBER)
    happen(parts_of(register), [ANNOUNCED, CHANGED, back])
    assert [r["exit_on"] for r in rows(register, RepaymentStatementRow)] == [
        DECEMBER,
        JANUARY,
        DECEMBER,
    ]


def test_an_event_of_another_kind_is_ignored_with_the_reason(register: Register) -> None:
    keep(register, person())
    happen(parts_of(register), [told("leave.started", noon(1))])
    assert rows(register, InboxEventRow)[0]["state"] == "ignored"
    assert rows(register, InboxEventRow)[0]["reason"] == {
        "code": "not_our_kind",
        "kind": "leave.started",
    }


def test_processing_an_event_a_second_time_changes_nothing(register: Register) -> None:
    trained(register, noon(31, 3, 2027))
    parts = parts_of(register)
    event = receive(parts, ANNOUNCED)
    process(parts, event)
    process(parts, event)
    assert len(rows(register, ExitChangeRow)) == 1
    assert len(rows(register, RepaymentStatementRow)) == 1


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (told("offboarding.announced", noon(1), DECEMBER, None), ("1", "announced", DECEMBER)),
        (DISABLED, ("1", "suspected", None)),
    ],
)
def test_news_of_somebody_without_a_known_employment_is_not_lost(
    register: Register, message: HrisMessage, expected: tuple[str, str, date | None]
) -> None:
    keep(register, replace(person(), employments=()))
    happen(parts_of(register), [message])
    assert states(register) == [expected]


def test_an_older_reading_does_not_undo_a_newer_one(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(JANUARY))
    happen(parts_of(register, hris, SetClock(noon(23))), [ANNOUNCED])
    hris.show(employment(DECEMBER))
    late = parts_of(register, hris, SetClock(noon(22)))
    happen(late, [CHANGED])
    assert states(register) == [("1", "announced", JANUARY)]


def test_two_workers_with_news_of_one_person_make_one_exit(register: Register) -> None:
    trained(register, noon(31, 3, 2027))
    parts = parts_of(register)
    events = [receive(parts, message) for message in (ANNOUNCED, CHANGED, DISABLED, SUSPECTED)]
    with ThreadPoolExecutor(len(events)) as workers:
        list(workers.map(lambda event: process(parts, event), events))
    assert states(register) == [("1", "announced", JANUARY)]
    versions = [r["version"] for r in rows(register, RepaymentStatementRow)]
    assert sorted(versions) == list(range(1, len(versions) + 1))
