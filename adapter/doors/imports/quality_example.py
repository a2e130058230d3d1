"""The example list of requirements that comes along: expertises of the VTH quality criteria, with
numbers of people, terms, hours and costs that were made up, to be replaced by one's own."""

from __future__ import annotations

import csv
from importlib.resources import files

from adapter.doors.imports.quality_columns import REQUIREMENTS
from config.catalogue import Language

_FILE = files("config") / "examples" / "vth-kwaliteitscriteria.csv"
_WHOLE = frozenset({"people", "validity", "hours", "costs"})


def example_requirements() -> list[dict[str, object]]:
    """By column, without what is empty; the file has the Dutch headings, to be opened as it is."""
    names = {REQUIREMENTS.heading(name, Language.NL): name for name in REQUIREMENTS.columns}
    with _FILE.open(encoding="utf-8") as file:
        return [
            {
                names[heading]: int(cell) if names[heading] in _WHOLE else cell
                for heading, cell in line.items()
                if cell
            }
            for line in csv.DictReader(file, delimiter=";")
        ]
