"""Holds of one course that wait together share what is read of the LMS, over real HTTP against the
sandbox; what comes between is done to one of them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import update

from adapter.deliveries import deliver
from adapter.deliveries.deliver import deliver_due, deliver_next
from adapter.doors.intake.process import process_due
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.lanes import Lane, actions_of
from adapter.register import enforcement_switch
from connectors.ports import LmsEnrolment
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.state import ACTIVE, SUSPENDED, User
from tests.fixtures.lms_events import tell
from tests.fixtures.with_plugin import install
from tests.fixtures.workbench import EXCEL, Workbench

LEARNERS = range(101, 106)
"""Not more than the brake lets through in an hour."""
SET = "local_learningpolicy_set_enrolment_status"
READ = "local_learningpolicy_get_enrolments"


def waiting_holds(bench: Workbench) -> None:
    """Everybody is enrolled and decided upon; nothing was carried out yet."""
    for learner in LEARNERS:
        name = f"user{learner}"
        bench.moodle.state.add_user(
            User(
                learner,
                name,
                "A",
                "B",
                f"{name}@example.org",
                profile={"personeelsnummer": f"2{learner}"},
            )
        )
        bench.hire(f"2{learner}", manager=None)
        row = bench.enrol(EXCEL, learner)
        tell(bench, "user_enrolment_created", learner, EXCEL, method="manual", object_id=row.id)
    while process_due(bench.parts):
        pass
    bench.moodle.asked.clear()


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    install(workbench)
    waiting_holds(workbench)
    return workbench


def suspends(bench: Workbench) -> Sequence[OutboxActionRow]:
    return [action for action in bench.actions() if action.kind == "lms.suspend"]


def in_the_lms(bench: Workbench) -> list[int]:
    return [status for learner in LEARNERS for _, status, _, _ in bench.statuses(EXCEL, learner)]


def carry_out_holds(bench: Workbench) -> int:
    return deliver_next(bench.parts, actions_of(Lane.LMS))


def deliver_all(bench: Workbench) -> None:
    """Also what waits for its next attempt."""
    bench.clock.advance(minutes=1)
    while deliver_due(bench.parts):
        bench.clock.advance(minutes=1)


def after_each_write(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None]
) -> None:
    """`act` is told how many enrolments were written so far."""
    lms, written = bench.parts.lms, 0
    assert lms is not None
    really = lms.set_suspended

    def then_act(enrolment: LmsEnrolment, *, suspended: bool, read_back: bool = True) -> None:
        nonlocal written
        really(enrolment, suspended=suspended, read_back=read_back)
        written += 1
        act(written)

    monkeypatch.setattr(lms, "set_suspended", then_act)


def test_they_are_read_once_before_and_once_after(bench: Workbench) -> None:
    assert carry_out_holds(bench) == len(LEARNERS)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)
    assert {hold.state for hold in bench.held()} == {"held"}
    assert all(hold.verified_at == bench.clock.now() for hold in bench.held())
    assert [(action.state, action.attempts) for action in suspends(bench)] == [
        ("delivered", 1)
    ] * len(LEARNERS)
    asked = bench.moodle.asked
    assert asked.count(SET) == len(LEARNERS)
    assert asked.count(READ) == 2
    assert len(asked) == len(LEARNERS) + 4, asked


def test_each_is_told_afterwards(bench: Workbench) -> None:
    deliver_all(bench)
    assert [len(bench.messages_to(learner)) for learner in LEARNERS] == [1] * len(LEARNERS)
    assert {action.state for action in bench.actions()} == {"delivered"}


def test_without_our_plugin_each_is_read_for_itself(workbench: Workbench) -> None:
    waiting_holds(workbench)
    assert carry_out_holds(workbench) == 1
    deliver_all(workbench)
    assert in_the_lms(workbench) == [SUSPENDED] * len(LEARNERS)


def test_who_was_taken_out_meanwhile_keeps_no_other_waiting(bench: Workbench) -> None:
    gone = next(
        row.id for row in bench.moodle.state.enrolments.values() if row.userid == LEARNERS[1]
    )
    del bench.moodle.state.enrolments[gone]
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * (len(LEARNERS) - 1)
    states = {hold.user_id: hold.state for hold in bench.held()}
    assert states.pop(str(LEARNERS[1])) == "ended"
    assert set(states.values()) == {"held"}
    assert bench.messages_to(LEARNERS[1]) == []


def test_an_account_that_is_somebody_elses_now_is_left_alone(bench: Workbench) -> None:
    bench.moodle.state.users[LEARNERS[0]].profile["personeelsnummer"] = "10005"
    deliver_all(bench)
    assert in_the_lms(bench) == [ACTIVE] + [SUSPENDED] * (len(LEARNERS) - 1)


def test_a_pause_stops_before_the_next_one(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pause(written: int) -> None:
        if written == 2:
            with bench.register.write() as connection:
                enforcement_switch.throw(
                    connection, on=True, reason="stop", by="admin", now=bench.clock.now()
                )

    after_each_write(bench, monkeypatch, pause)
    deliver_all(bench)
    assert in_the_lms(bench).count(SUSPENDED) == 2
    left = [action for action in suspends(bench) if action.state == "pending"]
    assert [(action.attempts, action.locked_until) for action in left] == [(0, None)] * 3
    with bench.register.write() as connection:
        enforcement_switch.throw(
            connection, on=False, reason="on", by="admin", now=bench.clock.now()
        )
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)


def test_a_worker_that_stops_hands_back_what_it_did_not_begin_with(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def remember(so_many: int) -> None:
        nonlocal written
        written = so_many

    after_each_write(bench, monkeypatch, remember)
    deliver_next(bench.parts, actions_of(Lane.LMS), stops=lambda: written == 1)
    assert in_the_lms(bench).count(SUSPENDED) == 1
    assert sorted(action.state for action in suspends(bench)) == ["delivered", *["pending"] * 4]
    assert all(action.locked_until is None for action in suspends(bench))


def test_an_lms_that_fails_halfway_costs_only_that_one_an_attempt(bench: Workbench) -> None:
    bench.moodle.switches.fail_next(Fault.DATABASE_DOWN, function=SET)
    carry_out_holds(bench)
    attempts = sorted(action.attempts for action in suspends(bench))
    assert attempts == [0, 0, 0, 0, 1]
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)
    assert {hold.state for hold in bench.held()} == {"held"}


def test_an_lms_that_is_away_costs_one_of_them_an_attempt(bench: Workbench) -> None:
    bench.moodle.switches.fail_next(Fault.MAINTENANCE, times=2)
    carry_out_holds(bench)
    assert in_the_lms(bench) == [ACTIVE] * len(LEARNERS)
    assert sorted(action.attempts for action in suspends(bench)) == [0, 0, 0, 0, 1]
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)


def test_what_cannot_be_read_back_is_tried_again_as_perhaps_done(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_proof(written: int) -> None:
        if written == len(LEARNERS):
            bench.moodle.switches.fail_next(Fault.DATABASE_DOWN, function=READ)

    after_each_write(bench, monkeypatch, lose_the_proof)
    carry_out_holds(bench)
    assert {(action.state, action.attempts) for action in suspends(bench)} == {("pending", 1)}
    # The causes go away before the next attempt: what was done all the same is undone.
    for learner in LEARNERS:
        bench.grant(f"2{learner}", "OPL-003")
    while process_due(bench.parts):
        pass
    deliver_all(bench)
    while process_due(bench.parts):
        pass
    deliver_all(bench)
    assert in_the_lms(bench) == [ACTIVE] * len(LEARNERS)


def test_one_that_is_not_suspended_after_all_is_tried_again(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_person_activates(written: int) -> None:
        if written == len(LEARNERS):
            row = next(
                one for one in bench.moodle.state.enrolments.values() if one.userid == LEARNERS[0]
            )
            row.status = ACTIVE

    after_each_write(bench, monkeypatch, a_person_activates)
    carry_out_holds(bench)
    failed = [action for action in suspends(bench) if action.state == "pending"]
    assert [action.attempts for action in failed] == [1]
    assert failed[0].last_error is not None
    assert "must be suspended, but is active" in failed[0].last_error
    monkeypatch.undo()
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)


def test_a_hold_that_is_lifted_while_the_lms_is_at_work_is_undone(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grant(written: int) -> None:
        if written == 1:
            bench.grant(f"2{LEARNERS[0]}", "OPL-003")
            process_due(bench.parts)

    after_each_write(bench, monkeypatch, grant)
    deliver_all(bench)
    assert in_the_lms(bench) == [ACTIVE] + [SUSPENDED] * (len(LEARNERS) - 1)


def test_another_worker_that_took_one_over_keeps_the_others_from_nothing(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = suspends(bench)[0].id

    def take_over(written: int) -> None:
        if written == len(LEARNERS):
            with bench.register.write() as connection:
                connection.execute(
                    update(OutboxActionRow)
                    .where(OutboxActionRow.id == taken)
                    .values(locked_by="another:1:machine")
                )

    after_each_write(bench, monkeypatch, take_over)
    carry_out_holds(bench)
    states = {action.id: action.state for action in suspends(bench)}
    assert states.pop(taken) == "pending"
    assert set(states.values()) == {"delivered"}


def test_a_fault_of_ours_is_an_attempt_of_each_and_loses_none(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(deliver, "suspend_together", fault)
    carry_out_holds(bench)
    assert {(action.state, action.attempts) for action in suspends(bench)} == {("pending", 1)}
    monkeypatch.undo()
    deliver_all(bench)
    assert in_the_lms(bench) == [SUSPENDED] * len(LEARNERS)


def test_an_account_that_was_made_after_the_list_was_read_is_told_in_the_lms(
    workbench: Workbench,
) -> None:
    """The employee number is in a profile field, which no function of Moodle searches."""
    lms = workbench.parts.lms
    assert lms is not None
    lms.users_by_employee(["10005"])
    waiting_holds(workbench)
    deliver_next(workbench.parts, actions_of(Lane.LMS))
    workbench.clock.advance(minutes=10)
    deliver_all(workbench)
    assert [len(workbench.messages_to(learner)) for learner in LEARNERS] == [1] * len(LEARNERS)
