"""Does an account tell whose it is (step 3)."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.site import Site, failed, ok
from connectors.ports import Check


def look(site: Site, name: str) -> Check:
    field = site.parts.config.employee_field
    if site.parts.trust.known_user().employee_id is not None:
        return ok(name, f"the known user has one in {field}")
    return failed(
        name,
        f"the known user has nothing in {field}; Moodle does not tell an empty field from one that "
        "does not exist",
        f"make the profile field {field} and fill it, or configure another one in "
        f"ODWH_MOODLE_EMPLOYEE_FIELD: {paths.PROFILE_FIELDS}",
    )
