"""With our plugin in the LMS: enrolments as data, held as they are made, whatever their method.

What the plugin suspended stands as a hold of the register, in whatever order the adapter hears of
it: from the event, from a poll before or after that, or after a grant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import delete, select

from adapter.ground.clock import today
from adapter.ground.store.tables.courses import EnrolmentMarkRow, EnrolmentRow
from adapter.ground.store.tables.decisions import HoldRow
from adapter.programs.worker import work_once
from adapter.register import enforcement_switch
from adapter.subjects.enrolments.check import check, check_for_the_lms
from adapter.subjects.sync.poll import poll_changed_enrolments, poll_courses, poll_enrolments
from policy.model import Outcome
from sandboxes.moodle import Fault
from sandboxes.moodle.state import ACTIVE, SUSPENDED, CourseFieldDefinition
from tests.fixtures.lms_events import tell
from tests.fixtures.with_plugin import (
    activate_by_hand,
    enrol_by_hand,
    enrol_oneself,
    install,
)
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, ZULEYHA, Workbench

OURS = 3
"""The account of the service user."""
START, END = 1_803_850_800, 1_806_000_000


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    install(workbench)
    poll_courses(workbench.parts)
    return workbench


def work(bench: Workbench) -> None:
    """Until there is nothing left to do."""
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def deliver(bench: Workbench) -> None:
    """Moodle's cron: the events arrive and are processed."""
    bench.moodle.run_cron()
    work(bench)


def poll(bench: Workbench) -> None:
    bench.clock.advance(seconds=1)
    poll_changed_enrolments(bench.parts)
    work(bench)


def told_of(bench: Workbench, user: int) -> list[str]:
    """Which of the two messages someone got, in order."""
    words = {"staat stil": "hold", "is vrijgegeven": "release"}
    texts = bench.messages_to(user)
    return [kind for text in texts for word, kind in words.items() if word in text.split("\n")[0]]


def states(bench: Workbench) -> list[str]:
    return [hold.state for hold in bench.held()]


def status(bench: Workbench, course: int, user: int) -> int:
    [(_, found, _, _)] = bench.statuses(course, user)
    return found


def test_an_enrolment_is_held_as_it_is_made_and_the_register_says_so_after_the_event(
    bench: Workbench,
) -> None:
    enrol_by_hand(bench, EXCEL, PIET, timestart=START, timeend=END)
    assert bench.statuses(EXCEL, PIET) == [("manual", SUSPENDED, START, END)]
    assert bench.held() == []
    deliver(bench)
    [hold], [decision] = bench.held(), bench.decided()
    assert (hold.state, hold.decision_id, hold.way) == ("held", decision.id, "suspended")
    assert hold.verified_at is not None
    assert told_of(bench, PIET) == ["hold"]
    assert {row.kind for row in bench.actions()} == {"notify"}


def test_a_self_enrolment_is_suspended_and_becomes_active_again_after_a_grant(
    bench: Workbench,
) -> None:
    enrol_oneself(bench, LEADERSHIP, ZULEYHA)
    deliver(bench)
    assert (status(bench, LEADERSHIP, ZULEYHA), states(bench)) == (SUSPENDED, ["held"])
    bench.grant("10003", "OPL-002")
    work(bench)
    assert (status(bench, LEADERSHIP, ZULEYHA), states(bench)) == (ACTIVE, ["released"])
    assert told_of(bench, ZULEYHA) == ["hold", "release"]
    deliver(bench)
    poll(bench)
    assert states(bench) == ["released"]


@pytest.mark.parametrize("order", [*permutations(["event", "poll", "grant"])])
def test_in_whatever_order_it_is_heard_a_granted_enrolment_ends_up_active(
    bench: Workbench, order: tuple[str, ...]
) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    steps: dict[str, Callable[[Workbench], None]] = {
        "event": deliver,
        "poll": poll,
        "grant": _grant_excel,
    }
    for step in order:
        steps[step](bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])
    deliver(bench)
    poll(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])
    assert told_of(bench, PIET)[-1] == "release"


def _grant_excel(bench: Workbench) -> None:
    bench.grant("10005", "OPL-003")
    work(bench)


def test_when_the_event_never_comes_the_poll_finds_what_the_plugin_suspended(
    bench: Workbench,
) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    bench.moodle.state.policy_events.clear()
    poll(bench)
    assert states(bench) == ["held"]
    assert told_of(bench, PIET) == ["hold"]
    bench.grant("10005", "OPL-003")
    work(bench)
    assert status(bench, EXCEL, PIET) == ACTIVE


