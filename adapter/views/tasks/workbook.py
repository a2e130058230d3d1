"""The work list as a workbook that people fill in and send back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from adapter.ground.rendering.sheet_heights import fit_row
from adapter.views.tasks.columns import (
    FILLED_IN,
    LEGAL_ANSWER,
    NAMES,
    NARROW,
    PROTECTED,
    WIDTHS,
    CellValue,
)
from adapter.views.tasks.sentences import say
from adapter.views.tasks.task import TaskKind
from adapter.views.tasks.work_list import ListedTask
from config.catalogue import Language

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
HEADER_ROW = 1
_FOR_THE_SERVICE = ("id", "version")
"""By which a task is known again; nothing to read."""


def render(listed: Sequence[ListedTask], language: Language) -> bytes:
    """One row per task; only the columns that people fill in are open."""
    # For who asks for a workbook; the library carries no types.
    import xlsxwriter

    written = BytesIO()
    workbook = xlsxwriter.Workbook(written, _OPTIONS)
    sheet = workbook.add_worksheet(say("sheet", language))
    formats = _Formats(workbook)
    sheet.write_string(0, 0, say("help", language))
    for place, name in enumerate(NAMES):
        width = WIDTHS.get(name, NARROW)
        sheet.set_column(place, place, width, None, {"hidden": name in _FOR_THE_SERVICE})
        sheet.write_string(HEADER_ROW, place, say(name, language), formats.heading)
    for row, one in enumerate(listed, HEADER_ROW + 1):
        _put_row(sheet, row, one, language, formats)
    _offer_choices(sheet, HEADER_ROW + len(listed), language)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(listed), len(NAMES) - 1)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    # Against mistakes, not against people: there is no password.
    sheet.protect(
        "", {"autofilter": True, "sort": True, "format_columns": True, "delete_rows": True}
    )
    workbook.close()
    return written.getvalue()


class _Formats:
    def __init__(self, workbook: Any) -> None:
        text = {"text_wrap": True, "valign": "top"}
        day = {"num_format": "dd-mm-yyyy", "valign": "top", "align": "left"}
        open_ = {"locked": False, "bg_color": "#FFF8E1", "border": 1, "border_color": "#D9E0E5"}
        self.heading = workbook.add_format(
            {"bold": True, "bg_color": "#EEF2F5", "bottom": 2, "text_wrap": True}
        )
        self.text, self.open_text = (workbook.add_format(text | extra) for extra in ({}, open_))
        self.day, self.open_day = (workbook.add_format(day | extra) for extra in ({}, open_))

    def answer_of(self, kind: TaskKind) -> Any:
        """Open where there is something to settle."""
        return self.open_text if kind is TaskKind.LEGAL_TO_SETTLE else self.text


def _put_row(sheet: Any, row: int, one: ListedTask, language: Language, formats: _Formats) -> None:
    columns = {**PROTECTED, **FILLED_IN}
    readable = (name for name in columns if name not in _FOR_THE_SERVICE)
    fit_row(
        sheet, row, ((columns[name](one, language), WIDTHS.get(name, NARROW)) for name in readable)
    )
    for name in LEGAL_ANSWER:
        sheet.write_blank(row, NAMES.index(name), None, formats.answer_of(one.task.kind))
    for place, (name, show) in enumerate(columns.items()):
        open_ = name in FILLED_IN
        day = formats.open_day if open_ else formats.day
        text = formats.open_text if open_ else formats.text
        _put(sheet, (row, place), show(one, language), day if name == "due" else text, day)


def _put(sheet: Any, place: tuple[int, int], shown: CellValue, style: Any, day: Any) -> None:
    if shown is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(shown, str):
        sheet.write_string(*place, shown, style)
    elif isinstance(shown, int):
        sheet.write_number(*place, shown, style)
    else:
        sheet.write_datetime(*place, shown, day)


def _offer_choices(sheet: Any, last_row: int, language: Language) -> None:
    first = HEADER_ROW + 1
    if last_row < first:
        return
    answers = [say("yes", language), say("no", language)]
    for name in ("seen", "closed", "mandatory"):
        place = NAMES.index(name)
        sheet.data_validation(
            first, place, last_row, place, {"validate": "list", "source": answers}
        )
    place = NAMES.index("due")
    rule = {"validate": "date", "criteria": ">=", "value": date(2026, 1, 1)}
    sheet.data_validation(first, place, last_row, place, rule)
