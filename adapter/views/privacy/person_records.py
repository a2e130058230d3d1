"""All that the register holds about one employee, table by table (AVG article 15).

What belongs to somebody follows from the inventory of the tables: rows with the employee number or
an account of the employee, all rows that refer to one of those, and what we wrote ourselves in
which the number or such a row is named. A table that comes later is in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    cast,
    false,
    func,
    or_,
    select,
)

from adapter.ground.store.columns import Json
from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.subjects.accounts.reservations import reserved_for
from adapter.views.privacy.account_names import names_account
from adapter.views.tasks.task import TaskKind, id_of

KeptRow = Mapping[str, Any]
KeptRows = dict[str, list[KeptRow]]

_WORD = re.compile(r"[\w-]+")
_LMS_IDS = ("user_id", "author_id", "account")
_NEVER_GIVEN = (Holds.SECRET, Holds.FILES)
ONLY_HASHES = frozenset({"log_chain"})
"""A line of it is a hash of a record that is given itself."""


@dataclass(frozen=True, slots=True)
class ActedIn:
    """A row about somebody else, in which the person stands as who did it or who leads."""

    table: str
    record: str
    as_what: str


@dataclass(frozen=True)
class PersonRecords:
    """`rows` are whole, as the database has them; `given` leaves out what is given to nobody.
    `usernames` lead to the account that has them."""

    employee_id: str
    accounts: tuple[str, ...]
    usernames: Mapping[str, str]
    rows: KeptRows
    acted: tuple[ActedIn, ...]

    def given(self) -> dict[str, list[dict[str, Any]]]:
        """Per table its rows, columns by name; without secrets and without other people."""
        return {
            table: [self._given(table, row) for row in rows] for table, rows in self.rows.items()
        }

    def _given(self, table: str, row: KeptRow) -> dict[str, Any]:
        told = inventory()[table]
        left_out = told.holding(*_NEVER_GIVEN)
        shown = {name: value for name, value in row.items() if name not in left_out}
        number = number_in_text(self.employee_id)
        for name in told.holding(Holds.WHOM, Holds.MIXED):
            if isinstance(shown[name], list):
                shown[name] = [one for one in shown[name] if number.search(str(one))]
        return shown


def number_in_text(employee_id: str) -> re.Pattern[str]:
    """The number as a word of its own, and no part of another one or of a reference."""
    return re.compile(rf"(?<![\w-]){re.escape(employee_id)}(?![\w-])")


def own_records(connection: Connection, employee_id: str) -> dict[str, Any]:
    """What a person takes along: rows about him per table, and under `acted_in` where he stands in
    rows about others."""
    found = records_about(connection, employee_id)
    acted = [{"table": one.table, "record": one.record, "as": one.as_what} for one in found.acted]
    return {**found.given(), **({"acted_in": acted} if acted else {})}


def records_about(connection: Connection, employee_id: str) -> PersonRecords:
    """Everything, in the order of the tables."""
    search = _Search(connection, employee_id)
    rows = {name: found for name, found in search.rows().items() if found}
    acted = tuple(search.acted(rows))
    return PersonRecords(employee_id, search.accounts, search.usernames, rows, acted)


def key_of(table: Table, row: KeptRow) -> str:
    """By which the row is known in its table."""
    return "/".join(str(row[column.name]) for column in table.primary_key)


class _Search:
    def __init__(self, connection: Connection, employee_id: str) -> None:
        self._connection = connection
        self._employee_id = employee_id
        self._number = number_in_text(employee_id)
        mine = LmsUserRow.employee_id == employee_id
        accounts = select(LmsUserRow.user_id, LmsUserRow.username).where(mine)
        names = dict(connection.execute(accounts.order_by(LmsUserRow.user_id)).all())
        self.accounts = tuple(names)
        self.usernames = {username: user_id for user_id, username in names.items() if username}

    def rows(self) -> KeptRows:
        about: KeptRows = {}
        for table in METADATA.sorted_tables:
            about[table.name] = list(self._select(table, self._about(table, about)))
        marks = frozenset(self._marks(about))
        for table in METADATA.sorted_tables:
            about[table.name] += self._naming(table, about[table.name], marks)
        return about

    def acted(self, rows: KeptRows) -> Iterator[ActedIn]:
        """Where the person stands in rows that are not about him."""
        for table in METADATA.sorted_tables:
            about = {key_of(table, row) for row in rows.get(table.name, ())}
            for name in inventory()[table.name].holding(Holds.ACTORS, Holds.LEADS):
                for row in self._select(table, table.c[name] == self._employee_id):
                    if key_of(table, row) not in about:
                        yield ActedIn(table.name, key_of(table, row), name)

    def _select(self, table: Table, which: ColumnElement[bool]) -> Iterator[KeptRow]:
        # Of most of what is looked through nothing is kept.
        found = self._connection.execute(
            select(table).where(which).order_by(*table.primary_key).execution_options(yield_per=500)
        )
        for row in found.mappings():
            yield dict(row)

    def _about(self, table: Table, about: KeptRows) -> ColumnElement[bool]:
        told = inventory()[table.name]
        whom = [table.c[name] for name in told.holding(Holds.WHOM)]
        accounts = [table.c[name] for name in told.holding(Holds.ACCOUNTS)]
        # Ids of accounts are given again: where a number stands, it says whose the row is.
        unsaid = [column.is_(None) for column in whom]
        return or_(
            false(),
            *(self._names(column) for column in whom),
            *(and_(self._is_account(column), *unsaid) for column in accounts),
            *_referring(table, about),
        )

    def _names(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        if column.key == "employee_ids":
            return cast(column, Text).contains(f'"{self._employee_id}"', autoescape=True)
        return column == self._employee_id

    def _is_account(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        if column.key in _LMS_IDS:
            return column.in_(self.accounts)
        if column.key == "user_name_folded":
            return column.in_(self._addresses)
        return false()

    @cached_property
    def _addresses(self) -> set[str]:
        found = (
            self._connection.execute(
                select(func.lower(row.email)).where(row.employee_id == self._employee_id)
            ).scalars()
            for row in (EmployeeRow, LmsUserRow)
        )
        return {address for several in found for address in several if address}

    def _marks(self, about: KeptRows) -> Iterator[str]:
        """By what the person is named beside the number: rows that are the person's alone, tasks
        about these, and what an account is reserved under."""
        yield reserved_for(self._employee_id)
        shared = {row["id"] for row in about["training_requests"] if len(row["employee_ids"]) > 1}
        alone = {
            key_of(table, row)
            for table in METADATA.sorted_tables
            if inventory()[table.name].of_people and len(table.primary_key.columns) == 1
            for row in about[table.name]
            if "employee_id" in row or row.get("request_id") not in shared
        } - shared
        yield from alone - {self._employee_id, *self.accounts}
        yield from self._tasks(about, alone)

    def _tasks(self, about: KeptRows, alone: set[str]) -> Iterator[str]:
        """The ids that a task about the person can have: they hold no number themselves."""
        rows = [row for several in about.values() for row in several]
        trajectories = {row["trajectory_id"] for row in rows if row.get("trajectory_id")}
        years = {
            str(value.year) for row in rows for value in row.values() if isinstance(value, date)
        }
        exits = [row["id"] for row in about["exits"]]
        one = [*alone, self._employee_id, *self.accounts]
        subjects = [
            *((mark,) for mark in one),
            *((mark, self._employee_id) for mark in (*alone, *trajectories)),
            *((row["id"], self._employee_id, year) for row in about["grants"] for year in years),
            *((exit_id, trajectory) for exit_id in exits for trajectory in trajectories),
        ]
        for subject in subjects:
            yield from (id_of(kind, subject) for kind in TaskKind)

    def _naming(
        self, table: Table, about: Sequence[KeptRow], marks: frozenset[str]
    ) -> list[KeptRow]:
        """Rows of which no column says whom they are about, and in which the person is named."""
        mixed = inventory()[table.name].holding(Holds.MIXED)
        if not mixed or table.name in ONLY_HASHES:
            return []
        known = {key_of(table, row) for row in about}
        if _says_whom(table):
            return self._by_username(table, known, mixed)
        return [
            row
            for row in self._select(table, or_(*(table.c[name].is_not(None) for name in mixed)))
            if key_of(table, row) not in known
            and any(self._is_named(row[name], marks) for name in mixed)
        ]

    def _by_username(
        self, table: Table, known: Collection[str], mixed: Sequence[str]
    ) -> list[KeptRow]:
        """Rows that could say whom they are about and do not: of an account that bore no number yet
        its name alone was found."""
        whom = [table.c[name] for name in inventory()[table.name].holding(Holds.WHOM)]
        members = [name for name in mixed if isinstance(table.c[name].type, Json)]
        if not (self.usernames and whom and members and all(one.nullable for one in whom)):
            return []
        return [
            row
            for row in self._select(table, and_(*(one.is_(None) for one in whom)))
            if key_of(table, row) not in known
            and any(names_account(row[name], self.usernames) for name in members)
        ]

    def _is_named(self, value: Any, marks: frozenset[str]) -> bool:
        match value:
            case str():
                words = _WORD.findall(value)
                return bool(self._number.search(value)) or not marks.isdisjoint(words)
            case list():
                return any(self._is_named(one, marks) for one in value)
            case dict():
                return any(value.get(name) in self.accounts for name in _LMS_IDS) or any(
                    self._is_named(one, marks) for pair in value.items() for one in pair
                )
            case _:
                return False


def _says_whom(table: Table) -> bool:
    """By a column of its own, or by the row that it is part of."""
    parents = (key.column.table.name for key in table.foreign_keys)
    return bool(inventory()[table.name].holding(Holds.WHOM)) or any(
        inventory()[parent].of_people for parent in parents
    )


def _referring(table: Table, about: KeptRows) -> Iterator[ColumnElement[bool]]:
    """Rows that are part of one that is kept: a signature of an agreement, a step of a claim."""
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table.name
            if not about[parent] or not inventory()[parent].of_people:
                continue
            refers = column.in_({row[key.column.name] for row in about[parent]})
            # A request can be of several people: what names another of them is that person's.
            yield refers & table.c.employee_id.is_(None) if "employee_id" in table.c else refers
