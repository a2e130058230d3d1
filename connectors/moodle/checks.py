"""What `doctor` looks at in Moodle, one line each."""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import ConnectorError
from connectors.moodle.config import MoodleConfig
from connectors.moodle.courses import CourseCatalogue
from connectors.moodle.models import SiteInfo
from connectors.moodle.report import ParticipantsReport
from connectors.moodle.request_form import FUNCTIONS as FORM_FUNCTIONS
from connectors.moodle.request_form import RequestForm
from connectors.moodle.trust import Trust
from connectors.ports import Check, CheckState

FUNCTIONS = (
    "core_webservice_get_site_info",
    "core_user_get_users",
    "core_user_get_users_by_field",
    "core_course_get_courses_by_field",
    "core_reportbuilder_retrieve_report",
    "core_reportbuilder_set_filters",
    "enrol_manual_enrol_users",
    "core_enrol_unenrol_user_enrolment",
    "core_cohort_get_cohorts",
    "core_cohort_create_cohorts",
    "core_cohort_get_cohort_members",
    "core_cohort_add_cohort_members",
    "core_cohort_delete_cohort_members",
    "core_message_send_instant_messages",
)


class Checks:
    def __init__(
        self,
        site: Callable[[], SiteInfo],
        trust: Trust,
        report: ParticipantsReport,
        form: RequestForm,
        courses: CourseCatalogue,
        config: MoodleConfig,
    ) -> None:
        self._site = site
        self._trust = trust
        self._report = report
        self._form = form
        self._courses = courses
        self._config = config

    def run(self) -> list[Check]:
        connection = _attempt("lms connection", self._connection)
        if connection.state is CheckState.FAILED:
            return [connection]
        return [
            connection,
            _attempt("lms functions", self._functions),
            _attempt("lms known user", self._known_user),
            _attempt("lms known course", self._known_course),
            _attempt("lms participants report", self._participants),
            *([] if self._form.number is None else [_attempt("lms request form", self._requests)]),
        ]

    def _connection(self, name: str) -> Check:
        site = self._site()
        return Check(name, CheckState.OK, f"Moodle {site.release}, service user {site.username}")

    def _functions(self, name: str) -> Check:
        offered = {function.name for function in self._site().functions}
        needed = FUNCTIONS if self._form.number is None else FUNCTIONS + FORM_FUNCTIONS
        missing = [function for function in needed if function not in offered]
        if not missing:
            return Check(name, CheckState.OK, f"all {len(needed)} functions are in the service")
        return Check(
            name,
            CheckState.FAILED,
            f"not in the service: {', '.join(missing)}",
            "add these functions to the external service in Moodle",
        )

    def _known_user(self, name: str) -> Check:
        user = self._trust.known_user()
        if user.employee_id is None:
            return Check(
                name,
                CheckState.FAILED,
                f"found, without a value in {self._config.employee_field}",
                "fill that field, or configure the field that holds the employee number",
            )
        if not user.email:
            return Check(
                name,
                CheckState.WARNING,
                "found, without an e-mail address",
                "allow moodle/site:viewuseridentity to the service user's role",
            )
        return Check(name, CheckState.OK, "found, with employee number and e-mail address")

    def _known_course(self, name: str) -> Check:
        course = self._trust.known_course()
        if course.problems:
            return Check(
                name,
                CheckState.WARNING,
                f"found, but {'; '.join(course.problems)}",
                "make these custom course fields, or configure their shortnames",
            )
        return Check(name, CheckState.OK, "found, with its custom fields")

    def _participants(self, name: str) -> Check:
        rows = self._report.enrolments(self._config.known_course)
        return Check(
            name, CheckState.OK, f"{len(rows)} enrolments in {self._config.known_course} are read"
        )

    def _requests(self, name: str) -> Check:
        entries = self._form.prove([course.course_id for course in self._courses.all()])
        return Check(name, CheckState.OK, f"{entries} entries, shown to their authors only")


def _attempt(name: str, look: Callable[[str], Check]) -> Check:
    try:
        return look(name)
    except ConnectorError as error:
        seen, _, remedy = str(error).partition("; ")
        return Check(name, CheckState.FAILED, seen, remedy)
