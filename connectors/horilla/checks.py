"""What `doctor` looks at in Horilla: the account, and whether it sees everyone."""

from __future__ import annotations

from collections.abc import Callable

from connectors.errors import ConnectorError
from connectors.horilla.reading import Reading
from connectors.ports import Check, CheckState, Employee
from connectors.reading_checks import reading_checks


def checks(read: Callable[[], Reading]) -> list[Check]:
    try:
        reading = read()
    except ConnectorError as error:
        return [Check("hris.horilla.connection", CheckState.FAILED, str(error), "See the message.")]
    return [*_headcount(reading), *_ends(reading), *reading_checks("horilla", reading.scan)]


def _headcount(reading: Reading) -> list[Check]:
    count = len(reading.scan.employees)
    lines = [Check("hris.horilla.headcount", CheckState.OK, f"{count} people")]
    if reading.without_badge:
        seen = f"{reading.without_badge} people without a badge are left out"
        remedy = "Give each employee a badge ID in Horilla; accounts for administration need none."
        lines.append(Check("hris.horilla.badges", CheckState.WARNING, seen, remedy))
    return lines


def _ends(reading: Reading) -> list[Check]:
    """Announced last days are invisible unless HR writes them in the work information."""
    undated = [one for one in reading.scan.employees if one.active is False and not _end(one)]
    if not undated:
        return []
    seen = f"{len(undated)} archived people have no contract end date"
    remedy = (
        "Agree with HR that the last working day goes into Contract End Date of the work "
        "information when notice is given; Horilla shows no other."
    )
    return [Check("hris.horilla.ends", CheckState.WARNING, seen, remedy)]


def _end(person: Employee) -> bool:
    return any(employment.end for employment in person.employments)
