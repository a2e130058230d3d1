"""What `doctor` looks at in AFAS: the token, the GetConnector, its fields, and the headcount."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from connectors.afas.answers import WITHOUT_END, Environment
from connectors.afas.client import AfasClient
from connectors.afas.config import AfasConfig
from connectors.afas.local_time import moment_of
from connectors.employment_rows import DOUBLE
from connectors.errors import ConnectorError
from connectors.ports import (
    Check,
    CheckState,
    EmployeeScan,
    RejectedRow,
)
from connectors.reading_checks import NAMED, reading_checks

SOON = timedelta(days=30)
SEE = "See the message."


def checks(
    config: AfasConfig, client: AfasClient, scan: Callable[[], EmployeeScan], now: datetime
) -> list[Check]:
    """Stops at the first step that fails, since the next ones could only repeat it."""
    lines: list[Check] = []
    steps: tuple[tuple[str, Callable[[], list[Check]]], ...] = (
        ("hris.afas.connection", lambda: _environment(client.environment(), config, now)),
        ("hris.afas.fields", lambda: [_fields(config, client)]),
        ("hris.afas.headcount", lambda: _headcount(scan())),
    )
    for name, step in steps:
        try:
            lines.extend(step())
        except ConnectorError as error:
            lines.append(Check(name, CheckState.FAILED, str(error), SEE))
        if any(line.state is CheckState.FAILED for line in lines):
            break
    return lines


def _environment(environment: Environment, config: AfasConfig, now: datetime) -> list[Check]:
    allowed = [connector.id for connector in environment.getConnectors]
    lines = [_expiry(environment.info.tokenExpiry, now)]
    if config.connector in allowed:
        seen = f"{config.connector} in environment {environment.info.envid}"
        return [*lines, Check("hris.afas.connection", CheckState.OK, seen)]
    seen = f"{config.connector} is not among {', '.join(allowed) or 'no connectors at all'}"
    remedy = "Add the GetConnector to the app connector of this token, or correct its name."
    return [*lines, Check("hris.afas.connection", CheckState.FAILED, seen, remedy)]


def _expiry(expiry: str, now: datetime) -> Check:
    name = "hris.afas.token"
    if expiry == WITHOUT_END:
        return Check(name, CheckState.OK, "does not expire")
    try:
        ends = moment_of(expiry)
    except ValueError:
        seen = f"expires at {expiry!r}, which cannot be read as a moment"
        return Check(name, CheckState.WARNING, seen, "Look up the end of the token in AFAS.")
    seen = f"expires on {ends:%Y-%m-%d}"
    if ends <= now:
        return Check(name, CheckState.FAILED, seen, "Make a new token in AFAS and configure it.")
    if ends - now < SOON:
        return Check(name, CheckState.WARNING, seen, "Make a new token in AFAS in time.")
    return Check(name, CheckState.OK, seen)


def _fields(config: AfasConfig, client: AfasClient) -> Check:
    absent = client.absent_fields()
    name = "hris.afas.fields"
    if not absent:
        return Check(name, CheckState.OK, f"all {len(config.fields.expected())} fields exist")
    present = sorted(field.id for field in client.description().fields)
    seen = f"{config.connector} has no {', '.join(absent)}; it has {', '.join(present)}"
    remedy = "Add these fields to the GetConnector, or configure the names that it uses."
    return Check(name, CheckState.FAILED, seen, remedy)


def _headcount(scan: EmployeeScan) -> list[Check]:
    count = len(scan.employees)
    lines = [Check("hris.afas.headcount", CheckState.OK, f"{count} people")]
    if not count:
        remedy = "Look at the filters of the GetConnector and the rights of the token's user."
        lines = [Check("hris.afas.headcount", CheckState.FAILED, "nobody", remedy)]
    doubles = [row for row in scan.rejected if row.reason.startswith(DOUBLE)]
    return [*lines, *_doubles(doubles), *reading_checks("afas", scan, leaving_out=doubles)]


def _doubles(doubles: Sequence[RejectedRow]) -> list[Check]:
    """A GetConnector that joins functions or contract lines gives a row for each of them."""
    if not doubles:
        return []
    people = sorted({row.employee_id or "" for row in doubles})
    seen = (
        f"{len(people)} people have several rows for one employment and are not read: "
        f"{', '.join(people[:NAMED])}"
    )
    remedy = (
        "Give one row per employment: in the GetConnector take fields from Medewerker and "
        "Dienstverband only, or add the filter that leaves the main function line of today "
        "(docs/hris.md, one row per employment)."
    )
    return [Check("hris.afas.lines", CheckState.FAILED, seen, remedy)]
