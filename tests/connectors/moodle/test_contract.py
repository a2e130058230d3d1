"""The contract of the connector: the same sentences hold on the recordings and on the sandbox.

A test asks for a `site`: the recorded exchanges that it may meet, or the sandbox brought into the
same state, over real HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Protocol

import pytest

from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)
from connectors.moodle import Moodle, MoodleConfig
from connectors.ports import EnrolmentMethod, EnrolmentStatus, Lms
from sandboxes.moodle import Fault
from tests.connectors.moodle.lab import TOKEN, Lab, manual
from tests.connectors.moodle.lab_cases import (
    Prepare,
    all_in_course_2,
    archived,
    cohort,
    deleted_double,
    double_idnumber,
    enrol,
    filtered_report,
    steps,
    suspended_account,
)
from tests.connectors.moodle.replay import Exchange, Replay, exchange

FIELD = "core_user_get_users_by_field"
COURSE = "core_course_get_courses_by_field"
KNOWN_USER = exchange(FIELD, "happy: by username (with profile custom fields)")
KNOWN_COURSE = exchange(COURSE, "happy: by idnumber, with custom fields")
KNOWN = (KNOWN_USER, KNOWN_COURSE)
SITE = exchange("core_webservice_get_site_info", "happy")


class Site(Protocol):
    def __call__(self, *exchanges: Exchange, state: Prepare | None = None) -> Lms: ...


def _config(url: str) -> MoodleConfig:
    return MoodleConfig(
        url=url,
        token=TOKEN,
        known_user="j.devries",
        known_course="OPL-001",
        employee_field="idnumber",
        enrolment_report_id=1,
        page_size=50,
        attempts=2,
    )


@pytest.fixture(params=["recordings", "sandbox"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    opened: list[Moodle] = []
    lab = Lab()
    with lab.moodle:

        def open_site(*exchanges: Exchange, state: Prepare | None = None) -> Moodle:
            transport = Replay(exchanges) if request.param == "recordings" else None
            if state is not None:
                state(lab)
            opened.append(
                Moodle(
                    _config(lab.moodle.url),
                    transport=transport,
                    sleep=lambda _: None,
                    now=lambda: datetime.fromtimestamp(lab.clock(), UTC),
                )
            )
            return opened[-1]

        yield open_site
    for moodle in opened:
        moodle.close()


# --- people ----------------------------------------------------------------------------------


def test_an_account_is_found_by_username_whatever_the_case_it_is_asked_in(site: Site) -> None:
    lms = site(KNOWN_USER)
    user = lms.users_by_username(["J.deVries"])["j.devries"]
    assert (user.user_id, user.idnumber, user.employee_id) == ("4", "P10001", "P10001")
    assert user.full_name == "Jan de Vries"
    assert user.email == "j.devries@example.org"
    assert not user.suspended


def test_unknown_accounts_are_absent_once_a_known_user_and_course_are_found(site: Site) -> None:
    lms = site(exchange(FIELD, "by id, one unknown"), *KNOWN)
    assert set(lms.users_by_id(["4", "99999"])) == {"4"}


def test_a_deleted_account_is_absent_although_moodle_still_gives_it(site: Site) -> None:
    case = "deleted user looked up by id: STILL returned, with a scrambled username and email and "
    lms = site(exchange(FIELD, f"{case}no deleted flag"), *KNOWN, state=deleted_double)
    assert lms.users_by_id(["10"]) == {}


def test_two_accounts_of_one_employee_are_both_given(site: Site) -> None:
    lms = site(
        exchange(FIELD, "two users share one idnumber (both are returned)"),
        state=double_idnumber,
    )
    users = lms.users_by_employee(["P10001"])["P10001"]
    assert sorted(user.user_id for user in users) == ["10", "4"]


def test_an_employee_number_in_another_case_is_another_number(site: Site) -> None:
    lms = site(exchange(FIELD, "idnumber in other case"), *KNOWN)
    assert lms.users_by_employee(["p10002"]) == {"p10002": ()}


def test_a_suspended_account_is_found_and_says_so(site: Site) -> None:
    lms = site(
        exchange(FIELD, "read back of a suspended account (still returned, suspended=true)"),
        state=suspended_account(8),
    )
    assert lms.users_by_id(["8"])["8"].suspended


def test_a_text_that_cannot_be_a_username_is_just_absent(site: Site) -> None:
    lms = site(
        (FIELD, {"field": "username", "values[0]": "jan spatie"}, INVALID),
        *KNOWN,
    )
    assert lms.users_by_username(["jan spatie"]) == {}


INVALID = exchange(FIELD, "by username in capitals")[2]


def test_nothing_found_is_not_believed_when_the_known_user_is_not_shown_either(site: Site) -> None:
    def without_rights(lab: Lab) -> None:
        lab.moodle.switches.bare_role = True

    nobody = exchange(FIELD, "no permission (role holds only webservice/rest:use)")[2]
    lms = site(
        (FIELD, {"field": "id", "values[0]": "4"}, nobody),
        (FIELD, {"field": "username", "values[0]": "j.devries"}, nobody),
        (FIELD, {"field": "idnumber", "values[0]": "j.devries"}, nobody),
        state=without_rights,
    )
    with pytest.raises(Misconfigured, match="moodle/user:viewdetails") as caught:
        lms.users_by_id(["4"])
    assert caught.value.code == "known_user_not_found"


# --- courses ---------------------------------------------------------------------------------


def test_a_course_has_its_policy_facts(site: Site) -> None:
    course = site(KNOWN_COURSE).course_by_idnumber("OPL-001")
    assert course is not None
    assert (course.course_id, course.idnumber, course.visible) == ("2", "OPL-001", True)
    assert course.full_name == "Wet zorg en dwang – basis"
    assert (course.start_date, course.end_date) == (date(2026, 1, 5), date(2027, 1, 5))
    assert (course.hours, course.costs_cents) == (Decimal("8.00"), 0)
    assert (course.ground, course.trajectory) == ("legal", "WZD")
    assert course.in_company
    assert not course.out_of_scope
    assert course.enrolment_methods == ("manual",)
    assert course.problems == ()


def test_an_empty_number_is_no_number_and_a_hidden_course_is_seen(site: Site) -> None:
    lms = site(exchange(COURSE, "hidden course, role has viewhiddencourses"))
    course = lms.course_by_idnumber("OPL-HID")
    assert course is not None
    assert not course.visible
    assert (course.hours, course.costs_cents, course.ground) == (None, None, None)
    assert course.problems == ()


def test_an_amount_with_three_decimals_is_a_problem_and_not_an_amount(site: Site) -> None:
    lms = site(
        exchange(COURSE, "read back: number custom field with three decimals"),
        state=archived(14, "CF-79080", "CF number", kosten_eur=1250.759),
    )
    course = lms.course_by_id("14")
    assert course is not None
    assert course.costs_cents is None
    assert course.problems == ("kosten_eur: 1250.759 has more than two decimals",)


def test_a_menu_option_that_does_not_exist_is_a_problem(site: Site) -> None:
    lms = site(
        exchange(COURSE, "read back: menu custom field index out of range"),
        state=archived(16, "CF-46691", "CF menu", grondslag=9),
    )
    course = lms.course_by_id("16")
    assert course is not None
    assert course.ground is None
    assert course.problems == ("grondslag: option 9 does not exist in the menu",)


def test_the_front_page_is_not_a_course(site: Site) -> None:
    front = exchange(COURSE, "no permission (role holds only webservice/rest:use)")
    assert site(front, *KNOWN).course_by_id("1") is None


def test_an_unknown_course_is_none(site: Site) -> None:
    lms = site(exchange(COURSE, "unknown id"), exchange(COURSE, "not found"), *KNOWN)
    assert lms.course_by_id("99999") is None
    assert lms.course_by_idnumber("BESTAATNIET") is None


# --- enrolments ------------------------------------------------------------------------------

REPORT = "core_reportbuilder_retrieve_report"
FILTERS = "core_reportbuilder_set_filters"
ON_COURSE = exchange(
    FILTERS,
    "happy: course idnumber is equal to (operator 3); the filter is stored for the user and "
    "persists across calls",
)
RESET = exchange(FILTERS, "happy: reset to no filters")
COURSE_2 = exchange(
    REPORT,
    "happy: with the stored filter on one course: Active, Suspended and Not current participants",
)
WHOLE = exchange(
    REPORT,
    "happy: custom report on course participants (shows status, timestart, timeend, method per "
    "enrolment)",
)


def test_rows_without_a_user_are_skipped_in_the_whole_report(site: Site) -> None:
    only_count = (REPORT, {"reportid": "1", "page": "0", "perpage": "1"}, WHOLE[2])
    lms = site(SITE, WHOLE, RESET, only_count, state=all_in_course_2)
    rows = lms.enrolments().rows
    assert {row.username for row in rows} == {
        *("j.devries", "s.vanthof", "z.oezdemir", "e.moji", "p.bakker", "a.elamrani")
    }


def test_an_unknown_report_is_a_setting_to_correct(site: Site) -> None:
    lms = site(
        SITE,
        (FILTERS, {"reportid": "1", "values": "{}"}, True),
        (
            REPORT,
            {"reportid": "1", "page": "0", "perpage": "50"},
            exchange(REPORT, "failure: unknown report")[2],
        ),
        state=lambda lab: setattr(lab.state, "report_id", 2),
    )
    with pytest.raises(Misconfigured, match="Course participants"):
        lms.enrolments()


def person(user_id: str, username: str) -> Exchange:
    """The account of a recorded one under another id, as the report knows it."""
    found = {**KNOWN_USER[2][0], "id": int(user_id), "username": username}
    return FIELD, {"field": "id", "values[0]": user_id}, [found]


COURSE_BY_ID: Exchange = (COURSE, {"field": "id", "value": "2"}, KNOWN_COURSE[2])
ENROL = "enrol_manual_enrol_users"
SUSPEND = exchange(ENROL, "happy: suspend an existing enrolment (times given again)")


def asked_for(username: str) -> tuple[Exchange, ...]:
    """The recorded report has no filter on persons, so it gives all of the course once more."""
    filters = {
        "course:idnumber_operator": 3,
        "course:idnumber_value": "OPL-001",
        "user:username_operator": 3,
        "user:username_value": username,
    }
    on_person = (FILTERS, {"reportid": "1", "values": json.dumps(filters)}, True)
    # The course is then counted once more, by its first row.
    counted = (COURSE_2[0], {**COURSE_2[1], "page": "0", "perpage": "1"}, COURSE_2[2])
    return SITE, COURSE_BY_ID, on_person, COURSE_2, RESET, ON_COURSE, counted


OF_6 = (person("6", "z.oezdemir"), *asked_for("z.oezdemir"))


def test_the_report_gives_status_method_and_moments_of_one_person(site: Site) -> None:
    lms = site(*OF_6, state=filtered_report)
    (suspended,) = lms.enrolments_of("6", "2").rows
    assert suspended.status is EnrolmentStatus.SUSPENDED
    assert (suspended.user_id, suspended.course_id, suspended.enrolment_id) == ("6", "2", None)
    assert suspended.created_at == datetime(2026, 11, 23, 12, 21, tzinfo=UTC)
    assert suspended.starts_at == datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    assert suspended.ends_at == datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
    assert suspended.completed
    assert suspended.completed_at == datetime(2026, 11, 23, 12, 36, tzinfo=UTC)


def test_someone_enrolled_by_two_methods_has_two_rows(site: Site) -> None:
    lms = site(person("8", "p.bakker"), *asked_for("p.bakker"), state=filtered_report)
    assert {(row.method, row.status) for row in lms.enrolments_of("8", "2").rows} == {
        (EnrolmentMethod.MANUAL, EnrolmentStatus.NOT_CURRENT),
        (EnrolmentMethod.SELF, EnrolmentStatus.ACTIVE),
    }


def test_who_does_not_exist_is_enrolled_in_nothing(site: Site) -> None:
    nobody: Exchange = (FIELD, {"field": "id", "values[0]": "99999"}, [])
    lms = site(SITE, nobody, COURSE_BY_ID, *KNOWN)
    assert lms.enrolments_of("99999", "2").rows == ()


def test_a_hold_is_written_with_its_dates_and_read_back(site: Site) -> None:
    lms = site(*OF_6, SUSPEND, state=filtered_report)
    (before,) = lms.enrolments_of("6", "2").rows
    lms.set_suspended(before, suspended=True)
    (row,) = lms.enrolments_of("6", "2").rows
    assert (row.status, row.ends_at) == (EnrolmentStatus.SUSPENDED, before.ends_at)


def test_the_loser_of_a_race_reads_again_and_then_tries_again(site: Site) -> None:
    lost = exchange("_concurrency", "simultaneous identical enrolments: the loser of the race")[2]
    lms = site(
        *OF_6,
        (ENROL, SUSPEND[1], lost),
        SUSPEND,
        state=steps(
            filtered_report,
            lambda lab: lab.moodle.switches.fail_next(Fault.WRITE_FAILED, function=ENROL),
        ),
    )
    (before,) = lms.enrolments_of("6", "2").rows
    lms.set_suspended(before, suspended=True)


def test_without_the_plugin_only_a_manual_enrolment_can_be_suspended(site: Site) -> None:
    lms = site(person("8", "p.bakker"), *asked_for("p.bakker"), state=filtered_report)
    assert lms.suspendable() == {EnrolmentMethod.MANUAL}
    (by_himself,) = (
        row for row in lms.enrolments_of("8", "2").rows if row.method is EnrolmentMethod.SELF
    )
    with pytest.raises(Misconfigured, match="companion plugin"):
        lms.set_suspended(by_himself, suspended=True)


def test_a_course_without_a_manual_method_is_named(site: Site) -> None:
    refusal = exchange(ENROL, "failure: course without a manual enrolment instance")
    dates = {
        "enrolments[0][timestart]": "0",
        "enrolments[0][timeend]": "0",
        "enrolments[0][suspend]": "0",
    }
    lms = site(SITE, (ENROL, {**refusal[1], **dates}, refusal[2]))
    enrolled = manual("4", "j.devries", "7", "OPL-NOMAN")
    with pytest.raises(Permanent, match=r"user 4 in course 7: .*wsnoinstance") as caught:
        lms.set_suspended(enrolled, suspended=False)
    assert caught.value.code == "wsnoinstance"


REMOVE = "core_enrol_unenrol_user_enrolment"


def test_removing_any_enrolment_by_its_id_says_whether_it_was_there(site: Site) -> None:
    lms = site(
        exchange(REMOVE, "happy: remove ANY enrolment by its id (here a self enrolment)"),
        exchange(REMOVE, "already removed"),
        state=enrol(3, 5, method="self", number=9),
    )
    assert lms.remove_enrolment("9") is True
    assert lms.remove_enrolment("9") is False


# --- cohorts and messages --------------------------------------------------------------------

COHORTS = exchange("core_cohort_get_cohorts", "happy: all")
ADD = "core_cohort_add_cohort_members"
MEMBERS = "core_cohort_get_cohort_members"


NO_COHORTS: Exchange = ("core_cohort_get_cohorts", {}, [])
CREATE = exchange("core_cohort_create_cohorts", "happy: system cohort")
NAME = "Toegestaan LEID-01"


def test_a_cohort_is_made_once(site: Site) -> None:
    lms = site(NO_COHORTS, CREATE, COHORTS)
    lms.ensure_cohorts({"OK-LEID-01": NAME})
    lms.ensure_cohorts({"OK-LEID-01": NAME})
    assert lms.cohort_members(["ANDERS"]) == {"ANDERS": frozenset()}


def test_someone_who_is_a_member_already_is_not_an_error(site: Site) -> None:
    lms = site(
        COHORTS,
        exchange(ADD, "already a member"),
        exchange(MEMBERS, "happy"),
        state=cohort(5),
    )
    lms.add_to_cohort("OK-LEID-01", NAME, ["5"])
    assert lms.cohort_members(["OK-LEID-01", "ANDERS"]) == {"OK-LEID-01": {"5"}, "ANDERS": set()}


def test_a_cohort_that_turns_out_not_to_exist_is_made(site: Site) -> None:
    happy = exchange(ADD, "happy: by cohort idnumber and user id")
    unknown = exchange(ADD, "unknown cohort")[2]
    lms = site(
        (ADD, happy[1], unknown),
        NO_COHORTS,
        CREATE,
        happy,
        COHORTS,
        exchange(MEMBERS, "happy"),
    )
    lms.add_to_cohort("OK-LEID-01", NAME, ["5"])
    assert lms.cohort_members(["OK-LEID-01"]) == {"OK-LEID-01": {"5"}}


def test_adding_an_account_that_does_not_exist_says_which(site: Site) -> None:
    row = {
        "members[0][cohorttype][type]": "idnumber",
        "members[0][cohorttype][value]": "OK-LEID-01",
        "members[0][usertype][type]": "id",
        "members[0][usertype][value]": "99999",
    }
    batch = exchange(ADD, "batch of two, second user unknown (warning; good row kept)")
    lms = site((ADD, row, batch[2]), COHORTS, state=cohort(5))
    with pytest.raises(Permanent, match="account 99999 into cohort OK-LEID-01: "):
        lms.add_to_cohort("OK-LEID-01", NAME, ["99999"])


def test_removing_twice_is_harmless(site: Site) -> None:
    remove = "core_cohort_delete_cohort_members"
    lms = site(
        COHORTS,
        exchange(remove, "happy"),
        exchange(remove, "not a member any more"),
        state=cohort(5),
    )
    lms.remove_from_cohort("OK-LEID-01", ["5"])
    lms.remove_from_cohort("OK-LEID-01", ["5"])


MESSAGE = "core_message_send_instant_messages"


def test_a_message_is_sent(site: Site) -> None:
    lms = site(exchange(MESSAGE, "recipient with a suspended account"))
    lms.send_message("9", "Hallo")


def test_a_message_to_nobody_is_refused_for_good(site: Site) -> None:
    refused = exchange(MESSAGE, "unknown recipient, no textformat")
    fields = {"messages[0][touserid]": "99999", "messages[0][text]": "Twee"}
    lms = site((MESSAGE, fields, refused[2]))
    with pytest.raises(Permanent, match="no message to user 99999"):
        lms.send_message("99999", "Twee")


# --- the protocol ----------------------------------------------------------------------------

INFO = "core_webservice_get_site_info"


def test_the_service_user_is_known_by_its_id(site: Site) -> None:
    assert site(exchange(INFO, "happy")).service_user_id() == "3"


@pytest.mark.parametrize(
    ("case", "state", "kind"),
    [
        ("invalid token", lambda lab: lab.state.tokens.clear(), Misconfigured),
        (
            "external service disabled",
            lambda lab: setattr(lab.moodle.switches, "service_enabled", False),
            Misconfigured,
        ),
        (
            "database server down",
            lambda lab: lab.moodle.switches.fail_next(Fault.DATABASE_DOWN, times=2),
            Transient,
        ),
    ],
)
def test_an_error_with_status_200_is_told_apart_by_its_code(
    site: Site, case: str, state: Prepare, kind: type[ConnectorError]
) -> None:
    lms = site(exchange("_general", case), state=state)
    with pytest.raises(kind) as caught:
        lms.service_user_id()
    assert caught.value.code == exchange("_general", case)[2]["errorcode"]
    assert TOKEN not in str(caught.value)
