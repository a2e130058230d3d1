"""Filter, order and page rows as a GetConnector does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from pydantic import JsonValue

from connectors.afas.answers import RowValues

EVERYTHING = (-1, -1)


class ContentError(Exception):
    """AFAS answers HTTP 500; the text becomes its externalMessage."""


def answer(rows: list[RowValues], query: Mapping[str, str]) -> dict[str, JsonValue]:
    """The page that the query asks for. Raises `ContentError`."""
    skip, take = _paging(query)
    chosen = [row for row in rows if _passes(row, query)]
    for field in reversed(_listed(query.get("orderbyfieldids", ""))):
        chosen.sort(key=_order(field.removeprefix("-")), reverse=field.startswith("-"))
    page = chosen if (skip, take) == EVERYTHING else chosen[skip : skip + take]
    return {"skip": skip, "take": take, "rows": list(page)}


def _paging(query: Mapping[str, str]) -> tuple[int, int]:
    try:
        skip, take = int(query.get("skip", "0")), int(query.get("take", "100"))
    except ValueError as error:
        raise ContentError("An unexpected error has occurred.") from error
    if (skip < 0 or take < 0) and (skip, take) != EVERYTHING:
        raise ContentError("An unexpected error has occurred.")
    return skip, take


def _listed(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _order(field: str) -> Callable[[RowValues], tuple[bool, str]]:
    def key(row: RowValues) -> tuple[bool, str]:
        value = _value(row, field)
        comparable = f"{value:020.4f}" if isinstance(value, int | float) else str(value or "")
        return value is not None, comparable

    return key


def _passes(row: RowValues, query: Mapping[str, str]) -> bool:
    """`;` separates alternatives, `,` what must hold together within one."""
    lists = [query.get(name, "") for name in ("filterfieldids", "filtervalues", "operatortypes")]
    if not lists[0]:
        return True
    alternatives = [text.split(";") for text in lists]
    if len({len(parts) for parts in alternatives}) != 1:
        raise ContentError("The number of filter fields, values and operators differs.")
    return any(_holds_together(row, *parts) for parts in zip(*alternatives, strict=True))


def _holds_together(row: RowValues, fields: str, values: str, operators: str) -> bool:
    lists = [text.split(",") for text in (fields, values, operators)]
    if len({len(parts) for parts in lists}) != 1:
        raise ContentError("The number of filter fields, values and operators differs.")
    return all(
        _holds(_value(row, field), value, operator)
        for field, value, operator in zip(*lists, strict=True)
    )


def _value(row: RowValues, field: str) -> JsonValue:
    if field not in row:
        raise ContentError(f"The field '{field}' does not exist.")
    return row[field]


def _holds(value: JsonValue, asked: str, operator: str) -> bool:
    if operator == "8":
        return value in (None, "")
    if operator == "9":
        return value not in (None, "")
    if operator not in COMPARISONS:
        raise ContentError(f"The operator '{operator}' does not exist.")
    if value is None:
        return operator == "7"
    return COMPARISONS[operator](*_comparable(value, asked))


Comparable = tuple[str, str]


def _comparable(value: JsonValue, asked: str) -> Comparable:
    """Both sides as text that compares in the order of the type."""
    if isinstance(value, bool):
        return str(value).lower(), asked.lower()
    if isinstance(value, int | float):
        return f"{value:020.4f}", f"{Decimal(asked):020.4f}"
    return str(value).removesuffix("Z"), asked.removesuffix("Z")


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "1": lambda value, asked: value == asked,
    "2": lambda value, asked: value >= asked,
    "3": lambda value, asked: value <= asked,
    "4": lambda value, asked: value > asked,
    "5": lambda value, asked: value < asked,
    "6": lambda value, asked: asked.strip("%") in value,
    "7": lambda value, asked: value != asked,
    "10": lambda value, asked: value.startswith(asked),
    "11": lambda value, asked: asked.strip("%") not in value,
    "12": lambda value, asked: not value.startswith(asked),
    "13": lambda value, asked: value.endswith(asked),
    "14": lambda value, asked: not value.endswith(asked),
}
