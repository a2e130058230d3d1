"""How much the server takes in one request, and how long it takes for an answer."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.models import USERS
from connectors.moodle.protocol import MAX_FIELDS
from connectors.ports import Check

SURE = 1000
"""PHP's own default of max_input_vars. We stay below `MAX_FIELDS`, so this leaves room."""
_AROUND = 4
"""Token, format, function name and `field` count as well."""
_SLOW_PART = 3
"""An answer that takes more than this part of the time-out will be too late on a bad day."""


def request_size(site: Site, name: str) -> Check:
    """Looks up nobody many times and then the known user: PHP drops what is above its limit without
    a word, so whether he is found tells whether the tail of a request arrives."""
    known = site.parts.trust.known_user()
    nobody = ["0"] * (SURE - _AROUND - 1)
    found = site.parts.client.call(
        "core_user_get_users_by_field",
        {"field": "id", "values": [*nobody, known.user_id]},
        USERS,
        repeatable=True,
        most_fields=SURE,
    )
    if any(str(user.id) == known.user_id for user in found):
        return ok(name, f"{SURE} fields arrive whole; the adapter sends at most {MAX_FIELDS}")
    return failed(
        name,
        f"of a request of {SURE} fields the last one is dropped without a word: holds would be "
        "written as active enrolments",
        f"set max_input_vars to 5000 in php.ini, or ask who runs the server: {paths.PHP}",
    )


def answer_times(site: Site, name: str) -> Check:
    function, seconds = site.parts.client.slowest()
    allowed = site.parts.config.timeout
    seen = f"the slowest answer took {seconds:.2f} s ({function}); after {allowed:g} s we give up"
    if seconds * _SLOW_PART < allowed:
        return ok(name, seen)
    return warning(
        name,
        seen,
        "set ODWH_MOODLE_TIMEOUT_SECONDS higher (and the time-out of the web server), or find out "
        f"why the site is slow: {paths.TASKS}",
    )
