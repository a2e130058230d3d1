"""Do the profile fields exist in which the adapter writes: how the learning of an employee stands
(step 11), and who the manager is (step 10)."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.rights import refusal
from connectors.moodle.checks.service import UPDATE_USERS, not_in_service
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.models import Users
from connectors.ports import Check


def look(site: Site, name: str) -> Check:
    """Changes an account that does not exist, then looks for the fields on those that do."""
    if not site.offers(UPDATE_USERS):
        return not_in_service(name, UPDATE_USERS)
    code = refusal(site, UPDATE_USERS, {"users": [{"id": 0}]})
    if code == "nopermissions":
        return failed(
            name,
            "no account may be changed",
            f"allow moodle/user:update to the service user's role: {paths.ROLES}",
        )
    fields = site.parts.config.shown_fields
    unseen = [field for field in fields if field not in _filled(site)]
    if not unseen:
        return ok(name, f"{', '.join(fields)} are shown")
    return warning(
        name,
        f"no account shows {', '.join(unseen)}: nothing was written yet, or the field does not "
        "exist, of which Moodle says nothing",
        "make it of type Text input (Tekstveld), visible to the user (Zichtbaar voor gebruiker) "
        f"and locked, and run sync learning: {paths.PROFILE_FIELDS}",
    )


def manager(site: Site, name: str) -> Check:
    field = site.parts.config.manager_field
    if field in _filled(site):
        return ok(name, f"{field} is shown")
    return warning(
        name,
        f"no account shows {field}: nothing was written yet, or the field does not exist, of which "
        "Moodle says nothing",
        "make it of type Text input (Tekstveld), visible to the user (Zichtbaar voor gebruiker) "
        f"and locked, or take it out of ODWH_MOODLE_MANAGER_FIELD: {paths.PROFILE_FIELDS}",
    )


def _filled(site: Site) -> set[str]:
    """An empty text field is left out of every answer."""
    everyone = {"criteria": [{"key": "email", "value": "%"}]}
    answer = site.parts.client.call("core_user_get_users", everyone, Users, repeatable=True)
    return {field.shortname for user in answer.users for field in user.customfields}
