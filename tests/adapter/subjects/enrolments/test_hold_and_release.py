"""From an enrolment in the LMS to a hold and back, over real HTTP against the sandbox."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from adapter.deliveries.deliver import deliver_due
from adapter.doors.intake.process import process_due
from adapter.ground.clock import today
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.programs.worker import work_once
from adapter.register import enforcement_switch
from adapter.register.decision_log import recompute
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.views.reconcile.run import reconcile
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from connectors.ports import Employment
from sandboxes.moodle.state import REPORT_ID, SUSPENDED, User
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, LEADERSHIP, MANAGER, PIET, ZULEYHA, Workbench

START, END = 1_803_850_800, 1_806_000_000


def work(bench: Workbench) -> None:
    """Until there is nothing left to do."""
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def test_an_enrolment_without_a_grant_is_suspended_with_its_dates_kept(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    event = tell(
        workbench, "user_enrolment_created", PIET, EXCEL, method="manual", object_id=enrolment.id
    )
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", SUSPENDED, START, END)]
    [decision] = workbench.decided()
    assert (decision.outcome, decision.employee_id) == ("hold", "10005")
    assert [finding["code"] for finding in decision.findings] == ["grant_missing"]
    assert [(hold.state, hold.decision_id) for hold in workbench.held()] == [("held", decision.id)]
    assert [row.state for row in workbench.events() if row.id == event] == ["processed"]


def test_employee_and_manager_are_told_why_in_dutch(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    [to_employee], [to_manager] = workbench.messages_to(PIET), workbench.messages_to(MANAGER)
    assert "Excel voor gevorderden staat stil" in to_employee
    assert "Wat kun je doen?" in to_employee
    assert "Sanne van 't Hof 10005" in to_manager


def test_the_event_of_our_own_suspension_changes_nothing(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    before = [row.id for row in workbench.actions()]
    event = tell(workbench, "user_enrolment_updated", PIET, EXCEL, method="manual")
    work(workbench)
    assert [row.id for row in workbench.actions()] == before
    assert len(workbench.decided()) == 1
    assert [row.state for row in workbench.events() if row.id == event] == ["processed"]


def test_a_grant_lifts_the_hold_and_the_dates_are_as_before(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", 0, START, END)]
    assert [hold.state for hold in workbench.held()] == ["released"]
    assert [decision.outcome for decision in workbench.decided()] == ["hold", "allow"]
    assert "is vrijgegeven" in workbench.messages_to(PIET)[-1]


def test_a_costly_course_stays_held_until_both_have_signed(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    grant = workbench.grant("10005", "OPL-003", costs_cents=240_000, repayment_scheme=1)
    work(workbench)
    codes = [finding["code"] for finding in workbench.decided()[-1].findings]
    assert codes == ["agreement_missing"]
    workbench.agree(grant, "10005", "OPL-003", "employee", "manager")
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [hold.state for hold in workbench.held()] == ["released"]


def test_a_self_enrolment_is_removed_by_the_id_that_the_event_told(workbench: Workbench) -> None:
    enrolment = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    tell(
        workbench,
        "user_enrolment_created",
        ZULEYHA,
        LEADERSHIP,
        method="self",
        object_id=enrolment.id,
    )
    work(workbench)
    assert workbench.statuses(LEADERSHIP, ZULEYHA) == []
    assert [hold.state for hold in workbench.held()] == ["held"]


def test_after_a_removed_self_enrolment_a_grant_opens_the_cohort_again(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    tell(
        workbench,
        "user_enrolment_created",
        ZULEYHA,
        LEADERSHIP,
        method="self",
        object_id=enrolment.id,
    )
    work(workbench)
    workbench.grant("10003", "OPL-002")
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["released"]
    [cohort] = workbench.moodle.state.cohorts.values()
    assert (cohort.idnumber, cohort.members) == ("OK-OPL-002", [ZULEYHA])


def test_a_polled_self_enrolment_is_out_of_reach_until_an_event_tells_its_id(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["unreachable"]
    assert [status for _, status, _, _ in workbench.statuses(LEADERSHIP, ZULEYHA)] == [0]
    tell(
        workbench,
        "user_enrolment_created",
        ZULEYHA,
        LEADERSHIP,
        method="self",
        object_id=enrolment.id,
    )
    work(workbench)
    assert workbench.statuses(LEADERSHIP, ZULEYHA) == []
    assert [hold.state for hold in workbench.held()] == ["held"]


def test_a_poll_finds_what_no_event_told(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    polled = poll_enrolments(workbench.parts)
    work(workbench)
    assert (polled.changed, polled.decided) == (1, 1)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]


def test_a_second_poll_of_the_same_decides_nothing(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    again = poll_enrolments(workbench.parts)
    assert (again.changed, again.gone, again.decided) == (0, 0, 0)


def test_a_dry_run_tells_the_difference_and_keeps_nothing(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    assert poll_enrolments(workbench.parts, dry_run=True).changed == 1
    assert workbench.decided() == []
    assert poll_enrolments(workbench.parts, dry_run=True).changed == 1


def test_an_enrolment_of_2026_gets_advice_and_is_not_touched(workbench: Workbench) -> None:
    workbench.clock.advance(days=-98)  # 23 November 2026
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    assert [decision.outcome for decision in workbench.decided()] == ["advise"]
    assert workbench.actions() == []
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]


def test_while_paused_nothing_is_written_and_on_resume_it_is(workbench: Workbench) -> None:
    throw(workbench, on=True)
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [decision.outcome for decision in workbench.decided()] == ["hold"]
    assert workbench.messages_to(PIET) == []
    throw(workbench, on=False)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]


def throw(bench: Workbench, *, on: bool) -> None:
    with bench.register.write() as connection:
        enforcement_switch.throw(connection, on=on, reason="test", by="test", now=bench.clock.now())


def test_too_many_holds_in_an_hour_pause_writing_and_ask_hr(workbench: Workbench) -> None:
    limit = workbench.parts.settings.brake.holds_per_hour
    for number in range(limit + 1):
        user = 100 + number
        add_account(workbench, user)
        workbench.enrol(EXCEL, user)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    deliver_due(workbench.parts, 100)
    with workbench.register.read() as connection:
        pause = enforcement_switch.pause_in_force(connection)
    assert pause is not None
    assert (pause.by, str(limit + 1) in pause.reason) == ("brake", True)
    assert all(
        status == 0
        for number in range(limit + 1)
        for _, status, _, _ in workbench.statuses(EXCEL, 100 + number)
    )
    assert [row.kind for row in workbench.actions() if row.kind.startswith("mail")] == ["mail.hr"]


def add_account(bench: Workbench, user: int) -> None:
    employee_id = f"20{user}"
    bench.hire(employee_id)
    bench.moodle.state.add_user(
        User(
            user,
            f"user{user}",
            "A",
            f"B{user}",
            f"user{user}@example.org",
            idnumber=f"P{employee_id}",
            profile={"personeelsnummer": employee_id},
        )
    )


def test_the_adapters_own_account_is_never_held(workbench: Workbench) -> None:
    service_user = workbench.moodle.state.users[3]
    service_user.profile["personeelsnummer"] = "10009"
    workbench.enrol(EXCEL, 3)
    tell(workbench, "user_enrolment_created", 3, EXCEL, method="manual")
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["unreachable"]
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, 3)] == [0]


@pytest.mark.parametrize(("course", "method"), [(EXCEL, "manual"), (LEADERSHIP, "self")])
def test_an_account_that_became_the_adapters_own_is_not_held_any_more(
    workbench: Workbench, course: int, method: str
) -> None:
    """The token was replaced by one of another account between the decision and the hold."""
    enrolment = workbench.enrol(course, PIET, method)
    kind = "user_enrolment_created"
    tell(workbench, kind, PIET, course, method=method, object_id=enrolment.id)
    process_due(workbench.parts)
    assert [hold.state for hold in workbench.held()] == ["planned"]
    workbench.moodle.state.add_token("of Piet", PIET)
    workbench.moodle.state.users[PIET].admin = True  # so that he may call what the adapter calls
    config = MoodleConfig(workbench.moodle.url, "of Piet", enrolment_report_id=REPORT_ID)
    with closing(Moodle(config, now=workbench.clock.now)) as lms:
        while deliver_due(replace(workbench.parts, lms=lms)):
            workbench.clock.advance(seconds=1)
    dead = [str(row.last_error) for row in workbench.actions() if row.state == "dead"]
    assert any("own account" in error for error in dead), dead
    assert [status for _, status, _, _ in workbench.statuses(course, PIET)] == [0]


def test_an_event_that_comes_late_gives_the_next_enrolment_not_the_id_of_the_one_before(
    workbench: Workbench,
) -> None:
    """By that id the wrong one, or somebody else's, would be removed."""
    first = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    kind = "user_enrolment_created"
    tell(workbench, kind, ZULEYHA, LEADERSHIP, method="self", object_id=first.id)
    del workbench.moodle.state.enrolments[first.id]
    workbench.clock.advance(minutes=10)
    workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["unreachable"]
    assert [hold.enrolment_id for hold in workbench.held()] == [None]
    assert len(workbench.statuses(LEADERSHIP, ZULEYHA)) == 1


