"""The REST calls of Frappe that we use, and a walk that misses nobody while the list changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from connectors.errors import Misconfigured
from connectors.frappe.config import FrappeConfig
from connectors.http import (
    HttpClient,
    Params,
    Response,
    reading_by_status,
)
from connectors.secret import current

RowValues = dict[str, JsonValue]
Condition = Sequence[str | Sequence[str]]
"""Field, operator and value, such as `["modified", ">=", "2026-11-23 12:00:00"]`."""

_EMPLOYEES = "/api/resource/Employee"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Rows(_Answer):
    data: list[RowValues]


class _Count(_Answer):
    message: int


class _User(_Answer):
    message: str


AnswerT = TypeVar("AnswerT", bound=_Answer)


def http_client(config: FrappeConfig) -> HttpClient:
    return HttpClient(
        config.url,
        timeout=config.timeout,
        largest_answer=config.largest_answer,
        circuit=config.circuit,
        headers={"Accept": "application/json"},
        authorization=lambda: config.authorization,
        secrets=lambda: (current(config.api_secret), config.api_key),
        classify=_classify,
    )


class FrappeClient:
    def __init__(self, config: FrappeConfig, http: HttpClient) -> None:
        self._config = config
        self._http = http

    def user(self) -> str:
        """Whose key this is."""
        return self._get("/api/method/frappe.auth.get_logged_user", {}, _User).message

    def count(self) -> int:
        """How many employees there are, also those that this key may not see."""
        params = {"doctype": "Employee"}
        return self._get("/api/method/frappe.client.get_count", params, _Count).message

    def employees(
        self, conditions: Sequence[Condition] = (), fields: Sequence[str] | None = None
    ) -> Iterator[RowValues]:
        """Employees in the order of their name, which never changes.

        Each page begins after the last name of the one before, not at a number of rows: so nobody
        is skipped when somebody is added, changed or removed meanwhile. Left to itself Frappe
        gives twenty rows with a name only.
        """
        last: str | None = None
        while True:
            after = [] if last is None else [["name", ">", last]]
            rows = self._page([*conditions, *after], fields or self._config.fields.asked())
            yield from rows
            if len(rows) < self._config.page_size:
                return
            last = str(rows[-1]["name"])

    def _page(self, conditions: Sequence[Condition], fields: Sequence[str]) -> list[RowValues]:
        params: dict[str, str | int] = {
            "fields": json.dumps(list(fields)),
            "filters": json.dumps([list(condition) for condition in conditions]),
            "order_by": "name asc",
            "limit_start": 0,
            "limit_page_length": self._config.page_size,
        }
        rows = self._get(_EMPLOYEES, params, _Rows).data
        if any(not isinstance(row.get("name"), str) for row in rows):
            raise Misconfigured(
                f"{_EMPLOYEES} gave rows without a name: is this a Frappe site?", code="shape"
            )
        return rows

    def _get(self, path: str, params: Params, shape: type[AnswerT]) -> AnswerT:
        answer = self._http.request("GET", path, repeatable=True, params=params)
        try:
            return shape.model_validate_json(answer.body)
        except ValidationError:
            # pydantic's own text repeats the values, which are personal data.
            raise Misconfigured(
                f"{path} did not answer as Frappe does: check the address of the site.",
                code="shape",
            ) from None


def _classify(response: Response) -> None:
    kind = _exception_of(response)
    if response.status in (401, 403):
        raise Misconfigured(
            f"Frappe refuses the key ({kind or response.status}): make a new API key for its user, "
            "and give that user a role that may read Employee",
            code=str(response.status),
        )
    if kind == "DataError" or response.status == 417:
        raise Misconfigured(
            f"Frappe does not take the question ({kind or response.status}): compare the names of "
            "the fields with the doctype Employee",
            code=str(response.status),
        )
    reading_by_status(response)


def _exception_of(response: Response) -> str:
    """The name of Frappe's own exception; its message can hold personal data."""
    try:
        body: Any = response.json()
    except ValueError:
        return ""
    kind = body.get("exc_type") if isinstance(body, dict) else None
    return kind if isinstance(kind, str) and kind.isidentifier() else ""
