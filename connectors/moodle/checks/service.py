"""Which functions the external service must have (step 2)."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.site import Site, failed, ok
from connectors.moodle.request_form import FUNCTIONS as FORM_FUNCTIONS
from connectors.ports import Check

FUNCTIONS: tuple[str, ...] = (
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
CHECK_FUNCTIONS = ("core_enrol_get_course_enrolment_methods",)
"""What only these checks ask; without them they say what they cannot see."""
UPDATE_USERS = "core_user_update_users"
ACCOUNT_FUNCTIONS = ("core_user_create_users", UPDATE_USERS)
"""Beside these, where the adapter keeps the accounts of employees."""


def functions(site: Site, name: str) -> Check:
    needed = FUNCTIONS
    if site.parts.form.number is not None:
        needed += FORM_FUNCTIONS
    if site.parts.config.write_accounts:
        needed += ACCOUNT_FUNCTIONS
    elif site.parts.config.shown_fields:
        needed += (UPDATE_USERS,)
    missing = [function for function in needed if not site.offers(function)]
    if not missing:
        return ok(name, f"all {len(needed)} functions are in the service")
    return failed(
        name,
        f"not in the service: {', '.join(missing)}",
        f"add them to the service of this token, under Functions (Functies): {paths.SERVICES}",
    )


def not_in_service(name: str, function: str) -> Check:
    """The line of a check that needs a function which is missing."""
    return failed(
        name,
        f"cannot be looked at: {function} is not in the service",
        f"add it to the service, then run doctor again: {paths.SERVICES}",
    )
