"""The empty sheet that people fill in, with a sheet that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

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


Known = Iterable[Mapping[str, object]]
"""What is known already, a row of cells by column at a time."""


def render(layout: Layout, language: Language, rows: Known = ()) -> bytes:
    """The template as a workbook, with what is known already."""
    return render_all([(layout, rows)], language)


def render_all(layouts: Sequence[tuple[Layout, Known]], language: Language) -> bytes:
    """Several templates as the sheets of one workbook, explained together."""
    # For who asks for a workbook; the library carries no types.
    import xlsxwriter

    written = BytesIO()
    workbook = xlsxwriter.Workbook(written)
    head = {"bold": True, "bg_color": "#EEF2F5", "bottom": 2, "text_wrap": True, "valign": "top"}
    styles = (workbook.add_format(head), workbook.add_format({"text_wrap": True, "valign": "top"}))
    for layout, rows in layouts:
        _add(workbook, layout, language, rows, styles[0])
    _explain(workbook, [layout for layout, _ in layouts], language, *styles)
    workbook.close()
    return written.getvalue()


def _add(workbook: Any, layout: Layout, language: Language, rows: Known, bold: Any) -> None:
    sheet = workbook.add_worksheet(layout.sheet(language))
    for place, (name, column) in enumerate(layout.columns.items()):
        # As text, so that a personnel number keeps its zeros.
        number = _FORMATS.get(column.read, "@")
        cell = workbook.add_format({"num_format": number})
        sheet.set_column(place, place, layout.wide.get(name, 16), cell)
        sheet.write_string(0, place, _starred(layout, name, language), bold)
        _check(sheet, place, _rule(layout, name, language))
    for line, known in enumerate(rows, 1):
        for place, name in enumerate(layout.columns):
            _write(sheet, line, place, _in_words(layout, name, known.get(name), language))
    sheet.freeze_panes(1, 2)


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


def _explain(
    workbook: Any, layouts: Sequence[Layout], language: Language, bold: Any, plain: Any
) -> None:
    """A part per template, below its name where there are several."""
    sheet = workbook.add_worksheet(text("imports.template.explanation", language))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    column, meaning = (text(f"imports.template.{one}", language) for one in ("column", "meaning"))
    lines: list[tuple[str, str, Any]] = []
    for layout in layouts:
        first = column if len(layouts) == 1 else f"{layout.sheet(language)}: {column}"
        lines.append((first, meaning, bold))
        for name in layout.columns:
            words = layout.heading(name, language), layout.explained(name, language)
            lines.append((*words, plain))
    for row, (left, right, look) in enumerate(lines):
        sheet.write_string(row, 0, left, look)
        sheet.write_string(row, 1, right, look)
