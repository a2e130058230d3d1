"""The quality criteria of the demo's agency: the example list, with the courses of its LMS, who of
the seven teams is in which expertise, and certificates that HR had in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import cycle

from adapter.doors.imports.quality_criteria import sheets_with
from adapter.doors.imports.quality_example import example_requirements
from adapter.programs.demo.agency import Person
from config.catalogue import Language

_COURSES = {
    "VTH-VM-2": "OPL-004",
    "VTH-TM-1": "OPL-006",
    "VTH-TM-2": "OPL-010",
    "VTH-TM-3": "OPL-021",
    "VTH-JUR-1": "OPL-005",
    "VTH-GEL-1": "OPL-008",
    "VTH-LUC-1": "OPL-009",
    "VTH-BOD-1": "OPL-007",
    "VTH-EXT-1": "OPL-020",
    "VTH-DUU-1": "OPL-011",
    "VTH-KET-1": "OPL-022",
}
_EXPERTISES: Mapping[str, Sequence[str]] = {
    "Vergunningverlening": (
        "Vergunningverlening milieu",
        "Vergunningverlening bouwen en ruimtelijke ordening",
    ),
    "Toezicht": ("Toezicht en handhaving milieu",),
    "Handhaving": (
        "Toezicht en handhaving bouwen en ruimtelijke ordening",
        "Toezicht en handhaving milieu",
        "Ketentoezicht",
    ),
    "Bodem en geluid": ("Geluid", "Bodem, bouwstoffen en water", "Luchtkwaliteit"),
    "Juridische zaken": ("Juridische aspecten van handhaving",),
    "Advies": ("Externe veiligheid", "Groen en ecologie", "Energie en duurzaamheid"),
}
"""Of each team the expertises that its people are in, in turns."""
_OF_A_TEAM = 15
_OFFICER, _OFFICERS_OF = "Buitengewoon opsporingsambtenaar", "Handhaving"
_OBTAINED: Sequence[date | None] = (
    date(2025, 5, 20),
    None,
    None,
    date(2024, 6, 3),
    date(2023, 4, 11),
    None,
    date(2026, 2, 16),
    None,
    None,
)
"""In turns, per expert and requirement: recently, never, long ago."""

Row = dict[str, object]


def quality_lists(staff: Sequence[Person], language: Language) -> bytes:
    """As HR sends them: one workbook with three sheets."""
    requirements = [
        {**row, "courses": _COURSES[name]} if (name := str(row["reference"])) in _COURSES else row
        for row in example_requirements()
    ]
    members = list(_members(staff))
    return sheets_with(language, requirements, members, list(_certificates(requirements, members)))


def _members(staff: Sequence[Person]) -> Iterator[Row]:
    """The first of each team who lead nobody; the people of the story are among them."""
    managers = {one.manager_id for one in staff}
    for team, expertises in _EXPERTISES.items():
        led = [one for one in staff if one.team == team and one.employee_id not in managers]
        for person, expertise in zip(led[:_OF_A_TEAM], cycle(expertises), strict=False):
            row: Row = {
                "employee": person.employee_id,
                "expertise": expertise,
                "from": "2022-01-01",
            }
            if team == _OFFICERS_OF and expertise == "Toezicht en handhaving milieu":
                row["function"] = _OFFICER
            yield row


def _certificates(requirements: Sequence[Row], members: Sequence[Row]) -> Iterator[Row]:
    obtained = cycle(_OBTAINED)
    for requirement in requirements:
        for member in members:
            if member["expertise"] != requirement["expertise"]:
                continue
            day = next(obtained)
            asked = requirement.get("function")
            if day is not None and asked in (None, member.get("function")):
                yield {
                    "employee": member["employee"],
                    "requirement": requirement["reference"],
                    "obtained": day.isoformat(),
                }