def test_a_register_that_was_put_back_from_before_the_hold_finds_it_again(
    bench: Workbench,
) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    deliver(bench)
    with bench.register.write() as connection:
        for table in (HoldRow, EnrolmentRow, EnrolmentMarkRow):
            connection.execute(delete(table))
    poll(bench)
    assert states(bench) == ["held"]
    _grant_excel(bench)
    assert status(bench, EXCEL, PIET) == ACTIVE


def test_a_release_that_fails_is_tried_again_and_told_once(
    bench: Workbench,
) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    deliver(bench)
    function = "local_learningpolicy_set_enrolment_status"
    bench.moodle.switches.fail_next(Fault.DATABASE_DOWN, function=function)
    _grant_excel(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (SUSPENDED, ["releasing"])
    bench.clock.advance(hours=1)
    work(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])
    assert told_of(bench, PIET) == ["hold", "release"]


def test_what_a_person_suspended_is_never_taken_for_a_hold(bench: Workbench) -> None:
    bench.enrol(EXCEL, PIET, status=SUSPENDED)
    poll(bench)
    tell(bench, "user_enrolment_updated", PIET, EXCEL, method="manual")
    work(bench)
    bench.grant("10005", "OPL-003")
    work(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (SUSPENDED, [])


def test_a_decision_that_differs_from_the_check_releases_at_once(bench: Workbench) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    # Before the event arrives the course turns out to be outside the policy.
    name = "beleid_uitgezonderd"
    bench.moodle.state.course_fields += (CourseFieldDefinition(name, name, "checkbox"),)
    bench.moodle.state.courses[EXCEL].fields[name] = 1
    deliver(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])
    assert told_of(bench, PIET) == ["release"]


def test_the_adapters_own_account_is_released_where_the_plugin_held_it(bench: Workbench) -> None:
    """The plugin asks about whoever has an employee number; that it is ours, it does not know."""
    bench.moodle.state.users[OURS].profile["personeelsnummer"] = "10009"
    bench.hire("10009")
    enrol_by_hand(bench, EXCEL, OURS)
    assert status(bench, EXCEL, OURS) == SUSPENDED
    deliver(bench)
    assert status(bench, EXCEL, OURS) == ACTIVE
    poll(bench)
    assert "held" not in states(bench)
    assert status(bench, EXCEL, OURS) == ACTIVE


def test_nothing_is_held_while_the_enforcement_is_paused(bench: Workbench) -> None:
    with bench.register.write() as connection:
        enforcement_switch.throw(connection, on=True, reason="test", by="hr", now=bench.clock.now())
    enrol_by_hand(bench, EXCEL, PIET)
    assert status(bench, EXCEL, PIET) == ACTIVE
    asked = (bench.parts, "10005", "OPL-003", today(bench.clock))
    held, now = check(*asked), check_for_the_lms(*asked)
    # HR, who asks what the policy says, hears that; both hear why.
    assert (held.outcome, now.outcome) == (Outcome.HOLD, Outcome.ADVISE)
    assert held.findings == now.findings


@pytest.mark.parametrize("unknown", ["employee", "course"])
def test_who_or_what_the_register_does_not_know_is_not_held(bench: Workbench, unknown: str) -> None:
    state = bench.moodle.state
    if unknown == "employee":
        state.users[PIET].profile["personeelsnummer"] = "99999"
    else:
        state.courses[EXCEL].idnumber = "OPL-NEW"
    enrol_by_hand(bench, EXCEL, PIET)
    assert status(bench, EXCEL, PIET) == ACTIVE


