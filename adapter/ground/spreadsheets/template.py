"""The empty sheet that people fill in, with a sheet that explains it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

# The library carries no types.
import xlsxwriter

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader
from adapter.ground.spreadsheets.columns import Layout
from config.catalogue import Language, text

_ROWS = 500
"""For which the lists and checks are laid out; more rows can be filled in."""

_AMOUNT = {"validate": "decimal", "criteria": ">=", "value": 0}
_SHARE = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
_COUNT = {"validate": "integer", "criteria": ">=", "value": 1}
_DAY = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
_CHECKS: dict[Reader, dict[str, Any]] = {
    cells.two_places: _AMOUNT,
    cells.share: _SHARE,
    cells.whole: _COUNT,
    cells.day: _DAY,
}
_FORMATS: dict[Reader, str] = {
    cells.two_places: "#,##0.00",
    cells.share: "0%",
    cells.day: "dd-mm-yyyy",
}


def render(layout: Layout, language: Language) -> bytes:
    """The template as a workbook."""
    written = BytesIO()
    workbook = xlsxwriter.Workbook(written)
    sheet = workbook.add_worksheet(layout.sheet(language))
    head = {"bold": True, "bg_color": "#EEF2F5", "bottom": 2, "text_wrap": True, "valign": "top"}
    styles = (workbook.add_format(head), workbook.add_format({"text_wrap": True, "valign": "top"}))
    for place, (name, column) in enumerate(layout.columns.items()):
        # As text, so that a personnel number keeps its zeros.
        number = _FORMATS.get(column.read, "@")
        cell = workbook.add_format({"num_format": number})
        sheet.set_column(place, place, layout.wide.get(name, 16), cell)
        sheet.write_string(0, place, _starred(layout, name, language), styles[0])
        _check(sheet, place, _rule(layout, name, language))
    sheet.freeze_panes(1, 2)
    _explain(workbook, layout, language, *styles)
    workbook.close()
    return written.getvalue()


def _starred(layout: Layout, name: str, language: Language) -> str:
    heading = layout.heading(name, language)
    return f"{heading} *" if layout.columns[name].required else heading


def _check(sheet: Any, place: int, rule: dict[str, Any] | None) -> None:
    if rule is not None:
        sheet.data_validation(1, place, _ROWS, place, rule)


def _rule(layout: Layout, name: str, language: Language) -> dict[str, Any] | None:
    if name in layout.choices:
        table, codes = layout.choices[name]
        words = [text(f"imports.{table}.{code}", language) for code in codes]
        return {"validate": "list", "source": words}
    return _CHECKS.get(layout.columns[name].read)


def _explain(workbook: Any, layout: Layout, language: Language, bold: Any, plain: Any) -> None:
    sheet = workbook.add_worksheet(text("imports.template.explanation", language))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, text("imports.template.column", language), bold)
    sheet.write_string(0, 1, text("imports.template.meaning", language), bold)
    for row, name in enumerate(layout.columns, 1):
        sheet.write_string(row, 0, layout.heading(name, language), plain)
        sheet.write_string(row, 1, layout.explained(name, language), plain)
