"""Is this Moodle, which one, and as whom are we there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.errors import ConnectorError
from connectors.http import Response
from connectors.moodle.checks import paths
from connectors.moodle.checks.site import (
    Parts,
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.client import shaped
from connectors.moodle.models import SiteInfo
from connectors.moodle.protocol import parse
from connectors.ports import Check

NAME = "lms connection"
TESTED = ((4, 5), (5, 0))
SOME_OFF, FAR_OFF = 30.0, 240.0
"""Seconds. A signature of the companion plugin is refused when it is five minutes old; a difference
of some seconds already makes a fresh enrolment look as if it had not begun."""

_SITE_INFO = "core_webservice_get_site_info"
_FEATURES = {
    "enablecustomreports": "custom reports are off, so no enrolment can be read",
    "enablecompletion": "completion tracking is off, so nobody ever completes a course",
}


def reach(parts: Parts, now: Callable[[], datetime]) -> Site:
    """The first call; raises what the site answers."""
    before = now()
    response = parts.client.answer(_SITE_INFO, {}, repeatable=True)
    after = now()
    info = shaped(_SITE_INFO, parse(response), SiteInfo)
    return Site(parts, info, _seconds_off(response, before, after))


def _seconds_off(response: Response, before: datetime, after: datetime) -> float:
    """The time that the answer took is no difference; nor is a header that nobody can read."""
    try:
        theirs = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return 0.0
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    if theirs > after:
        return (theirs - after).total_seconds()
    return min(0.0, (theirs - before).total_seconds() + 1.0)


def reached(site: Site) -> Check:
    return ok(NAME, f"Moodle {site.info.release} answers")


def not_reached(error: ConnectorError) -> Check:
    seen, _, remedy = str(error).partition("; ")
    place = paths.OF_ERRORS.get(error.code)
    if error.code == "accessexception":
        remedy += " (an expired token is deleted at its first use: make one without an end date)"
    advice = remedy or "check ODWH_MOODLE_URL, and open that address from this machine"
    return failed(NAME, seen, f"{advice}: {place}" if place else advice)


def version(site: Site, name: str) -> Check:
    release = site.info.release
    match = re.match(r"(\d+)\.(\d+)", release)
    found = (int(match[1]), int(match[2])) if match else None
    tested = " and ".join(f"{major}.{minor}" for major, minor in TESTED)
    if found in TESTED:
        return ok(name, f"{release}; this adapter is tested with {tested}")
    return warning(
        name,
        f"{release}; this adapter is tested with {tested} only",
        "try it on a copy of the site first, and run doctor again after every upgrade of Moodle",
    )


def clock(site: Site, name: str) -> Check:
    off = site.seconds_off
    if abs(off) < SOME_OFF:
        return ok(name, f"less than {SOME_OFF:.0f} seconds from ours")
    seen = f"{abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} ours"
    remedy = "let both machines follow the same time server (NTP)"
    return failed(name, seen, remedy) if abs(off) >= FAR_OFF else warning(name, seen, remedy)


def features(site: Site, name: str) -> Check:
    off = [feature for feature in _FEATURES if not site.feature(feature)]
    if not off:
        return ok(name, "custom reports and completion are on")
    seen = "; ".join(_FEATURES[feature] for feature in off)
    remedy = f"switch on {', '.join(off)}: {paths.FEATURES}"
    return (
        failed(name, seen, remedy)
        if off[0] == "enablecustomreports"
        else warning(name, seen, remedy)
    )


def service_user(site: Site, name: str) -> Check:
    info = site.info
    if info.userissiteadmin:
        return warning(
            name,
            f"{info.username} is a site administrator: it may do everything, and no missing right "
            "can be found by these checks",
            f"make a user with a role of its own, as in step 1: {paths.ROLES}",
        )
    if info.lang.partition("_")[0] not in ("en", "nl"):
        return failed(
            name,
            f"{info.username} has language {info.lang}, and the participants report is read in "
            "English and Dutch",
            f"set its preferred language to English or Dutch: {paths.USERS}",
        )
    return ok(name, f"{info.username}, not an administrator, language {info.lang}")
