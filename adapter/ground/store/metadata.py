"""What every table of the register shares: one MetaData, with names for every constraint so that
migrations can refer to them on both engines, and the column type of each type of value.

A table is a class as SQLAlchemy's declarative mapping has it, in its types too, but it is mapped to
nothing: rows are only read and statements only written, for which `Table` and `Column` do. The
mapping itself would take a tenth of the time until the service is ready.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from sqlalchemy import Column, FromClause, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from adapter.ground.store.columns import Day, Hours, Moment

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped as Mapped
else:
    # Of annotations, which are read as text.
    Mapped = None

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "str": Text,
    "int": Integer,
    "date": Day,
    "datetime": Moment,
    "Decimal": Hours,
    "bytes": LargeBinary,
}
"""By the word in `Mapped[…]`; a column of other values says of which type it is."""
_OR_NONE = " | None"

Kind = TypeVar("Kind", bound="Stored")


class _Declared:
    """What a class says of a column beside its name and the type of its values."""

    def __init__(self, items: tuple[Any, ...], options: dict[str, Any]) -> None:
        self.items = items
        self.options = options


def mapped_column(*items: TypeEngine[Any] | type[TypeEngine[Any]] | SchemaItem, **said: Any) -> Any:
    """A column by more than its annotation: its type, what it refers to, and what else SQLAlchemy's
    `Column` takes."""
    return _Declared(items, said)


class Stored:
    """A table. On the class its columns are SQL, on a row their values: a name that is not there is
    a type error in both places. Rows are read with `reading`, and written with SQL."""

    __tablename__: ClassVar[str]
    __table__: ClassVar[Table]
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()

    def __init_subclass__(cls) -> None:
        if cls.__dict__.get("__abstract__", False):
            return
        cls.__table__ = Table(cls.__tablename__, METADATA, *_columns_of(cls), *cls.__table_args__)
        for name, column in cls.__table__.columns.items():
            setattr(cls, name, column)

    @classmethod
    def __clause_element__(cls) -> Table:
        """By which SQLAlchemy takes the class for its table."""
        return cls.__table__


def _columns_of(stored: type[Stored]) -> Iterator[Column[Any]]:
    """Those of its own, and then those of the classes that it builds on. Raises `TypeError`."""
    for one in stored.__mro__:
        for name, annotation in get_annotations(one).items():
            if annotation.startswith("Mapped["):
                declared = getattr(stored, name, _Declared((), {}))
                yield _column(name, annotation[len("Mapped[") : -1], declared)


def _column(name: str, values: str, declared: _Declared) -> Column[Any]:
    items, options = declared.items, dict(declared.options)
    options.setdefault("nullable", values.endswith(_OR_NONE))
    if all(isinstance(item, SchemaItem) for item in items):
        word = values.removesuffix(_OR_NONE)
        if word not in _TYPES:
            raise TypeError(f"{name}: no type of column goes by itself with {word}; say which one")
        items = (_TYPES[word], *items)
    return Column(name, *items, **options)


def table_of(stored: type[Stored]) -> Table:
    """The table itself, for what is said of it by name or column by column."""
    return stored.__table__


class _Named:
    """Columns by name, of what stands for a table in one statement."""

    def __init__(self, rows: FromClause) -> None:
        self.__dict__.update(rows.c.items())
        self._rows = rows

    def __clause_element__(self) -> FromClause:
        return self._rows


def aliased(
    stored: type[Kind], rows: FromClause | None = None, *, name: str | None = None
) -> type[Kind]:
    """The table once more in the same statement, or `rows` that have its columns."""
    return cast("type[Kind]", _Named(stored.__table__.alias(name) if rows is None else rows))
