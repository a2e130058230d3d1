"""Moodle itself changes: a backup put back, a course deleted, accounts renamed, merged, made again,
maintenance, an upgrade. Each with what must hold afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from adapter.ground.clock import today
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.people import LmsUserRow
from adapter.programs.worker import work_once
from adapter.register.restore_signs import recent_restore
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.after_restore import read_after_restore
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.views.reconcile.history import findings_of
from adapter.views.reconcile.run import reconcile
from connectors.errors import Permanent, Transient
from sandboxes.moodle.faults import Fault
from sandboxes.moodle.mishaps import (
    Backup,
    back_up,
    delete_course,
    delete_user,
    merge_users,
    put_back,
)
from sandboxes.moodle.state import (
    ACTIVE,
    SUSPENDED,
    Course,
    User,
)
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, LEADERSHIP, MANAGER, PIET, ZULEYHA, Workbench

FACTS = {"leeruren": 24, "kosten_eur": 450, "grondslag": 4}


def work(bench: Workbench) -> None:
    while work_once(bench.parts):
        bench.clock.advance(seconds=1)


def poll(bench: Workbench) -> None:
    """As an hour of the worker: accounts, courses, enrolments, and what follows."""
    bench.clock.advance(minutes=5)
    read_accounts(bench.parts)
    poll_courses(bench.parts)
    poll_enrolments(bench.parts)
    work(bench)


def only_enrolments(bench: Workbench) -> None:
    """What happens each minute: accounts and courses are not read again."""
    bench.clock.advance(minutes=5)
    poll_enrolments(bench.parts)
    work(bench)


def found(bench: Workbench) -> set[str]:
    run_id = reconcile(bench.parts, as_of=today(bench.clock))
    with bench.register.read() as connection:
        return {row.code for row in findings_of(connection, run_id) if row.status != "resolved"}


def states(bench: Workbench) -> list[str]:
    return [hold.state for hold in bench.held()]


def suspended(bench: Workbench, course: int, user: int) -> list[int]:
    return [status for _, status, *_ in bench.statuses(course, user)]


def add_person(bench: Workbench, user_id: int, username: str, number: str) -> None:
    bench.moodle.state.add_user(
        User(
            user_id,
            username,
            "Noor",
            "de Boer",
            f"{username}@example.org",
            profile={"personeelsnummer": number},
        )
    )


def yesterday(bench: Workbench) -> Backup:
    backup = back_up(bench.moodle.state)
    bench.clock.advance(days=1)
    return backup


# --- a backup of yesterday is put back --------------------------------------------------------


def test_holds_that_a_backup_undid_are_placed_again_and_once(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    backup = yesterday(workbench)
    poll(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]
    put_back(workbench.moodle.state, backup)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]
    poll(workbench)
    poll(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]
    assert sorted(states(workbench)) == ["ended", "held"]


def test_a_release_that_a_backup_undid_is_told_and_done_again_where_it_is_sure(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    backup = yesterday(workbench)
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]
    put_back(workbench.moodle.state, backup)
    poll(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED], "a person may have done that"
    assert "suspended_after_release" in found(workbench)
    workbench.clock.advance(minutes=5)
    read_after_restore(workbench.parts)
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]
    assert states(workbench) == ["released"]
    assert "suspended_after_release" not in found(workbench)
    assert len(workbench.messages_to(PIET)) == 1, "told of the release once; the rest was undone"


def test_an_account_id_given_again_is_another_person_who_is_not_touched(
    workbench: Workbench,
) -> None:
    workbench.hire("10050")
    workbench.hire("10051")
    backup = yesterday(workbench)
    add_person(workbench, 50, "nieuw", "10050")
    workbench.enrol(EXCEL, 50)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    assert states(workbench) == ["planned"]
    put_back(workbench.moodle.state, backup)
    workbench.clock.advance(minutes=10)
    add_person(workbench, 50, "ander", "10051")
    workbench.grant("10051", "OPL-003")
    workbench.enrol(EXCEL, 50)
    work(workbench)
    assert suspended(workbench, EXCEL, 50) == [ACTIVE]
    poll(workbench)
    assert suspended(workbench, EXCEL, 50) == [ACTIVE]
    assert "held" not in states(workbench)
    assert workbench.messages_to(50) == []
    with workbench.register.read() as connection:
        assert recent_restore(connection, workbench.clock.now()) is not None
    assert "lms_restored" in found(workbench)


def test_a_release_never_reaches_who_got_the_account_id_since(workbench: Workbench) -> None:
    workbench.hire("10050")
    workbench.hire("10051")
    backup = yesterday(workbench)
    add_person(workbench, 50, "nieuw", "10050")
    workbench.enrol(EXCEL, 50)
    poll(workbench)
    assert states(workbench) == ["held"]
    put_back(workbench.moodle.state, backup)
    workbench.clock.advance(minutes=10)
    add_person(workbench, 50, "ander", "10051")
    workbench.enrol(EXCEL, 50, status=SUSPENDED)
    workbench.grant("10050", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, 50) == [SUSPENDED]
    poll(workbench)
    assert suspended(workbench, EXCEL, 50) == [SUSPENDED], "suspended by a person, not by us"
    assert states(workbench) == ["ended"]


def test_a_course_id_given_again_is_another_course(workbench: Workbench) -> None:
    backup = yesterday(workbench)
    state = workbench.moodle.state
    state.add_course(Course(9, "OUD", "Oud", "OPL-OUD", fields=dict(FACTS)))
    workbench.enrol(9, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    assert states(workbench) == ["planned"]
    put_back(state, backup)
    workbench.clock.advance(minutes=10)
    state.add_course(Course(9, "NIEUW", "Nieuw", "OPL-NIEUW", fields=dict(FACTS)))
    workbench.grant("10005", "OPL-NIEUW")
    workbench.enrol(9, PIET)
    work(workbench)
    poll(workbench)
    assert suspended(workbench, 9, PIET) == [ACTIVE]
    assert states(workbench) == ["ended"]
    assert "lms_restored" in found(workbench)


def test_an_enrolment_id_given_again_removes_nobody_else(workbench: Workbench) -> None:
    backup = yesterday(workbench)
    first = workbench.enrol(LEADERSHIP, ZULEYHA, "self")
    tell(
        workbench,
        "user_enrolment_created",
        ZULEYHA,
        LEADERSHIP,
        method="self",
        object_id=first.id,
    )
    poll_courses(workbench.parts)
    workbench.moodle.switches.fail_next(
        Fault.MAINTENANCE, function="core_enrol_unenrol_user_enrolment"
    )
    work(workbench)
    put_back(workbench.moodle.state, backup)
    workbench.clock.advance(minutes=10)
    other = workbench.enrol(LEADERSHIP, PIET, "self")
    assert other.id == first.id
    work(workbench)
    assert suspended(workbench, LEADERSHIP, PIET) == [ACTIVE]


def test_an_older_enrolment_than_before_tells_of_a_backup(workbench: Workbench) -> None:
    first = workbench.enrol(EXCEL, PIET)
    backup = yesterday(workbench)
    del workbench.moodle.state.enrolments[first.id]
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    put_back(workbench.moodle.state, backup)
    poll(workbench)
    assert "lms_restored" in found(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]


def test_events_that_are_numbered_from_the_start_again_are_not_taken_for_repeats(
    workbench: Workbench,
) -> None:
    backup = yesterday(workbench)
    for user in (PIET, ZULEYHA):
        enrolment = workbench.enrol(EXCEL, user)
        tell(
            workbench,
            "user_enrolment_created",
            user,
            EXCEL,
            method="manual",
            object_id=enrolment.id,
            event_id=7,
        )
        work(workbench)
        assert suspended(workbench, EXCEL, user) == [SUSPENDED]
        put_back(workbench.moodle.state, backup)
        workbench.clock.advance(minutes=10)


# --- courses ----------------------------------------------------------------------------------


def test_a_deleted_course_ends_its_holds_and_leaves_what_was_granted(
    workbench: Workbench,
) -> None:
    workbench.enrol(LEADERSHIP, PIET)
    workbench.enrol(LEADERSHIP, ZULEYHA)
    workbench.grant("10003", "OPL-002")
    poll(workbench)
    assert states(workbench) == ["held"]
    delete_course(workbench.moodle.state, LEADERSHIP)
    poll(workbench)
    assert states(workbench) == ["ended"]
    assert not [row for row in workbench.actions() if row.state == "pending"]
    assert "granted_course_gone" in found(workbench)


def test_a_course_with_another_number_is_the_same_course(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    workbench.moodle.state.courses[EXCEL].idnumber = "OPL-003-2027"
    poll(workbench)
    assert states(workbench) == ["held"]
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]
    workbench.grant("10005", "OPL-003-2027")
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]


def test_an_enrolment_in_a_new_course_does_not_wait_for_the_next_reading_of_courses(
    workbench: Workbench,
) -> None:
    poll(workbench)
    state = workbench.moodle.state
    state.add_course(Course(9, "NIEUW", "Nieuw", "OPL-NIEUW", fields=dict(FACTS)))
    workbench.enrol(9, PIET)
    only_enrolments(workbench)
    assert suspended(workbench, 9, PIET) == [SUSPENDED]


def test_courses_that_did_not_change_are_not_written_again(workbench: Workbench) -> None:
    poll(workbench)
    with workbench.register.read() as connection:
        before = (
            connection.execute(select(CourseRow).order_by(CourseRow.course_id)).mappings().all()
        )
    workbench.clock.advance(hours=1)
    poll_courses(workbench.parts)
    with workbench.register.read() as connection:
        after = connection.execute(select(CourseRow).order_by(CourseRow.course_id)).mappings().all()
    assert [row["seen_at"] for row in after] == [workbench.clock.now()] * len(after)
    unseen = [{k: v for k, v in row.items() if k != "seen_at"} for row in after]
    assert unseen == [{k: v for k, v in row.items() if k != "seen_at"} for row in before]


# --- accounts ---------------------------------------------------------------------------------


def test_a_renamed_account_stays_the_same_person(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    workbench.moodle.state.users[PIET].username = "piet.bakker"
    only_enrolments(workbench)
    assert states(workbench) == ["held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]


def test_a_name_that_went_to_another_account_is_looked_up_again(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    workbench.hire("10050")
    workbench.moodle.state.users[PIET].username = "piet.bakker"
    add_person(workbench, 50, "p.bakker", "10050")
    workbench.enrol(LEADERSHIP, 50)
    only_enrolments(workbench)
    with workbench.register.read() as connection:
        named = select(LmsUserRow.user_id, LmsUserRow.username)
        names = dict(connection.execute(named).all())
        there = select(EnrolmentRow).where(EnrolmentRow.gone_at.is_(None))
        people = {(row.user_id, row.course_id) for row in rows_of(connection, there)}
    assert (names["8"], names["50"]) == ("piet.bakker", "p.bakker")
    assert people == {("8", str(EXCEL)), ("50", str(LEADERSHIP))}
    assert suspended(workbench, LEADERSHIP, 50) == [SUSPENDED]
    assert sorted(states(workbench)) == ["held", "held"]


def test_an_account_deleted_and_made_again_starts_anew_with_the_same_number(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    delete_user(workbench.moodle.state, PIET)
    add_person(workbench, 50, "p.bakker", "10005")
    workbench.enrol(EXCEL, 50)
    only_enrolments(workbench)
    assert suspended(workbench, EXCEL, 50) == [SUSPENDED]
    assert sorted(states(workbench)) == ["ended", "held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, 50) == [ACTIVE]


def test_a_number_that_went_to_another_account_takes_the_decision_along(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    people = workbench.moodle.state.users
    people[PIET].profile, people[MANAGER].profile = {}, {"personeelsnummer": "10005"}
    workbench.enrol(EXCEL, MANAGER)
    workbench.grant("10005", "OPL-003")
    poll(workbench)
    assert suspended(workbench, EXCEL, MANAGER) == [ACTIVE]
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED], "nobody knows whose that is"
    assert states(workbench) == ["held"]
    assert "hold_lost_account" in found(workbench)
    people[PIET].profile = {"personeelsnummer": "10005"}
    people[MANAGER].profile = {"personeelsnummer": "10009"}
    poll(workbench)
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]


def test_a_release_that_waits_is_not_carried_out_for_who_bears_the_account_by_then(
    workbench: Workbench,
) -> None:
    workbench.hire("10050")
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    told = len(workbench.messages_to(PIET))
    workbench.moodle.switches.fail_next(Fault.MAINTENANCE, function="enrol_manual_enrol_users")
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert states(workbench) == ["releasing"]
    workbench.moodle.state.users[PIET].profile = {"personeelsnummer": "10050"}
    poll(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]
    assert states(workbench) == ["held"]
    assert len(workbench.messages_to(PIET)) == told, "what was decided is about another"
    workbench.grant("10050", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, PIET) == [ACTIVE]


def test_a_merged_account_takes_its_hold_along(workbench: Workbench) -> None:
    add_person(workbench, 50, "piet.tweede", "10005")
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    merge_users(workbench.moodle.state, PIET, 50)
    poll(workbench)
    assert states(workbench) == ["held"]
    workbench.grant("10005", "OPL-003")
    work(workbench)
    assert suspended(workbench, EXCEL, 50) == [ACTIVE]
    assert states(workbench) == ["released"]


# --- maintenance and upgrades -----------------------------------------------------------------


def test_maintenance_in_the_middle_of_a_poll_changes_nothing_and_the_next_one_goes_on(
    workbench: Workbench,
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    workbench.enrol(LEADERSHIP, ZULEYHA)
    report = "core_reportbuilder_retrieve_report"
    workbench.moodle.switches.fail_next(Fault.MAINTENANCE, function=report)
    with pytest.raises(Transient, match="maintenance"):
        only_enrolments(workbench)
    assert states(workbench) == ["held"]
    only_enrolments(workbench)
    assert suspended(workbench, LEADERSHIP, ZULEYHA) == [SUSPENDED]


def test_a_hold_that_meets_maintenance_is_carried_out_afterwards(workbench: Workbench) -> None:
    workbench.enrol(EXCEL, PIET)
    poll_courses(workbench.parts)
    poll_enrolments(workbench.parts)
    workbench.moodle.switches.maintenance = True
    work(workbench)
    assert states(workbench) == ["planned"]
    workbench.moodle.switches.maintenance = False
    workbench.clock.advance(minutes=5)
    work(workbench)
    assert states(workbench) == ["held"]
    assert len(workbench.messages_to(PIET)) == 1


@pytest.mark.parametrize(
    "upgrade",
    [
        lambda bench: setattr(
            bench.moodle.switches,
            "not_in_service",
            frozenset({"core_reportbuilder_retrieve_report"}),
        ),
        lambda bench: setattr(bench.moodle.state, "report_id", 2),
    ],
)
def test_an_upgrade_that_took_something_away_stops_the_poll_and_ends_nothing(
    workbench: Workbench, upgrade: Callable[[Workbench], None]
) -> None:
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    upgrade(workbench)
    with pytest.raises(Exception, match=r"core_reportbuilder|custom report") as stopped:
        only_enrolments(workbench)
    assert not isinstance(stopped.value, Permanent)
    assert states(workbench) == ["held"]
    with workbench.register.read() as connection:
        assert connection.execute(select(EnrolmentRow.gone_at)).scalars().all() == [None]
