"""How a cell is written in a language, for every renderer that people read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import cast

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from adapter.ground.rendering.content import Cell, Kind
from config.catalogue import LOCALES, Language, text
from policy.days import AMSTERDAM

NOTHING = "–"


def written(cell: Cell, kind: Kind, language: Language) -> str:
    """The cell as text: `€ 2.400,00`, `79,50`, `1 september 2026`, `50 %`; a dash for None."""
    if cell is None:
        return NOTHING
    locale = LOCALES[language]
    match kind:
        case Kind.TEXT:
            return str(cell)
        case Kind.EUROS:
            amount = Decimal(cast("int", cell)).scaleb(-2)
            return format_currency(amount, "EUR", locale=locale)
        case Kind.HOURS:
            return format_decimal(cast("Decimal", cell), "#,##0.00", locale)
        case Kind.DAY:
            return format_date(cast("date", cell), "d MMMM yyyy", locale)
        case Kind.MOMENT:
            local = cast("datetime", cell).astimezone(AMSTERDAM)
            return format_datetime(local, "d MMMM yyyy HH:mm", locale=locale)
        case Kind.COUNT:
            return format_decimal(cast("int", cell), "#,##0", locale)
        case Kind.PERCENT:
            return f"{format_decimal(cast('int', cell), '#,##0', locale)}\N{NO-BREAK SPACE}%"


def briefly(cell: Cell, kind: Kind, language: Language) -> str:
    """As in a picture, with its unit, and money in whole euros: `€ 2.400`, `79,5 uur`, `50 %`."""
    match cell:
        case Decimal():
            return text("reports.unit.hours", language, value=cell)
        case int() if kind is Kind.EUROS:
            return written((cell + 50) // 100 * 100, kind, language)[: -len(",00")]
    return written(cell, kind, language)
