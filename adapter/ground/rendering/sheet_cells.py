"""How a cell goes into a spreadsheet: its type, and the format in which people see it."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapter.ground.rendering.content import NUMERIC, Cell, Kind
from adapter.ground.rendering.linked_text import Linked
from config.catalogue import Language
from policy.days import AMSTERDAM

_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LOCALE_IDS = {Language.NL: "413", Language.EN: "809"}
_INK, _LINE, _SHADE, _CUT = "#14425C", "#D9E0E5", "#EEF2F5", "#A84300"
_LONGEST_ADDRESS = 2_000
_OPEN = "#FFF8E1"
"""Of cells that people fill in, on a sheet that is otherwise locked."""


class Formats:
    """The formats of one workbook."""

    def __init__(self, workbook: Any, language: Language) -> None:
        self._workbook = workbook
        self._numbers = _number_formats(_LOCALE_IDS[language])
        line = {"bottom": 1, "bottom_color": _LINE}
        sums = {"bold": True, "top": 2, "top_color": _INK}
        self.title = self._add(bold=True, font_size=16, font_color=_INK)
        self.heading = self._add(bold=True, font_size=12, font_color=_INK)
        self.label = self._add(text_wrap=True, valign="top")
        self.link = self._add(font_color="#0B5A8A", underline=1, text_wrap=True, valign="top")
        to_fill = {"bottom": 1, "bottom_color": _LINE, "bg_color": _OPEN, "locked": False}
        self.to_fill = {kind: self._of_kind(kind, **to_fill) for kind in Kind}
        self.body = {kind: self._of_kind(kind, **line) for kind in Kind}
        self.on_one_line = {kind: self._of_kind(kind, **line) for kind in Kind}
        self.on_one_line[Kind.TEXT] = self._add(valign="top", **line)
        cut = {"bottom": 5, "bottom_color": _CUT}
        self.above_cut = {kind: self._of_kind(kind, **cut) for kind in Kind}
        self.total = {kind: self._of_kind(kind, **sums) for kind in Kind}
        self._headers = {side: self._header(side) for side in ("left", "right")}
        self._values = {kind: self._of_kind(kind, align="left") for kind in Kind}

    def header(self, kind: Kind) -> Any:
        return self._headers["right" if kind in NUMERIC else "left"]

    def beside_label(self, kind: Kind) -> Any:
        """For a value on its own: to the left, where its label is."""
        return self._values[kind]

    def _header(self, side: str) -> Any:
        return self._add(
            bold=True, text_wrap=True, align=side, valign="bottom", bg_color=_SHADE, bottom=2
        )

    def _of_kind(self, kind: Kind, **properties: Any) -> Any:
        if kind is Kind.TEXT:
            return self._add(text_wrap=True, valign="top", **properties)
        return self._add(num_format=self._numbers[kind], valign="top", **properties)

    def _add(self, **properties: Any) -> Any:
        return self._workbook.add_format(properties)


def _number_formats(locale_id: str) -> dict[Kind, str]:
    """Month names and the place of the euro sign follow the report; decimal signs follow the
    reader's own settings, as spreadsheets do."""
    return {
        Kind.EUROS: f"[$€-{locale_id}] #,##0.00;[$€-{locale_id}] -#,##0.00",
        Kind.HOURS: "#,##0.00",
        Kind.DAY: f"[$-{locale_id}]d mmmm yyyy",
        Kind.MOMENT: f"[$-{locale_id}]d mmmm yyyy hh:mm",
        Kind.COUNT: "#,##0",
        Kind.PERCENT: "0%",
    }


def put(sheet: Any, place: tuple[int, int], cell: Cell, kind: Kind, style: Any) -> None:
    """Write one cell; None stays an empty cell, so that a column holds one type."""
    row, column = place
    if cell is None:
        refused = sheet.write_blank(row, column, None, style)
    elif isinstance(cell, datetime):
        local = cell.astimezone(AMSTERDAM).replace(tzinfo=None)
        refused = sheet.write_datetime(row, column, local, style)
    elif isinstance(cell, Linked) and _is_address(cell.to):
        readable = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", cell)
        refused = sheet.write_url(row, column, cell.to, style, readable)
    elif isinstance(cell, str):
        # One such character, and no spreadsheet opens the file.
        readable = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", cell)
        refused = sheet.write_string(row, column, readable, style)
    elif isinstance(cell, int | Decimal):
        refused = sheet.write_number(row, column, _number(cell, kind), style)
    else:
        refused = sheet.write_datetime(row, column, cell, style)
    assert not refused, "what no sheet takes was refused before"


def _number(cell: int | Decimal, kind: Kind) -> int | Decimal:
    """Euros rather than cents, and a percentage as the fraction that spreadsheets call so."""
    return Decimal(cell).scaleb(-2) if kind in (Kind.EUROS, Kind.PERCENT) else cell


def _is_address(to: str) -> bool:
    """A place in the report itself is none: tables have sheets of their own."""
    return not to.startswith("#") and len(to) <= _LONGEST_ADDRESS
