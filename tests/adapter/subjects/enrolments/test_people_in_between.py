"""A person changes the enrolment in the LMS between our decision and our carrying it out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from adapter.doors.intake.process import process_due
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.work import EventDecisionRow, InboxEventRow, OutboxActionRow
from adapter.programs.worker import work_once
from adapter.queues.outbox import ActionKind, ActionState
from adapter.queues.register_changes import announce
from adapter.register import enforcement_switch
from adapter.subjects.requests.acts import acting
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.subjects.tranches.run import ITSELF
from adapter.views.tasks.letters_left import dead_letters, leave_letter, replay_letter
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.state import SUSPENDED
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, LEADERSHIP, MANAGER, PIET, ZULEYHA, Workbench

START, END, LATER = 1_803_850_800, 1_806_000_000, 1_809_000_000


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def _enrol_by_oneself(bench: Workbench) -> int:
    enrolment = bench.enrol(LEADERSHIP, ZULEYHA, "self")
    tell(
        bench,
        "user_enrolment_created",
        ZULEYHA,
        LEADERSHIP,
        method="self",
        object_id=enrolment.id,
    )
    return enrolment.id


def test_an_enrolment_removed_before_the_hold_is_not_made_again(workbench: Workbench) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    process_due(workbench.parts)
    del workbench.moodle.state.enrolments[enrolment.id]
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == []
    assert [hold.state for hold in workbench.held()] == ["ended"]
    assert workbench.messages_to(PIET) == []


def test_an_enrolment_removed_while_held_does_not_come_back_with_the_grant(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    del workbench.moodle.state.enrolments[enrolment.id]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == []
    assert [hold.state for hold in workbench.held()] == ["ended"]


def test_dates_that_a_person_changed_while_held_stay_as_they_are(workbench: Workbench) -> None:
    enrolment = workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    workbench.moodle.state.enrolments[enrolment.id].timeend = LATER
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", 0, START, LATER)]


def test_who_enrolled_again_before_the_removal_is_held_by_the_new_enrolment(
    workbench: Workbench,
) -> None:
    first = _enrol_by_oneself(workbench)
    process_due(workbench.parts)
    del workbench.moodle.state.enrolments[first]
    workbench.clock.advance(minutes=5)
    second = _enrol_by_oneself(workbench)
    assert second != first
    work(workbench)
    assert workbench.statuses(LEADERSHIP, ZULEYHA) == []
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "held"]
    assert len(workbench.messages_to(ZULEYHA)) == 1


def test_an_enrolment_made_again_of_which_no_event_told_yet_is_out_of_reach(
    workbench: Workbench,
) -> None:
    first = _enrol_by_oneself(workbench)
    process_due(workbench.parts)
    del workbench.moodle.state.enrolments[first]
    workbench.clock.advance(minutes=5)
    workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    work(workbench)
    assert len(workbench.statuses(LEADERSHIP, ZULEYHA)) == 1
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "unreachable"]
    assert workbench.messages_to(ZULEYHA) == []


def test_a_lost_answer_to_the_suspension_costs_a_retry_and_one_message(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    work(workbench)
    workbench.clock.advance(minutes=1)
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", SUSPENDED, START, END)]
    assert len(workbench.messages_to(PIET)) == 1


def test_a_pause_that_outlasts_the_enrolment_leaves_nothing_to_carry_out(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    throw(workbench, on=True)
    work(workbench)
    del workbench.moodle.state.enrolments[enrolment.id]
    workbench.enrol(EXCEL, ZULEYHA)
    poll_enrolments(workbench.parts)
    throw(workbench, on=False)
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == []
    assert workbench.messages_to(PIET) == []


def throw(bench: Workbench, *, on: bool) -> None:
    with bench.register.write() as connection:
        enforcement_switch.throw(connection, on=on, reason="test", by="test", now=bench.clock.now())


def test_an_event_that_is_processed_again_has_its_effect_once(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    event = tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    process_due(workbench.parts)
    with workbench.register.write() as connection:
        connection.execute(
            update(InboxEventRow).where(InboxEventRow.id == event).values(state="received")
        )
    work(workbench)
    [row] = [row for row in workbench.events() if row.id == event]
    assert row.state == "processed"
    with workbench.register.read() as connection:
        count = connection.execute(select(func.count()).select_from(EventDecisionRow)).scalar_one()
    assert (count, len(workbench.decided()), len(workbench.held())) == (1, 1, 1)


@pytest.mark.parametrize("user", ["abc", "-5", "9" * 90])
def test_an_event_about_an_id_that_no_lms_has_is_kept_with_a_reason(
    workbench: Workbench, user: str
) -> None:
    event = tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    with workbench.register.write() as connection:
        body = next(row.body for row in workbench.events() if row.id == event)
        connection.execute(update(InboxEventRow).values(body=body | {"user_id": user}))
    work(workbench)
    [row] = [row for row in workbench.events() if row.id == event]
    assert row.state in ("failed", "dead", "ignored")
    assert row.reason is not None
    assert row.reason["code"] != "fault"


def test_a_suspension_whose_answer_was_lost_is_undone_when_the_grant_comes_first(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    work(workbench)
    workbench.moodle.state.enrolments[
        enrolment.id
    ].status = SUSPENDED  # it had arrived all the same
    workbench.grant("10005", "OPL-003")
    work(workbench)
    workbench.clock.advance(minutes=1)
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", 0, START, END)]
    assert [hold.state for hold in workbench.held()] == ["released"]
    assert workbench.messages_to(PIET) == []


def test_a_suspension_that_never_arrived_leaves_nothing_to_undo(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET, timestart=START, timeend=END)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    work(workbench)
    workbench.grant("10005", "OPL-003")
    workbench.clock.advance(minutes=1)
    work(workbench)
    assert workbench.statuses(EXCEL, PIET) == [("manual", 0, START, END)]
    assert [hold.state for hold in workbench.held()] == ["cancelled"]
    assert {row.state for row in workbench.actions()} == {"cancelled"}


def revoke(bench: Workbench, grant: str) -> None:
    with bench.register.write() as connection:
        connection.execute(
            update(GrantRow).where(GrantRow.id == grant).values(revoked_at=bench.clock.now())
        )
        announce(connection, ["10005"], bench.clock.now())


def test_a_grant_revoked_while_the_release_waited_leaves_the_hold_and_tells_nobody(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    throw(workbench, on=True)
    grant = workbench.grant("10005", "OPL-003")
    work(workbench)
    revoke(workbench, grant)
    work(workbench)
    throw(workbench, on=False)
    work(workbench)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert [hold.state for hold in workbench.held()] == ["held"]
    assert len(workbench.messages_to(PIET)) == len(workbench.messages_to(MANAGER)) == 1
    # The release that is wanted after all is carried out, and told.
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [hold.state for hold in workbench.held()] == ["released"]
    assert len(workbench.messages_to(PIET)) == len(workbench.messages_to(MANAGER)) == 2


def test_a_release_that_was_tried_is_done_before_the_enrolment_is_held_again(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    grant = workbench.grant("10005", "OPL-003")
    work(workbench)
    revoke(workbench, grant)
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["releasing"]
    workbench.clock.advance(minutes=1)
    work(workbench)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert sorted(hold.state for hold in workbench.held()) == ["held", "released"]


def test_an_enrolment_that_a_person_activated_while_the_release_waited_is_held_anew(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    throw(workbench, on=True)
    grant = workbench.grant("10005", "OPL-003")
    work(workbench)
    workbench.moodle.state.enrolments[enrolment.id].status = 0
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    revoke(workbench, grant)
    work(workbench)
    throw(workbench, on=False)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "held"]


def die(bench: Workbench, kind: ActionKind) -> str:
    """The action of this kind is given up."""
    with bench.register.write() as connection:
        waits = OutboxActionRow.state == ActionState.PENDING
        chosen = update(OutboxActionRow).where(OutboxActionRow.kind == kind, waits)
        dead = chosen.values(state=ActionState.DEAD).returning(OutboxActionRow.id)
        return connection.execute(dead).scalar_one()


def test_a_suspension_that_is_replayed_after_the_grant_is_undone(workbench: Workbench) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    work(workbench)
    workbench.moodle.state.enrolments[enrolment.id].status = SUSPENDED  # it had arrived
    letter = die(workbench, ActionKind.SUSPEND)
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    with workbench.register.write() as connection:
        assert replay_letter(connection, letter, by="admin", now=workbench.clock.now())
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [0]
    assert [hold.state for hold in workbench.held()] == ["released"]


def left(bench: Workbench) -> list[str | None]:
    with bench.register.read() as connection:
        return [one.left_because for one in dead_letters(connection)]


def test_a_release_that_was_left_and_done_by_hand_keeps_no_later_hold_away(
    workbench: Workbench,
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work(workbench)
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    grant = workbench.grant("10005", "OPL-003")
    work(workbench)
    letter = die(workbench, ActionKind.RELEASE)
    workbench.moodle.state.enrolments[enrolment.id].status = 0
    with acting(workbench.parts, ITSELF) as act:
        leave_letter(act, letter, "done by hand")
    assert [hold.state for hold in workbench.held()] == ["ended"]
    assert left(workbench) == ["done by hand"]
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert len(workbench.messages_to(PIET)) == 1, "whoever released it says so"
    revoke(workbench, grant)
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert sorted(hold.state for hold in workbench.held()) == ["ended", "held"]
    # Replaying it later touches nothing.
    with workbench.register.write() as connection:
        assert replay_letter(connection, letter, by="admin", now=workbench.clock.now())
    work(workbench)
    assert [status for _, status, _, _ in workbench.statuses(EXCEL, PIET)] == [SUSPENDED]
    assert left(workbench) == []


def test_nobody_is_told_of_a_hold_that_was_left_undone(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    workbench.moodle.switches.fail_next(Fault.BAD_GATEWAY, function="enrol_manual_enrol_users")
    work(workbench)
    letter = die(workbench, ActionKind.SUSPEND)
    with acting(workbench.parts, ITSELF) as act:
        leave_letter(act, letter, "never mind")
    work(workbench)
    assert workbench.messages_to(PIET) == []
    with workbench.register.write() as connection:
        assert replay_letter(connection, letter, by="admin", now=workbench.clock.now())
    work(workbench)
    assert [hold.state for hold in workbench.held()] == ["held"]
    assert len(workbench.messages_to(PIET)) == 1


def test_who_leaves_a_course_in_which_no_hold_could_reach_them_is_no_longer_a_finding(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    enrolment = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    work(workbench)
    assert [hold.state for hold in workbench.held() if hold.method == "self"] == ["unreachable"]
    del workbench.moodle.state.enrolments[enrolment.id]
    poll_enrolments(workbench.parts)
    assert [hold.state for hold in workbench.held() if hold.method == "self"] == ["ended"]
