"""What `doctor` looks at in Frappe HR: the key, the fields, and whether everyone may be seen."""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import ConnectorError
from connectors.frappe.client import FrappeClient
from connectors.ports import Check, CheckState, EmployeeScan
from connectors.reading_checks import reading_checks

SEE = "See the message."


def checks(client: FrappeClient, scan: Callable[[], EmployeeScan]) -> list[Check]:
    """Stops at the first step that fails, since the next one could only repeat it."""
    try:
        user = client.user()
    except ConnectorError as error:
        return [Check("hris.frappe.connection", CheckState.FAILED, str(error), SEE)]
    if user == "Guest":
        remedy = "Make an API key and secret for the user of the adapter, and configure both."
        return [Check("hris.frappe.connection", CheckState.FAILED, "no user", remedy)]
    connection = Check("hris.frappe.connection", CheckState.OK, "the key opens the site")
    try:
        return [connection, *_headcount(scan())]
    except ConnectorError as error:
        return [connection, Check("hris.frappe.headcount", CheckState.FAILED, str(error), SEE)]


def _headcount(scan: EmployeeScan) -> list[Check]:
    name, count = "hris.frappe.headcount", len(scan.employees)
    return [_seen(name, count, scan.announced), *reading_checks("frappe", scan)]


def _seen(name: str, count: int, announced: int | None) -> Check:
    if not count:
        remedy = "Give the user of the key a role that may read Employee, without user permissions."
        return Check(name, CheckState.FAILED, "nobody", remedy)
    if announced is not None and count < announced:
        remedy = "Take the user permissions of the key's user away: they hide employees."
        return Check(name, CheckState.WARNING, f"{count} people of {announced}", remedy)
    return Check(name, CheckState.OK, f"{count} people")
