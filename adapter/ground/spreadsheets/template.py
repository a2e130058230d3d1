"""The empty sheet that people fill in, with a sheet that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Code:
    """A cell of a column with a list: written in the words of its code."""

    code: str


def render(layout: Layout, language: Language, rows: Iterable[Mapping[str, object]] = ()) -> bytes:
    """The template as a workbook, with what is known already in `rows`, by column."""
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
    for line, known in enumerate(rows, 1):
        for place, name in enumerate(layout.columns):
            _write(sheet, line, place, _in_words(layout, name, known.get(name), language))
    sheet.freeze_panes(1, 2)
    _explain(workbook, layout, language, *styles)
    workbook.close()
    return written.getvalue()


def _write(sheet: Any, row: int, place: int, value: object) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif value is not None:
        sheet.write_number(row, place, value)


def _in_words(layout: Layout, name: str, value: object, language: Language) -> object:
    if not isinstance(value, Code):
        return value
    return text(f"imports.{layout.choices[name][0]}.{value.code}", language)


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
