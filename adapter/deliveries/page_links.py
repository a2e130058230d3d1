"""To which page a message leads, by who reads it and what it is about."""

from __future__ import annotations

from collections.abc import Mapping

from config.settings import Settings

_OF_TRANCHE = {"hr": "/tranches/{tranche}", "mt": "/besluiten/{tranche}"}
_OF_READER = {
    "employee": "/mijn-leren",
    "manager": "/mijn-team",
    "hr": "/werkvoorraad",
    "mt": "/besluiten",
    "admin": "/toezicht",
}


def page_link(
    settings: Settings, reader: str, name: str, numbers: Mapping[str, object]
) -> str | None:
    """Of the message with this text. None where nobody said under which address people reach the
    pages. It holds nothing of a person."""
    if settings.pages.url is None:
        return None
    path = _OF_READER.get(reader)
    if name.startswith("tranche_") and reader in _OF_TRANCHE:
        path = _OF_TRANCHE[reader].format(tranche=numbers["tranche"])
    # What waits since before an update may not say which record it is about.
    if reader == "hr" and "exit" in numbers:
        path = f"/uitdienst/{numbers['exit']}"
    if name == "set_aside_mt" and "hold" in numbers:
        path = f"/stilgezet/{numbers['hold']}"
    if name.startswith("report_made_"):
        path = f"/rapporten?periode={numbers['period']}"
    return None if path is None else f"{settings.pages.url}{path}"
