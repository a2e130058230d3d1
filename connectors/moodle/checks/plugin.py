"""Our own plugin in Moodle (step 9): there or not, set up, and whether its queue empties."""

from __future__ import annotations

from connectors.moodle.checks import paths
from connectors.moodle.checks.rights import refusal
from connectors.moodle.checks.site import (
    Site,
    failed,
    ok,
    warning,
)
from connectors.moodle.models import PluginStatus
from connectors.moodle.plugin import (
    FUNCTIONS,
    READ,
    SET,
    Plugin,
)
from connectors.ports import Check

QUIET_SECONDS = 3600
"""How long an event may wait before somebody must look: the plugin tries again within minutes."""

_CRON_SECONDS = 900


def look(site: Site, name: str) -> Check:
    missing = [function for function in FUNCTIONS if not site.offers(function)]
    if len(missing) == len(FUNCTIONS) and not site.parts.config.plugin_expected:
        return ok(name, "not there; enrolments are found by polling and held by method")
    if missing:
        return failed(
            name,
            f"not in the service: {', '.join(missing)}, so the plugin is not used",
            f"install local_learningpolicy and add its three functions: {paths.SERVICES}",
        )
    plugin = Plugin(site.parts.client, lambda: site.info)
    status = plugin.status()
    plugin.prove()
    if refusal(site, SET, _NOBODY) != "enrolmentgone":
        return failed(
            name,
            f"{READ} works, {SET} is refused, so nothing can be held",
            f"allow local/learningpolicy:setenrolmentstatus to the service user's role: "
            f"{paths.ROLES}",
        )
    return _working(status, name)


_NOBODY = {"id": 0, "status": "active", "userid": 0, "courseid": 0}


def _working(status: PluginStatus, name: str) -> Check:
    seen = f"release {status.release}, {status.queued} events wait"
    waits = status.time - status.oldestqueued if status.queued else 0
    if not status.configured:
        return failed(
            name,
            f"release {status.release}, without an address or secret: it checks and sends nothing",
            f"fill in its page of settings: {paths.PLUGIN}",
        )
    if status.time - status.lastcron > _CRON_SECONDS:
        silent = status.time - status.lastcron
        since = f"for {_minutes(silent)}" if status.lastcron else "yet"
        return failed(
            name,
            f"{seen}; Moodle's cron did not run {since}",
            "let the server run admin/cli/cron.php every minute",
        )
    if waits > QUIET_SECONDS:
        why = status.lasterror or "no reason is known"
        return failed(
            name,
            f"{seen}, the oldest for {_minutes(waits)}: {why}",
            f"correct that; what waits is listed at Events to the adapter: {paths.PLUGIN}",
        )
    if not (status.checkenabled and status.deliveryenabled):
        off = "the check at enrolment" if not status.checkenabled else "delivery of events"
        return warning(name, f"{seen}; {off} is switched off", f"switch it on: {paths.PLUGIN}")
    return ok(name, seen)


def _minutes(seconds: int) -> str:
    return f"{seconds // 60} minutes"
