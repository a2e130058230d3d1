"""`doctor` on a sandbox over HTTP, in order and with one thing broken at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.plugin import SET
from connectors.ports import Check, CheckState
from sandboxes.moodle import Course
from sandboxes.moodle.databases import request_form
from sandboxes.moodle.plugin import PolicySettings
from sandboxes.moodle.tables import CourseFieldDefinition, PolicyEvent
from sandboxes.moodle.versions import MOODLE_5_0
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.lab_cases import enrol
from tests.connectors.moodle.targets import OUT_OF_SCOPE

FAILED, WARNING = CheckState.FAILED, CheckState.WARNING
FORM = 1
PAGE = Path(__file__).parents[3] / "docs" / "moodle.md"


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.state.add_database(request_form(FORM, 5))
    lab.state.course_fields += (OUT_OF_SCOPE,)
    lab.state.courses[5].fields = {"beleid_uitgezonderd": 1}
    with lab.moodle:
        yield lab


def _lms(lab: Lab, **changes: Any) -> Moodle:
    options = {
        "url": lab.moodle.url,
        "token": TOKEN,
        "known_user": "j.devries",
        "known_course": "OPL-001",
        "enrolment_report_id": 1,
        "request_database_id": FORM,
        "request_lock": True,
        **changes,
    }
    return Moodle(
        MoodleConfig(**options),
        now=lambda: datetime.fromtimestamp(lab.clock(), UTC),
        sleep=lambda _: None,
    )


def _lines(lab: Lab, **changes: Any) -> dict[str, Check]:
    lms = _lms(lab, **changes)
    try:
        return {check.name: check for check in lms.check()}
    finally:
        lms.close()


def test_a_site_in_order_passes_every_check(lab: Lab) -> None:
    lines = _lines(lab)
    assert {check.state for check in lines.values()} == {CheckState.OK}
    assert REQUESTS in lines


def test_looking_changes_nothing(lab: Lab) -> None:
    sent: list[bytes] = []

    def receive(_headers: Mapping[str, str], body: bytes) -> int:
        sent.append(body)
        return 200

    lab.moodle.webhooks.local_webhooks = [receive]
    _lines(lab)
    assert (lab.state.enrolments, lab.state.cohorts, lab.state.messages, sent) == ({}, {}, {}, [])
    assert lab.state.filters in ({}, {(3, 1): {}})


def test_every_step_is_one_of_the_manual(lab: Lab) -> None:
    steps = {int(step) for name in _lines(lab) for step in re.findall(r"\(step (\d+)\)", name)}
    assert steps <= {int(step) for step in re.findall(r"^## (\d+)\. ", PAGE.read_text(), re.M)}
    assert steps >= {1, 2, 3, 4, 5, 7}


# --- one thing broken -------------------------------------------------------------------------


def _deny(*capabilities: str) -> Callable[[Lab], None]:
    def take(lab: Lab) -> None:
        lab.moodle.switches.denied = frozenset(capabilities)

    return take


def _switch(**changes: Any) -> Callable[[Lab], None]:
    def turn(lab: Lab) -> None:
        for name, value in changes.items():
            setattr(lab.moodle.switches, name, value)

    return turn


def _state(**changes: Any) -> Callable[[Lab], None]:
    def change(lab: Lab) -> None:
        for name, value in changes.items():
            setattr(lab.state, name, value)

    return change


def _feature_off(name: str) -> Callable[[Lab], None]:
    return lambda lab: lab.state.features.update({name: 0})


def _governed_form(lab: Lab) -> None:
    lab.state.courses[5].fields = {}


def _hears_only_from_course_members(lab: Lab) -> None:
    """As a Moodle is when it was just installed."""
    lab.state.features["messagingallusers"] = 0
    lab.moodle.switches.denied = frozenset({"moodle/site:messageanyuser"})


def _field(shortname: str, kind: str | None) -> Callable[[Lab], None]:
    """The course field of another type, or gone."""

    def change(lab: Lab) -> None:
        kept = [field for field in lab.state.course_fields if field.shortname != shortname]
        again = [CourseFieldDefinition(shortname, shortname, kind)] if kind else []
        lab.state.course_fields = (*kept, *again)
        for course in lab.state.courses.values():
            course.fields.pop(shortname, None)

    return change


def _admin(lab: Lab) -> None:
    lab.state.users[3].admin = True


def _no_number(lab: Lab) -> None:
    lab.state.users[4].profile = {}


def _speaks(release: str) -> Callable[[Lab], None]:
    def set_release(lab: Lab) -> None:
        lab.state.speaks = replace(MOODLE_5_0, release=release)

    return set_release


def _moodle_5_without(*, report: bool = True, form: bool = True) -> Callable[[Lab], None]:
    def remove(lab: Lab) -> None:
        lab.state.speaks = MOODLE_5_0
        if not report:
            lab.state.report_id = 9
        if not form:
            del lab.state.databases[FORM]

    return remove


def _no_option(lab: Lab) -> None:
    lab.state.courses[2].fields["grondslag"] = 9


def _unnumbered_course(lab: Lab) -> None:
    lab.state.add_course(Course(30, "LOS", "Los"))


def _one_zone_for_all(lab: Lab) -> None:
    lab.state.add_enrolment(2, 5)
    lab.state.heeds_call_settings = False


def _enrolled_itself(lab: Lab) -> None:
    enrol(2, 3)(lab)


def _hidden(lab: Lab) -> None:
    lab.state.courses[2].visible = True
    lab.state.add_course(Course(30, "STIL", "Stil", "OPL-STIL", visible=False))
    enrol(30, 4)(lab)
    lab.moodle.switches.denied = frozenset({"moodle/course:viewhiddencourses"})


def _editable(lab: Lab) -> None:
    lab.state.databases[FORM].manageapproved = True


def _open_form(lab: Lab) -> None:
    lab.state.databases[FORM].approval = False


def _renamed_field(lab: Lab) -> None:
    form = lab.state.databases[FORM]
    form.fields = tuple(
        replace(field, name="Bewijsstuk") if field.name == "Bewijs" else field
        for field in form.fields
    )


PEOPLE, COURSES = "lms reading people (step 1)", "lms reading courses (step 1)"
HOLDING, COHORTS = "lms holding (step 1)", "lms cohorts (step 1)"
USER, FUNCTIONS = "lms service user (step 1)", "lms functions (step 2)"
FIELDS, REPORT = "lms course fields (step 4)", "lms participants report (step 5)"
ALL, REQUESTS = "lms all enrolments (step 5)", "lms request form (step 7)"
MANAGER = "lms manager field (step 10)"
SHOWN = "lms shown learning (step 11)"
ROLES, REPORTS = "Sitebeheer > Gebruikers > Rechten > Rollen", "Aangepaste rapporten"

BROKEN = (
    (_speaks("5.1 (Build: 20251006)"), "lms version", WARNING, "5.1", "copy of the site"),
    (_switch(clock_ahead_seconds=90), "lms clock", WARNING, "90 seconds ahead", "NTP"),
    (_switch(clock_ahead_seconds=-400), "lms clock", FAILED, "seconds behind", "NTP"),
    (_feature_off("enablecustomreports"), "lms features", FAILED, "custom reports", "Geavanceerde"),
    (_feature_off("enablecompletion"), "lms features", WARNING, "completion", "Geavanceerde"),
    (_admin, USER, WARNING, "site administrator", ROLES),
    (
        _switch(not_in_service=frozenset({"core_cohort_get_cohorts"})),
        FUNCTIONS,
        FAILED,
        "core_cohort_get_cohorts",
        "Externe services",
    ),
    (_switch(max_input_vars=999), "lms request size (step 2)", FAILED, "dropped", "max_input_vars"),
    (_deny("moodle/user:viewdetails"), PEOPLE, FAILED, "does not show", ROLES),
    (_deny("moodle/user:viewalldetails"), PEOPLE, FAILED, "without their usernames", ROLES),
    (_deny("moodle/site:viewuseridentity"), PEOPLE, WARNING, "e-mail", "viewuseridentity"),
    (_deny("moodle/course:view"), COURSES, FAILED, "does not show", "moodle/course:view"),
    (_deny("moodle/course:update"), COURSES, FAILED, "ID number", "moodle/course:update"),
    (_unnumbered_course, COURSES, WARNING, "LOS", "ID number"),
    (_deny("enrol/manual:enrol"), HOLDING, FAILED, "manual enrolment", ROLES),
    (_deny("moodle/role:assign"), HOLDING, FAILED, "role 5", "Roltoewijzingen toestaan"),
    (_deny("moodle/cohort:manage"), COHORTS, FAILED, "no cohort", "moodle/cohort:manage"),
    (_deny("moodle/site:sendmessage"), "lms messages (step 1)", WARNING, "nopermissions", "mail"),
    (_feature_off("messaging"), "lms messages (step 1)", WARNING, "disabled", "mail"),
    (
        _hears_only_from_course_members,
        *("lms messages (step 1)", WARNING),
        *("may not be written to", "moodle/site:messageanyuser"),
    ),
    (_no_number, "lms employee numbers (step 3)", FAILED, "personeelsnummer", "profielvelden"),
    (_field("leeruren", None), FIELDS, FAILED, "no course field leeruren", "cursussen"),
    (_field("leeruren", "text"), FIELDS, FAILED, "of type text, not Number", "cursussen"),
    (_field("grondslag", "text"), FIELDS, FAILED, "not Dropdown menu", "cursussen"),
    (_no_option, FIELDS, WARNING, "option 9", "settings of the course"),
    (_deny("moodle/reportbuilder:viewall"), REPORT, FAILED, "errorreportview", ROLES),
    (_state(report_id=9), REPORT, FAILED, "no custom report 1", REPORTS),
    (_moodle_5_without(report=False), REPORT, FAILED, "no custom report 1", REPORTS),
    (_moodle_5_without(form=False), REQUESTS, FAILED, "no database activity 1", "d= in the"),
    (
        # As a Moodle 4.5.6 leaves it when all conditions of the default setup were removed.
        _state(report_conditions='{"enrolment:status_operator":1,"enrolment:status_value":0}'),
        *(REPORT, WARNING),
        *("keeps their values after they are removed", "look whether any is left"),
    ),
    (
        _one_zone_for_all,
        *(REPORT, WARNING),
        *("moves the dates", "compare ODWH_MOODLE_TIMEZONE"),
    ),
    (
        _state(report_filters=()),
        REPORT,
        WARNING,
        "lacks the filters Course ID",
        "add these filters",
    ),
    (_hidden, ALL, FAILED, "OPL-STIL", "viewhiddencourses"),
    (_enrolled_itself, ALL, WARNING, "OPL-001", "never holds it"),
    (_open_form, REQUESTS, FAILED, "everyone's requests", "Approval required to Yes"),
    (_governed_form, REQUESTS, WARNING, "governs course AANVRAAG", "beleid_uitgezonderd"),
    (_editable, REQUESTS, WARNING, "stays open to its author", "approved entries"),
    (_renamed_field, REQUESTS, WARNING, "Bewijsstuk is not read", "its own name again"),
    (_deny("mod/data:view"), REQUESTS, FAILED, "mod_data", ROLES),
    (_deny("mod/data:approve"), REQUESTS, FAILED, "mod/data:approve", ROLES),
    (_deny("mod/data:manageentries"), REQUESTS, FAILED, "manageentries", ROLES),
    (
        _switch(not_in_service=frozenset({"mod_data_get_fields"})),
        REQUESTS,
        FAILED,
        "mod_data_get_fields is not in the service",
        "Externe services",
    ),
)


@pytest.mark.parametrize(("break_it", "name", "state", "seen", "remedy"), BROKEN)
def test_what_is_broken_is_named_with_what_to_do(
    lab: Lab, break_it: Callable[[Lab], None], name: str, state: CheckState, seen: str, remedy: str
) -> None:
    break_it(lab)
    line = _lines(lab)[name]
    assert line.state is state
    assert seen in line.seen
    assert remedy in line.remedy


@pytest.mark.parametrize(
    ("changes", "name", "seen"),
    [
        ({"known_user": "svc-odwh"}, PEOPLE, "the service user"),
        ({"known_user": ""}, PEOPLE, "no known user is configured"),
        ({"known_course": "OPL-999"}, COURSES, "does not show the known course OPL-999"),
        ({"enrolment_report_id": None}, REPORT, "no participants report is configured"),
        ({"student_role_id": 1}, HOLDING, "role 1"),
        ({"request_database_id": 99}, REQUESTS, "no database activity 99"),
        ({"employee_field": "nummer"}, "lms employee numbers (step 3)", "nothing in nummer"),
    ],
)
def test_a_wrong_setting_is_named(lab: Lab, changes: dict[str, Any], name: str, seen: str) -> None:
    line = _lines(lab, **changes)[name]
    assert line.state is FAILED
    assert seen in line.seen


def test_a_slow_site_is_named_before_it_is_too_slow(lab: Lab) -> None:
    lab.moodle.switches.delay_seconds = 0.05
    line = _lines(lab, timeout=0.14)["lms answer times"]
    assert line.state is WARNING
    assert "ODWH_MOODLE_TIMEOUT_SECONDS" in line.remedy


def test_a_form_that_is_not_configured_has_no_line(lab: Lab) -> None:
    assert REQUESTS not in _lines(lab, request_database_id=None)


def test_one_cause_is_told_once(lab: Lab) -> None:
    _deny("moodle/user:viewdetails")(lab)
    first, *others = [line for line in _lines(lab).values() if line.state is FAILED]
    assert "does not show the configured known user" in first.seen
    assert len(others) > 2
    assert all(f"before “{PEOPLE}” is right" in line.seen for line in others)


def test_a_manager_field_that_no_account_shows_is_named(lab: Lab) -> None:
    line = _lines(lab, manager_field="leidinggevende")[MANAGER]
    assert line.state is WARNING
    assert "no account shows leidinggevende:" in line.seen
    assert "ODWH_MOODLE_MANAGER_FIELD" in line.remedy
    assert _lines(lab, manager_field="functie")[MANAGER].state is CheckState.OK
    assert MANAGER not in _lines(lab)


def test_fields_that_show_learning_are_found_once_something_was_written(lab: Lab) -> None:
    fields = {"shown_fields": ("functie", "leeruren_saldo")}
    line = _lines(lab, **fields)[SHOWN]
    assert line.state is WARNING
    assert "no account shows leeruren_saldo:" in line.seen
    assert _lines(lab, shown_fields=("functie",))[SHOWN].state is CheckState.OK
    _deny("moodle/user:update")(lab)
    assert "moodle/user:update" in _lines(lab, **fields)[SHOWN].remedy
    assert SHOWN not in _lines(lab)


# --- no connection ----------------------------------------------------------------------------


def _expired(lab: Lab) -> None:
    lab.state.add_token(TOKEN, 3, valid_until=1)


@pytest.mark.parametrize(
    ("break_it", "seen", "remedy"),
    [
        (_switch(maintenance=True), "maintenance", "ODWH_MOODLE_URL"),
        (_switch(web_services_on=False), "switched off", "Geavanceerde mogelijkheden"),
        (_switch(service_enabled=False), "accessexception", "Externe services"),
        (_deny("webservice/rest:use"), "accessexception", "webservice/rest:use"),
        (_expired, "accessexception", "without an end date"),
        (_state(tokens={}), "invalidtoken", "Beheer tokens"),
    ],
)
def test_a_site_that_cannot_be_reached_has_one_line(
    lab: Lab, break_it: Callable[[Lab], None], seen: str, remedy: str
) -> None:
    break_it(lab)
    (line,) = _lines(lab, attempts=1).values()
    assert line.state is FAILED
    assert seen in line.seen
    assert remedy in line.remedy


# --- our own plugin ---------------------------------------------------------------------------

PLUGIN = "lms companion plugin (step 9)"


def _plugin(**changes: Any) -> Callable[[Lab], None]:
    """Installed and set up, but for what is changed."""

    def install(lab: Lab) -> None:
        settings = PolicySettings("https://adapter.example.org", "key", "whsec_c2VjcmV0")
        lab.moodle.install_plugin(replace(settings, **changes))

    return install


def _old_event(lab: Lab) -> None:
    _plugin()(lab)
    assert lab.moodle.plugin is not None
    lab.moodle.plugin.last_error = "HTTP 401"
    long_ago = lab.state.now() - 7_200
    lab.state.policy_events[1] = PolicyEvent(1, "x", "nl.moodle.x", {}, long_ago, long_ago)


def _no_cron(lab: Lab) -> None:
    _plugin()(lab)
    assert lab.moodle.plugin is not None
    lab.moodle.plugin.cron_stands_still_since = lab.state.now() - 3_600


def _without(what: str, name: str) -> Callable[[Lab], None]:
    def install(lab: Lab) -> None:
        _plugin()(lab)
        setattr(lab.moodle.switches, what, frozenset({name}))

    return install


@pytest.mark.parametrize(
    ("prepare", "state", "seen"),
    [
        (lambda lab: None, CheckState.OK, "not there"),
        (_plugin(), CheckState.OK, "0 events wait"),
        (_plugin(secret=""), FAILED, "without an address or secret"),
        (_plugin(check_enabled=False), WARNING, "the check at enrolment is switched off"),
        (_plugin(delivery_enabled=False), WARNING, "delivery of events is switched off"),
        (_old_event, FAILED, "the oldest for 120 minutes: HTTP 401"),
        (_no_cron, FAILED, "cron did not run for 60 minutes"),
        (_without("not_in_service", SET), FAILED, "set_enrolment_status, so the plugin is not"),
        (
            _without("denied", "local/learningpolicy:setenrolmentstatus"),
            FAILED,
            "set_enrolment_status is refused",
        ),
        (_without("denied", "local/learningpolicy:viewenrolments"), FAILED, "nopermissions"),
    ],
)
def test_the_companion_plugin_is_looked_at(
    lab: Lab, prepare: Callable[[Lab], None], state: CheckState, seen: str
) -> None:
    prepare(lab)
    line = _lines(lab)[PLUGIN]
    assert line.state is state
    assert seen in line.seen
    assert state is CheckState.OK or line.remedy


def test_a_plugin_whose_secret_is_configured_must_be_there(lab: Lab) -> None:
    line = _lines(lab, plugin_expected=True)[PLUGIN]
    assert line.state is FAILED
    assert "add its three functions" in line.remedy


def test_with_the_plugin_a_report_may_be_missing_and_is_advised(lab: Lab) -> None:
    _plugin()(lab)
    reports = [
        line for name, line in _lines(lab, enrolment_report_id=None).items() if "(step 5)" in name
    ]
    assert [line.state for line in reports] == [WARNING, WARNING]
    without = _lines(lab, enrolment_report_id=1)
    assert {line.state for line in without.values()} == {CheckState.OK}
