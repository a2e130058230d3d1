"""The way to the pages that the person who is signed in may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from adapter.doors.pages.access import PAGES, may_open

_PATHS = {
    "my_learning": "/mijn-leren",
    "my_team": "/mijn-team",
    "work_list": "/werkvoorraad",
    "search": "/zoeken",
    "tranches": "/tranches",
    "commitments": "/toezeggingen",
    "quality_criteria": "/kwaliteitscriteria",
    "agreements": "/overeenkomsten",
    "holds": "/stilgezet",
    "exits": "/uitdienst",
    "decisions": "/besluiten",
    "reports": "/rapporten",
    "grants": "/toekenningen",
    "policy": "/beleid",
    "in_company": "/incompany",
    "oversight": "/toezicht",
}
"""Each page of the menu by its name in the texts, in order."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    name: str
    path: str
    here: bool


def menu_of() -> list[MenuEntry]:
    """Empty for a stranger."""
    return [
        MenuEntry(name, path, request.path == path or request.path.startswith(f"{path}/"))
        for name, path in _PATHS.items()
        if PAGES[f"GET {path}"].roles is not None and may_open(f"GET {path}")
    ]
