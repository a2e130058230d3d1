"""The web service functions that the sandbox answers, by name."""

from sandboxes.moodle.call import Function
from sandboxes.moodle.functions import (
    categories,
    cohorts,
    completion,
    course_writing,
    courses,
    databases,
    enrolment_form,
    enrolments,
    messages,
    participants,
    plugin,
    report,
    roles,
    site,
    users,
)

FUNCTIONS: dict[str, Function] = {
    **site.FUNCTIONS,
    **users.FUNCTIONS,
    **courses.FUNCTIONS,
    **course_writing.FUNCTIONS,
    **categories.FUNCTIONS,
    **enrolments.FUNCTIONS,
    **enrolment_form.FUNCTIONS,
    **roles.FUNCTIONS,
    **participants.FUNCTIONS,
    **completion.FUNCTIONS,
    **cohorts.FUNCTIONS,
    **messages.FUNCTIONS,
    **report.FUNCTIONS,
    **databases.FUNCTIONS,
    **plugin.FUNCTIONS,
}

EMPLOYEE_FUNCTIONS = frozenset(
    {"enrol_self_enrol_user", "core_completion_update_activity_completion_status_manually"}
)
"""Called with an employee's own token (the mobile app's service), not by the adapter."""

PLUGIN_FUNCTIONS = frozenset(plugin.FUNCTIONS)
"""There only where our own plugin is installed."""

SHARED_FUNCTIONS = frozenset(databases.FUNCTIONS)
"""Called by the adapter and with an employee's own token."""
