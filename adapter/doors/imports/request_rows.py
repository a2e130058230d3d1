"""From the rows of a sheet to one message per request, as a manager would send it to the API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from adapter.doors.imports.request_columns import COLUMNS, LAYOUT
from adapter.ground.spreadsheets.cells import WrongValue
from adapter.ground.spreadsheets.columns import put
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.ground.store.columns import canonical_json


@dataclass
class SheetRequest:
    """One request: the rows of one key, or one row without a key. `body` is the message."""

    rows: list[SheetRow]
    key: str | None
    body: dict[str, Any] = field(default_factory=lambda: {"costs": {}})
    wrong: list[WrongCell] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical_json(self.body).encode()).hexdigest()

    def wrong_at(self, pointer: str, reason: str, /, **numbers: object) -> WrongCell:
        """The cell that filled a member of the message; an employee has a row of its own."""
        name = LAYOUT.column_of(pointer)
        position = pointer.removeprefix("/employeeIds/")
        row = self._employee_rows()[int(position)] if position.isdecimal() else self.rows[0]
        return row.wrong(name, reason, **numbers)

    def _employee_rows(self) -> list[SheetRow]:
        return [row for row in self.rows if "employee" in row.values]


def requests_in(sheet: Sheet) -> list[SheetRequest]:
    """In the order of their first rows, each with all cells that cannot be read."""
    found: dict[str, SheetRequest] = {}
    for row in sheet.rows:
        key = _key(row)
        # A row without a key is a request of its own.
        found.setdefault(key or f"row {row.number}", SheetRequest([], key)).rows.append(row)
    for request in found.values():
        numbers = {row.number for row in request.rows}
        request.wrong.extend(wrong for wrong in sheet.wrong if wrong.row in numbers)
        _fill(request)
    _refuse_repeated(found.values())
    return list(found.values())


def _key(row: SheetRow) -> str | None:
    try:
        return str(COLUMNS["key"].read(row.values["key"])) if "key" in row.values else None
    except WrongValue:
        # Then it is no key; `_fill` says so at its cell.
        return None


def _fill(request: SheetRequest) -> None:
    first_seen: dict[str, tuple[object, SheetRow]] = {}
    employees: list[object] = []
    for row in request.rows:
        for name, value in _read(request, row):
            if name == "employee":
                employees.append(value)
            elif name not in first_seen:
                first_seen[name] = (value, row)
                put(request.body, COLUMNS[name].member, value)
            elif first_seen[name][0] != value:
                other = first_seen[name][1].number + 1
                request.wrong.append(row.wrong(name, "differs_within_request", row=other))
    request.body["employeeIds"] = employees


def _read(request: SheetRequest, row: SheetRow) -> Iterator[tuple[str, object]]:
    for name, cell in row.values.items():
        try:
            yield name, COLUMNS[name].read(cell)
        except WrongValue as error:
            request.wrong.append(row.wrong(name, error.reason, **error.numbers))


def _refuse_repeated(found: Iterable[SheetRequest]) -> None:
    """Two equal rows without a key cannot be told apart the next time."""
    first: dict[str, SheetRow] = {}
    for request in found:
        if request.key is None and not request.wrong:
            row = request.rows[0]
            same = first.setdefault(request.digest, row)
            if same is not row:
                request.wrong.append(row.wrong(None, "same_as_row", row=same.number + 1))
