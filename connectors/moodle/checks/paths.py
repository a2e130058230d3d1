"""Where an administrator clicks, in English and in Dutch.

The Dutch names are those of Moodle's language pack; where a site shows another, the order of the
pages is the same.
"""

from __future__ import annotations

from collections.abc import Mapping


def _at(english: str, dutch: str) -> str:
    return f"Site administration > {english} (Sitebeheer > {dutch})"


ROLES = _at("Users > Permissions > Define roles", "Gebruikers > Rechten > Rollen definiëren")
ROLE_ASSIGNMENT = _at(
    "Users > Permissions > Define roles > Allow role assignments",
    "Gebruikers > Rechten > Rollen definiëren > Roltoewijzingen toestaan",
)
USERS = _at(
    "Users > Accounts > Browse list of users",
    "Gebruikers > Accounts > Lijst met gebruikers bekijken",
)
PROFILE_FIELDS = _at(
    "Users > Accounts > User profile fields", "Gebruikers > Accounts > Gebruikersprofielvelden"
)
COHORTS = _at("Users > Accounts > Cohorts", "Gebruikers > Accounts > Site-groepen")
SERVICES = _at(
    "Server > Web services > External services", "Server > Webservices > Externe services"
)
TOKENS = _at("Server > Web services > Manage tokens", "Server > Webservices > Beheer tokens")
PROTOCOLS = _at(
    "Server > Web services > Manage protocols", "Server > Webservices > Beheer protocols"
)
FEATURES = _at("General > Advanced features", "Algemeen > Geavanceerde mogelijkheden")
LOCATION = _at("General > Location > Location settings", "Algemeen > Plaats > Locatie-instellingen")
COURSES = _at(
    "Courses > Manage courses and categories", "Cursussen > Beheer cursussen en categorieën"
)
COURSE_FIELDS = _at(
    "Courses > Default settings > Course custom fields",
    "Cursussen > Standaardinstellingen > Aangepaste velden voor cursussen",
)
REPORTS = _at(
    "Reports > Report builder > Custom reports",
    "Rapporten > Rapportbouwer > Aangepaste rapporten",
)
PLUGINS = _at("Plugins > Plugins overview", "Plugins > Overzicht van plugins")
PLUGIN = _at(
    "Plugins > Local plugins > Learning policy", "Plugins > Lokale plugins > Opleidingsbeleid"
)
TASKS = _at("Server > Tasks > Scheduled tasks", "Server > Taken > Geplande taken")
PHP = _at("Server > PHP info", "Server > PHP-info")
REQUEST_FIELDS = "the database activity > Fields (Velden)"

OF_ERRORS: Mapping[str, str] = {
    "403": f"{FEATURES}, then {PROTOCOLS}",
    "accessexception": SERVICES,
    "course_fields_hidden": ROLES,
    "errorreportview": ROLES,
    "invalidtoken": TOKENS,
    "known_course_not_found": ROLES,
    "known_user_not_found": ROLES,
    "nopermissions": ROLES,
    "requireloginerror": ROLES,
    "unexpected_shape": ROLES,
    "usernames_hidden": ROLES,
    "wsaccessuserdeleted": USERS,
    "wsaccessusersuspended": USERS,
    "wsusercannotassign": ROLE_ASSIGNMENT,
}
"""Where to click by Moodle's own code for what went wrong."""
