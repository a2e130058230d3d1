"""The sheet of the dossier on which the management team writes its decisions.

Everything but the cells to fill in is locked, so that a decision stays with its request; a lock
without a password only keeps mistakes out, so what comes back is checked row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapter.ground.rendering import xlsx
from adapter.ground.rendering.content import Cell, Kind, Report
from adapter.ground.rendering.sheet_cells import Formats, put
from adapter.ground.rendering.sheet_heights import fit_row
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import DECIDED, Dossier, DossierEntry
from config.catalogue import Language
from policy.request_states import RequestOutcome


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`name` is that of its heading in the texts `tranches.sheet`; `open` cells are filled in."""

    name: str
    kind: Kind
    width: int
    open: bool = False


COLUMNS = (
    SheetColumn("title", Kind.TEXT, 44),
    SheetColumn("manager", Kind.TEXT, 28),
    SheetColumn("people", Kind.TEXT, 34),
    SheetColumn("proposal", Kind.TEXT, 14),
    SheetColumn("proposed_costs", Kind.EUROS, 15),
    SheetColumn("proposed_hours", Kind.HOURS, 12),
    SheetColumn("proposed_scheme", Kind.TEXT, 14),
    SheetColumn("decision", Kind.TEXT, 14, open=True),
    SheetColumn("reason", Kind.TEXT, 44, open=True),
    SheetColumn("costs", Kind.EUROS, 15, open=True),
    SheetColumn("hours", Kind.HOURS, 14, open=True),
    SheetColumn("scheme", Kind.TEXT, 16, open=True),
    SheetColumn("norm", Kind.TEXT, 26),
    SheetColumn("exemption", Kind.TEXT, 16, open=True),
    SheetColumn("request_id", Kind.TEXT, 38),
    SheetColumn("version", Kind.TEXT, 22),
)
ADDED_LATER = frozenset({"norm", "exemption"})
"""A sheet that was made before these were there is still taken."""
PLACE = {column.name: place for place, column in enumerate(COLUMNS)}
EXPLANATION_ROW, HEADER_ROW = 0, 1
"""Counted from 0, as the library does."""

_ALLOWED = {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True}


def render(report: Report, dossier: Dossier) -> bytes:
    """The dossier as a workbook, with the decision sheet behind it."""

    def add(workbook: Any, formats: Formats) -> None:
        name = texts.say("sheet.name", report.language)
        _write(workbook.add_worksheet(name), formats, dossier, report.language)

    return xlsx.render(report, add)


_FOR_THE_SERVICE = ("request_id", "version")
"""By which a row is known again; nothing to read."""


def _write(sheet: Any, formats: Formats, dossier: Dossier, language: Language) -> None:
    for place, column in enumerate(COLUMNS):
        hidden = {"hidden": column.name in _FOR_THE_SERVICE}
        sheet.set_column(place, place, column.width, None, hidden)
    explanation = texts.say("sheet.explanation", language)
    put(sheet, (EXPLANATION_ROW, 0), explanation, Kind.TEXT, formats.beside_label(Kind.TEXT))
    for place, column in enumerate(COLUMNS):
        heading = texts.say(f"sheet.{column.name}", language)
        put(sheet, (HEADER_ROW, place), heading, Kind.TEXT, formats.header(column.kind))
    undecided = [one for one in dossier.entries if one.row.state not in DECIDED]
    for row, entry in enumerate(undecided, start=HEADER_ROW + 1):
        _write_row(sheet, row, formats, _cells(dossier, entry, language))
    _offer_choices(sheet, HEADER_ROW + len(undecided), language)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.protect("", _ALLOWED)


def _cells(dossier: Dossier, entry: DossierEntry, language: Language) -> dict[str, Cell]:
    proposed = entry.proposal
    terms: dict[str, Cell] = {}
    if proposed is not None and proposed.outcome == RequestOutcome.GRANT:
        terms = {
            "proposed_costs": proposed.costs_cents,
            "proposed_hours": proposed.hours,
            "proposed_scheme": texts.yes_no(proposed.repayment_scheme, language),
        }
    return {
        "title": entry.row.title,
        "manager": texts.manager(dossier, entry),
        "people": texts.people(dossier, entry, language),
        "proposal": texts.outcome(proposed, language),
        "norm": texts.above_the_norm(dossier, entry, language),
        "request_id": entry.row.id,
        "version": dossier.version,
        **terms,
    }


def _write_row(sheet: Any, row: int, formats: Formats, cells: dict[str, Cell]) -> None:
    shown = (one for one in COLUMNS if one.name not in _FOR_THE_SERVICE)
    fit_row(sheet, row, ((cells.get(one.name), one.width) for one in shown))
    for place, column in enumerate(COLUMNS):
        style = (formats.to_fill if column.open else formats.body)[column.kind]
        put(sheet, (row, place), cells.get(column.name), column.kind, style)


def _offer_choices(sheet: Any, last_row: int, language: Language) -> None:
    if last_row == HEADER_ROW:
        return
    choices = {
        "decision": [texts.say(f"outcome.{one}", language) for one in RequestOutcome],
        "scheme": [texts.say("word.yes", language), texts.say("word.no", language)],
        "exemption": [texts.say("word.yes", language), texts.say("word.no", language)],
    }
    for name, listed in choices.items():
        place = PLACE[name]
        sheet.data_validation(
            HEADER_ROW + 1, place, last_row, place, {"validate": "list", "source": listed}
        )
