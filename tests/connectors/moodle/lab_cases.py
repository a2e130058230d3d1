"""What has to be brought about before a recorded request, by file and case."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sandboxes.moodle import Cohort, Course, Fault
from sandboxes.moodle.databases import Database, DataField
from sandboxes.moodle.functions import FUNCTIONS
from sandboxes.moodle.state import ACTIVE, SUSPENDED, TEACHER
from tests.connectors.moodle.lab import (
    EMPLOYEE_TOKEN,
    MADE,
    TOKEN,
    Lab,
    add_cohort,
    moment,
    open_self_enrolment,
    person,
    recorded,
)

Prepare = Callable[[Lab], None]
NINE, YEAR_ON = 1767600000, 1799136000
"""Start and end of the recorded enrolment of user 6: 5 January 2026 and 2027, 9:00."""


def prepare(lab: Lab, file: str, case: str) -> None:
    lab.state.add_token(EMPLOYEE_TOKEN, 5)
    for step in (FILES.get(file), CASES.get(file, {}).get(case)):
        if step is not None:
            step(lab)
    _set_rights(lab, case)


def _set_rights(lab: Lab, case: str) -> None:
    lab.moodle.switches.bare_role = "holds only webservice/rest:use" in case
    _, *lacking = re.split(r"role lacks|without (?=moodle/)", case, maxsplit=1)
    lab.moodle.switches.denied |= frozenset(re.findall(r"[\w/]+:[\w]+", "".join(lacking)))


def steps(*parts: Prepare) -> Prepare:
    def all_parts(lab: Lab) -> None:
        for part in parts:
            part(lab)

    return all_parts


# --- people ----------------------------------------------------------------------------------


def double_idnumber(lab: Lab) -> None:
    lab.state.add_user(person(10, "j.devries3", "Jan", "Dubbelnummer", "P10001"))


def deleted_double(lab: Lab) -> None:
    double_idnumber(lab)
    lab.clock.now = 1795435345
    lab.call("core_user_delete_users", {"userids[0]": 10})


def made_later(lab: Lab) -> None:
    lab.state.add_user(person(12, "createpw", "Maak", "Wachtwoord", "P10032"))


def everyone(lab: Lab) -> None:
    double_idnumber(lab)
    made_later(lab)
    lab.state.add_user(person(13, "cf.onb", "Onbekend", "Profielveld", "P10036"))
    lab.state.users[8].department = ""
    lab.state.users[8].profile = {}


def before(number: int) -> Prepare:
    """The site as it was before this user was made."""

    def remove(lab: Lab) -> None:
        for later in [user for user in lab.state.users if user >= number]:
            del lab.state.users[later]

    return remove


def suspended_account(number: int) -> Prepare:
    def suspend(lab: Lab) -> None:
        lab.state.users[number].suspended = True

    return suspend


def raced(earlier: int) -> Prepare:
    """So many of the recorded creates of one moment have got through already."""

    def create(lab: Lab) -> None:
        lab.state.creates_overlap = True
        for exchange in recorded("_concurrency")[:earlier]:
            lab.call("core_user_create_users", exchange["request"]["params"])

    return create


def department(name: str, *numbers: int) -> Prepare:
    def set_department(lab: Lab) -> None:
        for number in numbers:
            lab.state.users[number].department = name

    return set_department


def as_measured(lab: Lab) -> None:
    """User 8 in the last round of measurements."""
    lab.state.users[8].department = "D4384636"
    lab.state.users[8].profile = {"personeelsnummer": "10005", "functie": "y"}


# --- courses ---------------------------------------------------------------------------------


def archived(number: int, shortname: str, fullname: str, **fields: float) -> Prepare:
    def add(lab: Lab) -> None:
        start = moment(23, 0, 0)
        lab.state.add_course(
            Course(
                number,
                shortname,
                fullname,
                categoryid=4,
                visible=False,
                startdate=start,
                enddate=start + 365 * 86400,
                fields=dict(fields),
            )
        )

    return add


def course_9(lab: Lab) -> None:
    """As it was before the manual method of course 7 was taken away."""
    start = moment(23, 0, 0)
    next(row for row in lab.state.instances.values() if row.courseid == 7).enabled = False
    lab.state.add_instance(7, "manual", enabled=True)
    lab.state.add_course(
        Course(9, "ONB-VELD", "Onbekend veld", startdate=start, enddate=start + 365 * 86400)
    )


def before_courses(lab: Lab) -> None:
    lab.state.courses = {1: lab.state.courses[1]}


# --- enrolments ------------------------------------------------------------------------------


def enrol(
    courseid: int,
    *userids: int,
    method: str = "manual",
    status: int = ACTIVE,
    start: int = 0,
    end: int = 0,
    made: int = MADE,
    number: int | None = None,
) -> Prepare:
    def add(lab: Lab) -> None:
        for userid in userids:
            lab.state.add_enrolment(
                courseid,
                userid,
                method=method,
                status=status,
                timestart=start,
                timeend=end,
                timecreated=made,
                enrolment_id=number,
            )

    return add


def suspended_6(lab: Lab) -> None:
    enrol(2, 4, 5)(lab)
    enrol(2, 6, status=SUSPENDED, start=NINE, end=YEAR_ON)(lab)
    department("Zorg", 5, 6)(lab)


future_7 = enrol(2, 7, start=1830000000)
over_8 = enrol(2, 8, start=1700000000, end=1700100000)


def all_in_course_2(lab: Lab) -> None:
    """Everybody from 4 to 9, and nothing else."""
    enrol(2, 4, 5)(lab)
    enrol(2, 6, start=NINE, end=YEAR_ON)(lab)
    future_7(lab)
    over_8(lab)
    enrol(2, 9)(lab)


def two_roles_4(lab: Lab) -> None:
    enrol(2, 4)(lab)
    enrol(6, 4)(lab)
    lab.state.roles.add((6, 4, TEACHER))


def open_to_all_2(lab: Lab) -> None:
    lab.state.instance(2, "self").enabled = True


def self_and_suspended_5(lab: Lab) -> None:
    open_self_enrolment(lab.state)
    enrol(3, 5, method="self")(lab)
    enrol(3, 5, status=SUSPENDED)(lab)


def fresh_self_9(lab: Lab) -> None:
    """Within the 50 seconds in which "now", rounded, still lies before the enrolment."""
    open_self_enrolment(lab.state)
    enrol(3, 4, 5)(lab)
    made = 1795440030
    lab.clock.now = made + 5
    enrol(3, 9, method="self", start=made, made=made)(lab)


def settled_self_9(lab: Lab) -> None:
    fresh_self_9(lab)
    lab.clock.now += 20


def open_to_5(lab: Lab) -> None:
    open_self_enrolment(lab.state)


self_enrolled_5 = steps(open_to_5, enrol(3, 5, method="self", number=9))


def restricted(*members: int) -> Prepare:
    def restrict(lab: Lab) -> None:
        add_cohort(lab.state, *members)
        open_self_enrolment(lab.state, cohort=1)

    return restrict


# --- report ----------------------------------------------------------------------------------


def _report_site(lab: Lab) -> None:
    for number in range(20, 27):
        lab.state.add_course(Course(number, f"CF-{number}", "CF", categoryid=4))
    # Six courses without an ID number have left rows of three methods each.
    for number in (20, 21):
        del lab.state.courses[number]
        lab.state.instances = {
            key: row for key, row in lab.state.instances.items() if row.courseid != number
        }
    lab.clock.now = MADE + 3600


def first_report(lab: Lab) -> None:
    _report_site(lab)
    all_in_course_2(lab)


def filtered_report(lab: Lab) -> None:
    """Some days later: guest and self rows of course 2 alone."""
    open_2 = lab.state.instance(2, "self")
    open_2.enabled = True
    enrol(2, 4, 5, 7, 9)(lab)
    enrol(2, 6, status=SUSPENDED, start=NINE, end=YEAR_ON)(lab)
    over_8(lab)
    made = moment(23, 13, 44)
    enrol(2, 8, method="self", start=made, made=made)(lab)
    for userid, minute in ((4, 25), (6, 36), (7, 49), (9, 43)):
        lab.state.add_completion(2, userid, moment(23, 13, minute))
    lab.state.add_completion(2, 5, None)
    lab.clock.now = MADE + 3600
    _filter(lab, '{"course:idnumber_operator": 3, "course:idnumber_value": "OPL-001"}')


def filtered_on_suspended(lab: Lab) -> None:
    filtered_report(lab)
    _filter(
        lab,
        '{"course:idnumber_operator": 3, "course:idnumber_value": "OPL-001", '
        '"enrolment:status_operator": 1, "enrolment:status_value": 1}',
    )


def _filter(lab: Lab, values: str) -> None:
    lab.call("core_reportbuilder_set_filters", {"reportid": 1, "values": values})


# --- completion ------------------------------------------------------------------------------

DONE = 1795436733


def done(userid: int, *cmids: int) -> Prepare:
    def mark(lab: Lab) -> None:
        enrol(2, userid)(lab)
        for cmid in cmids:
            lab.state.done[(cmid, userid)] = DONE
        if len(cmids) == 2:
            lab.state.add_completion(2, userid, DONE)

    return mark


def suspended_done(lab: Lab) -> None:
    done(5, 20)(lab)
    for enrolment in lab.state.enrolments.values():
        enrolment.status = SUSPENDED


# --- database activity -----------------------------------------------------------------------

_AUTHORS = (4, 5, 3, 4, 4, 4, 4)
_RECORDED_FIELDS = (
    DataField(1, "Opleiding", required=True),
    DataField(2, "Aanbieder"),
    DataField(3, "Kosten", "number", required=True),
    DataField(4, "Startdatum", "date", required=True),
    DataField(
        5,
        "Grondslag",
        "menu",
        True,
        ("wettelijk", "functiegebonden", "organisatie", "team", "individueel"),
    ),
    DataField(6, "Link", "url"),
    DataField(
        7, "Beoordeling", "menu", False, ("ingediend", "in behandeling", "goedgekeurd", "afgewezen")
    ),
)


def entries(count: int) -> Prepare:
    """The database with the first of the recorded entries, made as they were recorded."""

    def add(lab: Lab) -> None:
        lab.state.entries = {}
        lab.state.add_database(Database(1, 5, "Opleidingsaanvragen", 24, _RECORDED_FIELDS))
        made = (x for x in recorded("mod_data_add_entry") if x["response"].get("newentryid"))
        for author, exchange in zip(_AUTHORS[:count], made, strict=False):
            lab.state.add_token("author", author)
            lab.call("mod_data_add_entry", exchange["request"]["params"], "author")

    return add


def employee_is(number: int) -> Prepare:
    return lambda lab: lab.state.add_token(EMPLOYEE_TOKEN, number)


def approved(number: int) -> Prepare:
    return lambda lab: setattr(lab.state.entries[number], "approved", True)


def _update(case: str) -> Prepare:
    exchange = next(x for x in recorded("mod_data_update_entry") if x["case"].startswith(case))

    def update(lab: Lab) -> None:
        lab.call("mod_data_update_entry", exchange["request"]["params"])

    return update


rated = _update("happy: service user sets")
partly_rated = _update("partial update: required fields sent")
renamed_and_rated = _update("employee approves his own")


# --- the site --------------------------------------------------------------------------------


def maintenance(lab: Lab) -> None:
    lab.moodle.switches.maintenance = True


def web_services_off(lab: Lab) -> None:
    lab.moodle.switches.web_services_on = False


def service_off(lab: Lab) -> None:
    lab.moodle.switches.service_enabled = False


def expired(lab: Lab) -> None:
    lab.state.add_token(TOKEN, 3, valid_until=1)


def expired_and_used(lab: Lab) -> None:
    expired(lab)
    lab.call("core_webservice_get_site_info", {})


def without(*capabilities: str) -> Prepare:
    return lambda lab: setattr(lab.moodle.switches, "denied", frozenset(capabilities))


def service_as_recorded(lab: Lab) -> None:
    """Without the functions that were not in the recorded site's service."""
    recorded_service = recorded("core_webservice_get_site_info")[-1]["response"]["functions"]
    offered = {function["name"] for function in recorded_service}
    lab.moodle.switches.not_in_service = frozenset(FUNCTIONS) - offered


