"""Filters of a GetConnector: three parallel lists, `,` for AND and `;` for OR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from connectors.afas.local_time import written
from connectors.errors import Misconfigured

LONGEST_QUERY = 2048
"""AFAS answers 404 above 2049 characters, counted after encoding."""

EQUALS = "1"
AT_LEAST = "2"
SEPARATORS = frozenset(",;")


@dataclass(frozen=True, slots=True)
class Filter:
    """The three parameters as they go into the query."""

    fields: str
    values: str
    operators: str

    def parameters(self) -> dict[str, str]:
        return {
            "filterfieldids": self.fields,
            "filtervalues": self.values,
            "operatortypes": self.operators,
        }


def modified_since(field: str, moment: datetime) -> Filter:
    return Filter(field, written(moment), AT_LEAST)


def equal_to_any(field: str, values: Sequence[str]) -> Filter:
    """Rows whose field equals one of the values, none of which holds a separator."""
    count = len(values)
    return Filter(";".join([field] * count), ";".join(values), ";".join([EQUALS] * count))


def in_batches(field: str, values: Sequence[str], room: int) -> Iterator[Filter]:
    """As few filters as fit, each within `room` characters of query."""
    batch: list[str] = []
    for value in values:
        longer = equal_to_any(field, [*batch, value])
        if batch and query_length(longer.parameters()) > room:
            yield equal_to_any(field, batch)
            batch = []
        batch.append(value)
    if batch:
        yield equal_to_any(field, batch)


def query_length(parameters: Mapping[str, str | int]) -> int:
    return len(urlencode(parameters, quote_via=quote, safe=""))


def require_short(parameters: Mapping[str, str | int]) -> None:
    length = query_length(parameters)
    if length > LONGEST_QUERY:
        raise Misconfigured(
            f"A query of {length} characters is longer than AFAS accepts ({LONGEST_QUERY}): "
            "shorten the field names of the GetConnector.",
            code="query_too_long",
        )
