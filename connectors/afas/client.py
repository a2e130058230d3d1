"""The AFAS REST services that we use, and the walk over pages that misses nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from connectors.afas.answers import (
    Answer,
    ConnectorDescription,
    Environment,
    Page,
    RowValues,
)
from connectors.afas.config import SERVICES, AfasConfig
from connectors.afas.filters import Filter, require_short
from connectors.afas.refusals import classify
from connectors.errors import Misconfigured, Transient
from connectors.http import HttpClient, Params

WALKS = 3
AnswerT = TypeVar("AnswerT", bound=Answer)
Identity = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row and where it stood: page and row count from 1."""

    page: int
    number: int
    values: RowValues


class _DriftError(Exception):
    """The list moved while we walked over it."""


def http_client(config: AfasConfig) -> HttpClient:
    return HttpClient(
        config.root,
        timeout=config.timeout,
        largest_answer=config.largest_answer,
        circuit=config.circuit,
        authorization=lambda: config.authorization,
        secrets=lambda: config.secrets,
        classify=classify,
    )


class AfasClient:
    def __init__(self, config: AfasConfig, http: HttpClient) -> None:
        self._config = config
        self._http = http
        self._order = config.fields.order

    def environment(self) -> Environment:
        return self._get("/metainfo", Environment)

    def description(self) -> ConnectorDescription:
        return self._get(f"/metainfo/get/{self._config.connector}", ConnectorDescription)

    def absent_fields(self) -> list[str]:
        """Configured fields that the GetConnector does not have."""
        present = {field.id for field in self.description().fields}
        return [name for name in self._config.fields.expected() if name not in present]

    def rows(self, chosen: Filter | None = None) -> list[PlacedRow]:
        """All rows of the GetConnector that pass the filter, in order of employee.

        AFAS states no total, so pages overlap by one row: when the row at the edge is another
        one, or a row appears twice, somebody was added or removed meanwhile and the walk starts
        again. Raises `Transient` when the list keeps moving.
        """
        for _ in range(WALKS):
            try:
                return list(self._walk(chosen))
            except _DriftError:
                continue
        raise Transient(
            f"The rows of {self._config.connector} changed during each of {WALKS} readings; it is "
            "tried again later.",
            code="drift",
        )

    def _walk(self, chosen: Filter | None) -> Iterator[PlacedRow]:
        take = self._config.take
        seen: set[Identity] = set()
        edge: RowValues | None = None
        page = 0
        while True:
            rows = self._page(page * (take - 1), chosen).rows
            page += 1
            overlap = 0 if edge is None else self._overlap(edge, rows)
            fresh = rows[overlap:]
            identities = {identity for row in fresh if (identity := self._identity(row))}
            # Several lines of one employment stand together, and may lie across the edge.
            if (identities - {None if edge is None else self._identity(edge)}) & seen:
                raise _DriftError
            seen |= identities
            for number, row in enumerate(fresh, start=overlap + 1):
                yield PlacedRow(page, number, row)
            if len(rows) < take:
                return
            edge = rows[-1]

    def _overlap(self, edge: RowValues, rows: list[RowValues]) -> int:
        if not rows or self._identity(rows[0]) != self._identity(edge):
            raise _DriftError
        return 1

    def _identity(self, row: RowValues) -> Identity | None:
        """None for a row without employee number, of which there may be several."""
        employee, employment = (row.get(field) for field in self._order)
        return None if employee is None else (str(employee), str(employment))

    def _page(self, skip: int, chosen: Filter | None) -> Page:
        take = self._config.take
        parameters: dict[str, str | int] = {
            **(chosen.parameters() if chosen else {}),
            "skip": skip,
            "take": take,
            "orderbyfieldids": ",".join(self._order),
        }
        page = self._get(f"/connectors/{self._config.connector}", Page, parameters)
        if (page.skip, page.take) != (skip, take):
            # A page cut shorter than asked would look like the last one, and hide the rest.
            raise Misconfigured(
                f"AFAS answered rows {page.skip}/{page.take} where {skip}/{take} was asked: "
                "lower the page size.",
                code="other_page",
            )
        return page

    def _get(self, path: str, shape: type[AnswerT], parameters: Params | None = None) -> AnswerT:
        require_short(parameters or {})
        answer = self._http.request("GET", SERVICES + path, repeatable=True, params=parameters)
        try:
            return shape.model_validate_json(answer.body)
        except ValidationError as error:
            # Places only: pydantic's own text repeats the values, which are personal data.
            places = {".".join(str(part) for part in fault["loc"]) for fault in error.errors()}
            raise Misconfigured(
                f"{SERVICES}{path} did not answer as AFAS does ({', '.join(sorted(places)[:5])}): "
                "check the base address.",
                code="shape",
            ) from None