def next_fault(fault: Fault) -> Prepare:
    return lambda lab: lab.moodle.switches.fail_next(fault)


def cohort(*members: int) -> Prepare:
    return lambda lab: add_cohort(lab.state, *members)


def both_cohorts(lab: Lab) -> None:
    add_cohort(lab.state)
    lab.state.add_cohort(Cohort(2, "Afdeling 's-Hertogenbosch 🎓", "AFD-SHB"))


FILES: Mapping[str, Prepare] = {
    "core_webservice_get_site_info": service_as_recorded,
    "mod_data_add_entry": entries(0),
    "mod_data_approve_entry": entries(7),
    "mod_data_get_databases_by_courses": entries(0),
    "mod_data_get_entries": entries(7),
    "mod_data_get_entry": entries(7),
    "mod_data_get_fields": entries(0),
    "mod_data_update_entry": entries(7),
    "core_user_update_users": deleted_double,
    "core_cohort_add_cohort_members": cohort(),
    "core_cohort_delete_cohort_members": cohort(5),
    "core_cohort_get_cohorts": both_cohorts,
    "core_cohort_search_cohorts": both_cohorts,
}

CASES: Mapping[str, Mapping[str, Prepare]] = {
    "mod_data_add_entry": {
        "happy: by an employee (employee token), all fields": employee_is(4),
        "happy: second request by another employee": entries(1),
        "happy: by the service user (the entry belongs to the service user, not to the employee)": (
            entries(2)
        ),
        "text in a number field": entries(3),
        "decimal comma in a number field": entries(4),
        "unknown menu option": entries(5),
        "impossible date": entries(6),
    },
    "mod_data_get_entries": {
        "happy: all, after approval changes": steps(rated, renamed_and_rated),
    },
    "mod_data_get_entry": {
        "after the full update": rated,
        "after the partial update: are omitted optional fields kept?": partly_rated,
    },
    "mod_data_update_entry": {
        "employee edits an approved entry (manage approved entries = no)": steps(
            employee_is(4), approved(1)
        ),
    },
    "_concurrency": {
        **{
            f"four simultaneous creates with one email and idnumber, answer {number}": raced(
                number - 1
            )
            for number in (1, 2, 3, 4)
        },
        "simultaneous creates with one username: the loser of the race": next_fault(
            Fault.WRITE_FAILED
        ),
        "simultaneous identical enrolments: the loser of the race": next_fault(Fault.WRITE_FAILED),
    },
    "_general": {
        "debug on and displayed: happy call": department("Zorg", 5),
        "debug on and displayed: completion status": done(5, 20),
        "maintenance mode (admin switch; the normal call)": maintenance,
        "maintenance mode, invalid token": maintenance,
        "maintenance mode from the command line (climaintenance.html present)": maintenance,
        "web services switched off for the site": web_services_off,
        "REST protocol switched off": web_services_off,
        "external service disabled": service_off,
        "token expired": expired,
        "token expired, second call (the expired token has been deleted)": expired_and_used,
        "database server down": next_fault(Fault.DATABASE_DOWN),
        "application server (PHP) down behind the web server": next_fault(Fault.BAD_GATEWAY),
    },
    "core_cohort_add_cohort_members": {"already a member": cohort(5)},
    "core_cohort_create_cohorts": {"failure: idnumber already taken": cohort()},
    "core_cohort_get_cohort_members": {"happy": cohort(5), "after delete": cohort(6)},
    "core_completion_get_activities_completion_status": {
        "happy: one of two activities done": done(5, 20),
        "happy: all activities done": done(4, 20, 21),
        "happy: activities in a course without completion criteria": enrol(4, 4),
        "participant whose enrolment is suspended": suspended_done,
    },
    "core_completion_get_course_completion_status": {
        "enrolled, nothing done yet": enrol(2, 4),
        "happy: in progress (one of two criteria)": done(5, 20),
        "happy: completed, immediately after the last activity (no cron run needed)": done(
            4, 20, 21
        ),
        "happy: completed (after cron)": done(4, 20, 21),
        "failure: course has no completion criteria": enrol(4, 4),
        "happy: self-completion criterion, not yet complete": enrol(3, 4),
        "nothing done (second participant)": enrol(2, 6),
        "participant whose enrolment is suspended": suspended_done,
    },
    "core_course_create_courses": {
        "happy: one course with five custom fields (select value given as the 1-based option "
        "index)": before_courses,
        "happy: batch of five (UTF-8, apostrophe and emoji in names; one hidden course)": (
            before_courses
        ),
    },
    "core_course_get_categories": {
        "happy: children of a category": without("moodle/category:manage"),
    },
    "core_course_get_courses_by_field": {
        "happy: by category": course_9,
        "read back: number custom field with three decimals": archived(
            14, "CF-79080", "CF number custom field with three decimals", kosten_eur=1250.759
        ),
        "read back: menu custom field index out of range": archived(
            16, "CF-46691", "CF menu custom field index out of range", grondslag=9
        ),
    },
    "core_enrol_get_course_enrolment_methods": {
        "course with self and manual enrolment: only the self instance is listed": open_to_all_2
    },
    "core_enrol_get_enrolled_users": {
        "default options: suspended participants ARE included, no status field": suspended_6,
        "onlyactive=1: without the suspended participant": suspended_6,
        "onlysuspended=1: only the suspended participant": suspended_6,
        "happy: userfields and paging": suspended_6,
        "unknown option name": suspended_6,
        "onlysuspended=1 also lists a not-yet-started (future timestart) enrolment": future_7,
        "onlysuspended=1 also lists an expired enrolment": steps(future_7, over_8),
        "participants with a suspended account are listed too": all_in_course_2,
        "participant with two roles": two_roles_4,
        "user with an ACTIVE self and a SUSPENDED manual enrolment, onlysuspended=1: listed": (
            self_and_suspended_5
        ),
        "user with an ACTIVE self and a SUSPENDED manual enrolment, onlyactive=1: listed as well": (
            self_and_suspended_5
        ),
        "within seconds of a self enrolment: onlyactive=1 does NOT list the new participant "
        "(current time is rounded to 100 s)": fresh_self_9,
        "within seconds of a self enrolment: onlysuspended=1 DOES list the new participant": (
            fresh_self_9
        ),
        "the same participant up to 50 seconds later: onlyactive=1 lists him": settled_self_9,
        "the same participant up to 50 seconds later: onlysuspended=1 does not": settled_self_9,
    },
    "core_enrol_get_users_courses": {
        "happy: one active enrolment": suspended_6,
        "suspended enrolment: the course is absent": suspended_6,
        "happy: returnusercount=0": suspended_6,
        "future enrolment: the course is absent": future_7,
        "expired enrolment: the course is absent": over_8,
        "happy: with a hidden course (service role sees hidden courses)": steps(
            all_in_course_2, enrol(6, 4)
        ),
        # The recorded answers to the next three name course 2 only, whatever the state of course 3;
        # the self enrolment was probably too young, "now" being rounded to 100 seconds.
        "self-enrolled user after manual suspend: the course is STILL listed (access not "
        "blocked)": all_in_course_2,
        "after manual unenrol: the self enrolment still gives the course": all_in_course_2,
        "self enrolment removed by id, suspended manual enrolment left: the course is absent "
        "(blocked)": steps(all_in_course_2, enrol(3, 5, status=SUSPENDED)),
        "role lacks moodle/course:view: empty list, no error": all_in_course_2,
        "role lacks moodle/course:enrolreview (and viewparticipants): empty list, no error": (
            all_in_course_2
        ),
    },
    "core_enrol_submit_user_enrolment_form": {
        "failure: suspend a self enrolment by id over REST: the form asks for a sesskey that a "
        "token client does not have": self_enrolled_5,
        "without the _qf__ marker: validationerror, nothing changed": self_enrolled_5,
        "failure: sesskey inside formdata does not help": steps(
            open_to_5, enrol(3, 5, method="self", number=11)
        ),
    },
    "core_enrol_unenrol_user_enrolment": {
        "happy: remove ANY enrolment by its id (here a self enrolment)": self_enrolled_5,
        "remove the self enrolment by id, a suspended manual enrolment remains": steps(
            open_to_5,
            enrol(3, 5, method="self", number=11),
            enrol(3, 5, status=SUSPENDED),
        ),
    },
    "core_reportbuilder_retrieve_report": {
        "happy: custom report on course participants (shows status, timestart, timeend, method "
        "per enrolment)": first_report,
        "happy: with the stored filter on one course: Active, Suspended and Not current "
        "participants": filtered_report,
        "happy: with the stored filter on one course and status Suspended": filtered_on_suspended,
    },
    "core_user_create_users": {
        "happy: one user with profile custom fields": before(4),
        "happy: batch of five (apostrophe, diacritics, emoji)": before(5),
        "happy: username and email of a deleted user can be reused": deleted_double,
    },
    "core_user_delete_users": {
        "happy: one user (the one with the duplicate idnumber)": double_idnumber,
        "failure: already deleted": deleted_double,
        "batch of two, second id unknown": made_later,
    },
    "core_user_get_users": {
        "happy: wildcard": everyone,
        "unknown criterion: the criterion is IGNORED and every user is returned (only a warning "
        "tells)": everyone,
        "suspended account is still found": suspended_account(8),
    },
    "core_user_get_users_by_field": {
        "two users share one idnumber (both are returned)": double_idnumber,
        "read back of a suspended account (still returned, suspended=true)": suspended_account(8),
        "after the partly failed update: both good rows kept": department("Zorg", 5, 6),
        "deleted user looked up by id: STILL returned, with a scrambled username and email and no "
        "deleted flag": deleted_double,
        "after the delete of the duplicate: one left": deleted_double,
        "after the failed delete batch: first user kept?": made_later,
        "role lacks moodle/site:viewuseridentity: which fields are returned": as_measured,
    },
    "enrol_manual_enrol_users": {
        "failure: deleted user": deleted_double,
        "suspended user ACCOUNT: the enrolment is accepted all the same": suspended_account(9),
        "repeat of an identical enrolment: null, idempotent": enrol(6, 4),
        "second role on an existing enrolment: added, not replaced": enrol(6, 4),
    },
    "enrol_self_enrol_user": {
        "happy: the employee enrols himself (called with the employee token)": open_to_5,
        "employee enrols again after removal: ACCEPTED (a new enrolment id)": open_to_5,
        "blocked employee (suspended manual enrolment) enrols himself again: is it accepted?": (
            steps(open_to_5, enrol(3, 5, status=SUSPENDED))
        ),
        "self enrolment restricted to a cohort, employee is not a member: refused": restricted(),
        "self enrolment restricted to a cohort, employee is a member: accepted": restricted(5),
    },
}
