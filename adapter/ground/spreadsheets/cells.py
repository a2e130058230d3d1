"""Cells as people fill them in, read into the text that our messages take.

Numbers may be numbers or text with a comma; days may be dates or text. What is not clearly one
thing is refused rather than guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from adapter.ground.spreadsheets.workbook import Value

Reader = Callable[[Value], object]
"""Gives what the message takes; raises `WrongValue`."""

_DUTCH_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"-?\d+([.,]\d+)?|-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
_HUNDREDTH = Decimal("0.01")
_MOST = Decimal(10) ** 12
_EXACT = 15
"""Digits that a spreadsheet keeps of a number."""


class WrongValue(ValueError):
    """A cell that cannot be read; `reason` is a key of the texts `imports.cell`."""

    def __init__(self, reason: str, /, **numbers: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


def words(cell: Value) -> str:
    """Text; a whole number, such as a personnel number, without its decimals."""
    if isinstance(cell, bool) or not isinstance(cell, str | float | int):
        raise WrongValue("not_text")
    if isinstance(cell, str):
        if "\x00" in cell:
            raise WrongValue("not_text")
        return cell
    if not math.isfinite(cell) or cell != int(cell):
        raise WrongValue("not_text")
    return str(int(cell))


def listed(cell: Value) -> list[str]:
    """Words between commas or semicolons."""
    return [part for part in (one.strip() for one in re.split(r"[;,]", words(cell))) if part]


def two_places(cell: Value) -> str:
    """A number of two decimals at most, as "40.00"."""
    return _written(_number(cell))


def share(cell: Value) -> str:
    """From 0 to 1; a percentage as text counts as well."""
    if isinstance(cell, str) and cell.endswith("%"):
        return _written(_number(cell[:-1].strip()) / 100)
    return two_places(cell)


def whole(cell: Value) -> int:
    number = _number(cell)
    if number != number.to_integral_value():
        raise WrongValue("not_whole")
    return int(number)


def day(cell: Value) -> str:
    """A date cell, 31-01-2027 or 2027-01-31; a bare number is a date that lost its format."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        raise WrongValue("not_a_day")
    match = _DUTCH_DAY.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        if _ISO_DAY.fullmatch(cell):
            return date.fromisoformat(cell).isoformat()
    except ValueError as error:
        raise WrongValue("not_a_day") from error
    raise WrongValue("not_a_day")


def choice(options: Callable[[], Mapping[str, object]]) -> Reader:
    """One of these words, in any case; the words of several languages may lead to one value. They
    are asked for with the first cell: no process reads the catalogues only to start."""

    @cache
    def known() -> Mapping[str, object]:
        return {option.casefold(): value for option, value in options().items()}

    def read(cell: Value) -> object:
        word = ("true" if cell else "false") if isinstance(cell, bool) else words(cell)
        if word.casefold() not in known():
            raise WrongValue("not_offered", offered=", ".join(options()))
        return known()[word.casefold()]

    return read


def _written(number: Decimal) -> str:
    if number != number.quantize(_HUNDREDTH):
        raise WrongValue("more_than_two_places")
    return f"{number:.2f}"


def _number(cell: Value) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, str | float | int):
        raise WrongValue("not_a_number")
    if not isinstance(cell, str):
        if not math.isfinite(cell):
            raise WrongValue("not_a_number")
        return _bounded(Decimal(f"{cell:.{_EXACT}g}"))
    plain = cell.replace("€", "").replace(" ", "").replace("\u00a0", "")
    if not _AMOUNT.fullmatch(plain):
        raise WrongValue("not_a_number")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+", plain):
        # 1.250 is a thousand and more to who writes commas, and one and a quarter to who does not.
        raise WrongValue("unclear_number")
    return _bounded(Decimal(plain))


def _bounded(number: Decimal) -> Decimal:
    """No amount or number of ours comes near it, and beyond it two decimals cannot be told."""
    if abs(number) > _MOST:
        raise WrongValue("not_a_number")
    return number