def test_running_training_is_not_stopped_for_hours_that_were_granted_after_it(
    workbench: Workbench,
) -> None:
    workbench.grant("10005", "OPL-003", hours=Decimal("39.00"))
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    assert [decision.outcome for decision in workbench.decided()] == ["allow"]
    workbench.grant("10005", "OPL-777", hours=Decimal("39.00"))
    workbench.grant("10005", "OPL-002", hours=Decimal("10.00"))
    workbench.enrol(LEADERSHIP, PIET)
    tell(workbench, "user_enrolment_created", PIET, LEADERSHIP, method="manual")
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [status for _, status, _, _ in workbench.statuses(LEADERSHIP, PIET)] == [SUSPENDED]
    codes = [finding["code"] for finding in workbench.decided()[-1].findings]
    assert "hours_norm_exceeded" in codes
    workbench.clock.advance(hours=2)
    run_id = reconcile(workbench.parts, as_of=today(workbench.clock))
    with workbench.register.read() as connection:
        found = connection.execute(
            select(ReconciliationFindingRow.code).where(ReconciliationFindingRow.run_id == run_id)
        ).scalars()
        codes = list(found)
    assert "hours_norm_exceeded" in codes
    assert "hold_not_placed" not in codes


def test_a_decision_of_the_log_can_be_recomputed_to_the_same(workbench: Workbench) -> None:
    workbench.grant("10005", "OPL-003", hours=Decimal("91.00"))
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    with workbench.register.read() as connection:
        for decision in workbench.decided():
            again = recompute(connection, decision.id)
            assert again is not None
            assert again.same


