"""Several questions in one statement: what a database is asked to answer at once it is asked once.

Each question becomes a part of one `UNION ALL`, in which a row is a JSON array of its columns. The
statement is put into words once for each engine, which makes a single question that each request
asks several times cheaper too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from adapter.ground.store.columns import Moment, json_of_each
from adapter.ground.store.reading import row_class

_JSON_ARRAY = {"sqlite": func.json_array, "postgresql": func.json_build_array}


@dataclass(frozen=True, slots=True)
class Question:
    """A selection, and the columns of it after which its rows come in order. Its values are named
    `bindparam`s: texts, or days as ISO 8601 writes them."""

    selection: Select[*tuple[Any, ...]]
    order: tuple[SQLColumnExpression[Any], ...] = ()

    @property
    def statement(self) -> Select[*tuple[Any, ...]]:
        """The same, asked by itself."""
        return self.selection.order_by(*self.order)


class AtOnce:
    """Questions by name, of at most 100 columns each: texts, whole numbers, days, moments, hours or
    JSON; any other is a `TypeError`, since JSON would round it. `questions` gives them in the words
    of an engine, `sqlite` or `postgresql`."""

    def __init__(self, questions: Callable[[str], Mapping[str, Question]]) -> None:
        self._questions = questions
        self._asked: dict[str, _Asked] = {}

    def rows(self, connection: Connection, **values: str) -> dict[str, list[Any]]:
        """The rows of each, as `reading` would give them."""
        engine = connection.dialect.name
        if engine not in self._asked:
            self._asked[engine] = _Asked(self._questions(engine), connection.dialect)
        return self._asked[engine].rows(connection, values)


class _Asked:
    """The statement in the words of one engine, and how its answer is read."""

    def __init__(self, questions: Mapping[str, Question], dialect: Dialect) -> None:
        array = _JSON_ARRAY[dialect.name]
        parts = []
        self._read: dict[str, Callable[[list[Any]], Any]] = {}
        # Put in order here: a database that numbers rows keeps them whole in between, which costs
        # more than reading them.
        self._in_order: dict[str, Callable[[Any], Any]] = {}
        for name, question in questions.items():
            selected = question.selection.subquery()
            parts.append(select(literal(name), array(*selected.c)))
            self._read[name] = _reader({one.name: one.type for one in selected.c}, dialect)
            if question.order:
                columns = [_selected_as(one, selected, name) for one in question.order]
                self._in_order[name] = _by(columns, nothing_last=dialect.name == "postgresql")
        words = union_all(*parts).compile(dialect=dialect).construct_expanded_state()
        self._statement = words.statement
        self._values = words.parameters
        self._places = words.positiontup

    def rows(self, connection: Connection, values: Mapping[str, str]) -> dict[str, list[Any]]:
        given: Any = {**self._values, **values}
        if self._places is not None:
            given = tuple(given[name] for name in self._places)
        answer = connection.exec_driver_sql(self._statement, given).all()
        rows = [row for _, row in answer]
        if rows and isinstance(rows[0], str):
            rows = json_of_each(rows)
        found: dict[str, list[Any]] = {name: [] for name in self._read}
        for (name, _), row in zip(answer, rows, strict=True):
            found[name].append(self._read[name](row))
        for name, in_order in self._in_order.items():
            found[name].sort(key=in_order)
        return found


def _selected_as(column: SQLColumnExpression[Any], selected: Subquery, question: str) -> str:
    found = selected.corresponding_column(cast("Any", column))
    if found is None:
        raise TypeError(f"{question} is in order of {column}, which it does not select")
    return str(found.name)


def _by(columns: Sequence[str], *, nothing_last: bool) -> Callable[[Any], Any]:
    """By these columns, and NULL where the engine has it."""
    values = [attrgetter(name) for name in columns]

    def place(row: Any) -> tuple[Any, ...]:
        of = [value(row) for value in values]
        return tuple([((one is None) is nothing_last, one) for one in of])

    return place


def _reader(types: Mapping[str, TypeEngine[Any]], dialect: Dialect) -> Callable[[list[Any]], Any]:
    make = row_class(tuple(types))
    each = [_from_json(name, kind, dialect) for name, kind in types.items()]
    convert = [(place, one) for place, one in enumerate(each) if one is not None]

    def read(row: list[Any]) -> Any:
        for place, from_json in convert:
            if row[place] is not None:
                row[place] = from_json(row[place])
        return make(row)

    return read


def _from_json(name: str, kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes the value of a column of what JSON has for it; None for texts and numbers."""
    if isinstance(kind, Date):
        return date.fromisoformat
    if not isinstance(kind, (TypeDecorator, String, Integer)):
        raise TypeError(f"{name}: JSON does not hold {kind!r} as the database does")
    read = kind.result_processor(dialect, None)
    if isinstance(kind, Moment) and dialect.name == "postgresql":
        return lambda written: datetime.fromisoformat(written).astimezone(UTC)
    return read if isinstance(kind, TypeDecorator) else None
