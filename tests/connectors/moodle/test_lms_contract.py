"""What the adapter may count on of an LMS: people, courses, cohorts and messages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Permanent
from connectors.ports import LmsUserChange, NewLmsUser, RowState
from tests.connectors.moodle.stage import Stage

UNKNOWN = "2147483647"

# --- people ----------------------------------------------------------------------------------


def test_someone_is_the_same_by_id_username_number_and_address(stage: Stage) -> None:
    person, lms = stage.person(), stage.lms()
    user = lms.users_by_id([person.user_id])[person.user_id]
    assert (user.user_id, user.username, user.email) == (
        *(person.user_id, person.username),
        person.email,
    )
    assert (user.employee_id, user.given_name, user.family_name) == (
        *(person.number, "Proef"),
        stage.mark,
    )
    assert lms.users_by_username([person.username.upper()]) == {person.username: user}
    assert lms.users_by_employee([person.number]) == {person.number: (user,)}
    assert lms.users_by_email([person.email.upper()]) == {person.email: (user,)}


def test_what_nobody_has_is_absent(stage: Stage) -> None:
    lms, nobody = stage.lms(), stage.name()
    assert lms.users_by_id([UNKNOWN]) == {}
    assert lms.users_by_username([nobody, "kan geen naam zijn"]) == {}
    assert lms.users_by_employee([nobody]) == {nobody: ()}
    assert lms.users_by_email([f"{nobody}@example.org"]) == {f"{nobody}@example.org": ()}


def test_the_unknown_do_not_hide_the_known(stage: Stage) -> None:
    person, lms = stage.person(), stage.lms()
    assert set(lms.users_by_id([UNKNOWN, person.user_id])) == {person.user_id}
    assert set(lms.users_by_username(["geen naam", person.username])) == {person.username}


def test_a_deleted_account_is_absent(stage: Stage) -> None:
    person, lms = stage.person(), stage.lms()
    stage.do("core_user_delete_users", userids=[person.user_id])
    assert lms.users_by_id([person.user_id]) == {}
    assert lms.users_by_username([person.username]) == {}


def test_two_accounts_with_one_employee_number_are_both_given(stage: Stage) -> None:
    first = stage.person()
    again: dict[str, Any] = {"idnumber": first.number}
    if stage.target.employee_field != "idnumber":
        again["customfields"] = [{"type": stage.target.employee_field, "value": first.number}]
    second = stage.person(**again)
    found = stage.lms().users_by_employee([first.number])[first.number]
    assert {user.user_id for user in found} == {first.user_id, second.user_id}


def test_accounts_are_made_changed_and_suspended(stage: Stage) -> None:
    lms, name = stage.lms(), stage.name()
    new = NewLmsUser(
        name, "Zoë", stage.mark, f"{name}@example.org", name.upper(), "Toezicht & Handhaving"
    )
    (made,) = lms.create_users([new])
    assert (made.key, made.state) == (name, RowState.DONE)
    assert made.user_id is not None
    change = LmsUserChange(made.user_id, given_name="Chloë", suspended=True)
    assert [row.state for row in lms.write_users([change])] == [RowState.DONE]
    user = lms.users_by_id([made.user_id])[made.user_id]
    assert (user.given_name, user.employee_id, user.suspended) == ("Chloë", name.upper(), True)
    assert user.department == "Toezicht & Handhaving"


def test_a_bad_row_among_good_ones_is_the_only_one_refused(stage: Stage) -> None:
    taken, lms = stage.person(), stage.lms()
    good, bad = stage.name(), stage.name()
    results = lms.create_users(
        [
            NewLmsUser(good, "Goed", stage.mark, f"{good}@example.org", good.upper()),
            NewLmsUser(bad, "Dubbel", stage.mark, taken.email, bad.upper()),
        ]
    )
    states = {row.key: (row.state, row.code) for row in results}
    assert states == {good: (RowState.DONE, ""), bad: (RowState.REFUSED, "email_taken")}
    changes = [LmsUserChange(UNKNOWN, given_name="X"), LmsUserChange(taken.user_id, given_name="Y")]
    changed = {row.key: row.state for row in lms.write_users(changes)}
    assert changed == {UNKNOWN: RowState.REFUSED, taken.user_id: RowState.DONE}


# --- courses ---------------------------------------------------------------------------------


def test_a_course_is_found_by_id_and_number_with_its_policy_facts(stage: Stage) -> None:
    facts = {
        "leeruren": "16.5",
        "kosten_eur": "950.75",
        "grondslag": "2",
        "traject": "Toezicht & handhaving",
        "incompany": "1",
    }
    own = stage.course(facts=facts, startdate=1803898800, enddate=1814436000)
    lms = stage.lms()
    course = lms.course_by_id(own.course_id)
    assert course is not None
    assert course == lms.course_by_idnumber(own.idnumber)
    assert (course.course_id, course.idnumber) == (own.course_id, own.idnumber)
    assert (course.hours, course.costs_cents, course.ground) == (
        *(Decimal("16.5"), 95075),
        "function",
    )
    assert (course.trajectory, course.in_company) == ("Toezicht & handhaving", True)
    assert (course.start_date, course.end_date) == (date(2027, 3, 1), date(2027, 7, 1))
    assert not course.out_of_scope
    assert course.problems == ()


def test_a_course_without_facts_says_nothing_of_them(stage: Stage) -> None:
    course = stage.lms().course_by_id(stage.course().course_id)
    assert course is not None
    assert (course.hours, course.costs_cents, course.ground, course.trajectory) == (
        *(None, None),
        *(None, None),
    )


def test_hidden_courses_are_courses_and_the_front_page_is_not(stage: Stage) -> None:
    shown, hidden = stage.course(), stage.course(visible=0)
    lms = stage.lms()
    visible = {course.course_id: course.visible for course in lms.courses()}
    assert (visible[shown.course_id], visible[hidden.course_id]) == (True, False)
    assert "1" not in visible
    assert lms.course_by_id("1") is None


def test_an_unknown_course_is_none(stage: Stage) -> None:
    lms = stage.lms()
    assert lms.course_by_id(UNKNOWN) is None
    assert lms.course_by_idnumber(stage.name()) is None


# --- cohorts ---------------------------------------------------------------------------------

NAME = "Toegestaan: proef & meer"


def test_a_cohort_is_made_once_filled_and_emptied_and_repeating_is_harmless(stage: Stage) -> None:
    idnumber, lms = stage.idnumber_of_cohort(), stage.lms()
    first, second = stage.person(), stage.person()
    for _ in range(2):
        lms.ensure_cohorts({idnumber: NAME})
        lms.add_to_cohort(idnumber, NAME, [first.user_id, second.user_id])
    assert lms.cohort_members([idnumber]) == {idnumber: {first.user_id, second.user_id}}
    for _ in range(2):
        lms.remove_from_cohort(idnumber, [first.user_id])
    assert lms.cohort_members([idnumber]) == {idnumber: {second.user_id}}


def test_a_cohort_that_does_not_exist_has_no_members_and_is_made_for_the_first(
    stage: Stage,
) -> None:
    person, lms, idnumber = stage.person(), stage.lms(), stage.idnumber_of_cohort()
    assert lms.cohort_members([idnumber]) == {idnumber: frozenset()}
    lms.remove_from_cohort(idnumber, [person.user_id])
    lms.add_to_cohort(idnumber, NAME, [person.user_id])
    assert lms.cohort_members([idnumber]) == {idnumber: {person.user_id}}


def test_an_unknown_member_is_refused_and_the_others_stay(stage: Stage) -> None:
    person, lms, idnumber = stage.person(), stage.lms(), stage.idnumber_of_cohort()
    lms.ensure_cohorts({idnumber: NAME})
    with pytest.raises(Permanent, match=UNKNOWN):
        lms.add_to_cohort(idnumber, NAME, [UNKNOWN, person.user_id])
    assert lms.cohort_members([idnumber]) == {idnumber: {person.user_id}}


# --- messages and removal --------------------------------------------------------------------


def test_a_message_is_sent_to_an_account_and_refused_for_nobody(stage: Stage) -> None:
    person, lms = stage.person(), stage.lms()
    lms.send_message(person.user_id, "Je deelname wacht op een besluit: a < b & c > d.")
    with pytest.raises(Permanent):
        lms.send_message(UNKNOWN, "Aan niemand")


def test_an_enrolment_that_does_not_exist_is_gone_already(stage: Stage) -> None:
    assert stage.lms().remove_enrolment(UNKNOWN) is False


def test_the_service_user_is_an_account(stage: Stage) -> None:
    lms = stage.lms()
    assert lms.service_user_id() in lms.users_by_id([lms.service_user_id()])