def test_a_hold_lifted_by_hand_in_the_lms_is_placed_again(workbench: Workbench) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    workbench.clock.advance(hours=1)
    enrolment_now = workbench.moodle.state.enrolments[enrolment.id]
    enrolment_now.status = 0
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "held"]


def test_an_lms_in_maintenance_costs_a_retry_and_nothing_else(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    event = tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.maintenance = True
    work_once(workbench.parts)
    [row] = [row for row in workbench.events() if row.id == event]
    assert row.reason is not None
    assert (row.state, row.reason["code"]) == ("failed", "connector")
    workbench.moodle.switches.maintenance = False
    workbench.clock.advance(minutes=5)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]


def test_an_unknown_employee_is_kept_as_failed_with_the_reason(workbench: Workbench) -> None:
    workbench.moodle.state.users[PIET].profile["personeelsnummer"] = "99999"
    workbench.enrol(EXCEL, PIET)
    event = tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work_once(workbench.parts)
    [row] = [row for row in workbench.events() if row.id == event]
    assert (row.state, row.reason) == (
        "failed",
        {"code": "employee_unknown", "employee": "99999"},
    )


def test_an_unknown_course_is_kept_as_failed_with_the_reason(workbench: Workbench) -> None:
    event = tell(workbench, "user_enrolment_created", PIET, 999, method="manual")
    work_once(workbench.parts)
    [row] = [row for row in workbench.events() if row.id == event]
    assert (row.state, row.reason) == ("failed", {"code": "course_unknown", "course": "999"})


def test_a_course_that_gets_its_missing_hours_lets_in_who_was_held_for_them(
    workbench: Workbench,
) -> None:
    fields = workbench.moodle.state.courses[EXCEL].fields
    hours = fields.pop("leeruren")
    workbench.grant("10005", "OPL-003")
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    codes = [finding["code"] for finding in workbench.decided()[-1].findings]
    assert codes == ["course_facts_missing"]
    fields["leeruren"] = hours
    poll_courses(workbench.parts)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [hold.state for hold in workbench.held()] == ["released"]


def test_an_employment_that_goes_on_lets_in_who_was_held_for_its_end(workbench: Workbench) -> None:
    workbench.hire("10005", ends=date(2027, 12, 31))
    workbench.grant("10005", "OPL-003", starts_on=date(2028, 2, 1))
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    codes = [finding["code"] for finding in workbench.decided()[-1].findings]
    assert codes == ["employment_ends_before_start"]
    person = workbench.staff.people["10005"]
    following = Employment("2", date(2028, 1, 1), None)
    workbench.staff.people["10005"] = replace(person, employments=(*person.employments, following))
    workbench.clock.advance(days=1)
    sync_employees(workbench.parts, full=True, dry_run=False)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [hold.state for hold in workbench.held()] == ["released"]