def test_an_adapter_that_does_not_answer_holds_nobody_up_and_the_poll_holds(
    bench: Workbench,
) -> None:
    plugin = bench.moodle.plugin
    assert plugin is not None
    plugin.settings.api_key = "wrong"
    enrol_by_hand(bench, EXCEL, PIET)
    assert status(bench, EXCEL, PIET) == ACTIVE
    poll(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (SUSPENDED, ["held"])


def test_a_cohort_enrolment_can_be_held_and_released(bench: Workbench) -> None:
    bench.moodle.state.add_instance(EXCEL, "cohort", True)
    bench.enrol(EXCEL, PIET, "cohort")
    poll(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (SUSPENDED, ["held"])
    bench.grant("10005", "OPL-003")
    work(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])


def test_two_enrolments_by_one_method_are_held_each_by_itself(bench: Workbench) -> None:
    for _ in range(2):
        bench.moodle.state.add_instance(EXCEL, "cohort", True)
    first, second = (
        row.id for row in bench.moodle.state.instances.values() if row.method == "cohort"
    )
    bench.enrol(EXCEL, PIET, "cohort")
    other = bench.enrol(EXCEL, PIET, "cohort")
    other.instanceid = second
    assert first != second
    poll(bench)
    assert [found for _, found, _, _ in bench.statuses(EXCEL, PIET)] == [SUSPENDED, SUSPENDED]
    assert states(bench) == ["held", "held"]
    bench.grant("10005", "OPL-003")
    work(bench)
    assert [found for _, found, _, _ in bench.statuses(EXCEL, PIET)] == [ACTIVE, ACTIVE]


def test_what_somebody_made_active_again_is_held_again(bench: Workbench) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    deliver(bench)
    [enrolment_id] = bench.moodle.state.enrolments
    bench.clock.advance(minutes=5)
    activate_by_hand(bench, enrolment_id)
    poll(bench)
    assert status(bench, EXCEL, PIET) == SUSPENDED
    assert sorted(states(bench)) == ["ended", "held"]


def test_a_removed_enrolment_ends_its_hold_without_reading_everything(bench: Workbench) -> None:
    poll_enrolments(bench.parts)
    enrol_by_hand(bench, EXCEL, PIET)
    deliver(bench)
    [enrolment_id] = bench.moodle.state.enrolments
    assert bench.parts.lms is not None
    bench.parts.lms.remove_enrolment(str(enrolment_id))
    polled = poll_changed_enrolments(bench.parts)
    assert (polled.gone, polled.shown) == (1, 0)
    assert states(bench) == ["ended"]


def test_a_poll_reads_only_what_changed_and_everything_again_each_hour(bench: Workbench) -> None:
    shown = []
    bench.enrol(EXCEL, PIET)
    for minutes in (0, 30, 0, 20, 10):
        bench.clock.advance(minutes=minutes)
        shown.append(poll_changed_enrolments(bench.parts).shown)
        if minutes == 30:
            bench.enrol(EXCEL, ZULEYHA)
    # Each looks back ten minutes before the one before it; the last one reads all.
    assert shown == [1, 1, 1, 1, 2]
    bench.clock.advance(minutes=20)
    assert [poll_changed_enrolments(bench.parts).shown for _ in range(2)] == [0, 0]


def test_an_enrolment_in_a_course_that_is_new_does_not_wait_for_the_list_of_courses(
    workbench: Workbench,
) -> None:
    install(workbench)
    workbench.enrol(EXCEL, PIET)
    poll_changed_enrolments(workbench.parts)
    work(workbench)
    assert states(workbench) == ["held"]


def test_a_hold_outlives_that_the_plugin_comes_and_goes(workbench: Workbench) -> None:
    bench = workbench
    enrolment = bench.enrol(EXCEL, PIET)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)
    before = bench.held()
    install(bench)
    bench.clock.advance(hours=2)
    _forget_what_is_offered(bench)
    poll(bench)
    assert [hold.id for hold in bench.held()] == [before[0].id]
    assert _known_ids(bench) == [str(enrolment.id)]
    bench.moodle.remove_plugin()
    bench.clock.advance(hours=2)
    _forget_what_is_offered(bench)
    poll(bench)
    assert (states(bench), _known_ids(bench)) == (["held"], [str(enrolment.id)])
    bench.grant("10005", "OPL-003")
    work(bench)
    assert (status(bench, EXCEL, PIET), states(bench)) == (ACTIVE, ["released"])


def test_what_was_out_of_reach_is_held_once_the_plugin_is_there(workbench: Workbench) -> None:
    bench = workbench
    bench.enrol(LEADERSHIP, ZULEYHA, "self")
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)
    assert states(bench) == ["unreachable"]
    install(bench)
    bench.clock.advance(hours=2)
    _forget_what_is_offered(bench)
    poll(bench)
    assert (status(bench, LEADERSHIP, ZULEYHA), states(bench)) == (SUSPENDED, ["held"])


def test_an_event_of_a_hold_that_cannot_be_read_back_waits_and_says_why(
    bench: Workbench,
) -> None:
    enrol_by_hand(bench, EXCEL, PIET)
    bench.moodle.switches.not_in_service = frozenset({"local_learningpolicy_get_enrolments"})
    _forget_what_is_offered(bench)
    bench.moodle.run_cron()
    work_once(bench.parts)
    [created] = [row for row in bench.events() if row.kind == "user_enrolment_created"]
    assert created.reason is not None
    assert (created.state, created.reason["code"]) == ("failed", "plugin_functions_missing")
    bench.moodle.switches.not_in_service = frozenset()
    _forget_what_is_offered(bench)
    bench.clock.moment += timedelta(hours=1)
    work(bench)
    assert states(bench) == ["held"]


def _forget_what_is_offered(bench: Workbench) -> None:
    """As some minutes of the clock on the wall do."""
    bench.parts.lms._plugin._asked = None  # type: ignore[union-attr]  # only Moodle has it


def _known_ids(bench: Workbench) -> list[str | None]:
    with bench.register.read() as connection:
        return list(connection.execute(select(EnrolmentRow.enrolment_id)).scalars())
