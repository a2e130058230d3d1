"""The columns of the decision sheet that are read when it comes back (P8)."""

from __future__ import annotations

from collections.abc import Mapping

from adapter.doors.imports.request_columns import answers
from adapter.doors.imports.weighing_columns import OUTCOMES
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.columns import Column
from adapter.ground.spreadsheets.sheet import Sheet, read_sheet
from config.catalogue import Language, text

COLUMNS: Mapping[str, Column] = {
    "request_id": Column(None, cells.words, required=True),
    "version": Column(None, cells.words, required=True),
    "decision": Column("/outcome", OUTCOMES, required=True),
    "reason": Column("/reason", cells.words, required=True),
    "costs": Column("/grant/costsEur", cells.two_places, required=True),
    "hours": Column("/grant/hours", cells.two_places, required=True),
    "scheme": Column("/grant/repaymentScheme", answers(), required=True),
    # A sheet that was made before exemptions were on it is still taken.
    "exemption": Column("/normExemptions", answers()),
}
"""By name, with the texts of `tranches.sheet`; what else the sheet shows is there to be read."""


def decision_sheet(raw: bytes) -> Sheet:
    """Read before a transaction begins. Raises `UnreadableWorkbook`."""
    names = [text("tranches.sheet.name", language) for language in Language]
    headings = {
        name: tuple(text(f"tranches.sheet.{name}", language) for language in Language)
        for name in COLUMNS
    }
    needed = [name for name, column in COLUMNS.items() if column.required]
    return read_sheet(raw, names, headings, needed)
