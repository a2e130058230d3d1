"""Column types that mean the same on SQLite and PostgreSQL, and refuse what would be ambiguous."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime, Integer, Text, types
from sqlalchemy.engine import Dialect

_HUNDREDTH = Decimal("0.01")
_BARE = len("2027-03-01 11:00:00.000000")
_LONG = 2_000
_PACKED = "~"
"""How a packed text begins, and no JSON does."""
_NULL = "null"
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_Read = Callable[[Any], Any]
"""What makes a value of what the driver gives: one call for each of millions."""


class Moment(types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no zones, so it is stored bare and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> _Read:
        return _moment_written if dialect.name == "sqlite" else _moment_in_utc


def _moment_written(value: str | None) -> datetime | None:
    if value is None:
        return None
    # As SQLAlchemy writes it; what was inserted in words can have a zone.
    if len(value) == _BARE:
        return datetime.fromisoformat(f"{value}+00:00")
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _moment_in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Hours(types.TypeDecorator[Decimal]):
    """Hours with two places, kept as whole hundredths so that no engine rounds them."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        hundredths = value * 100
        if hundredths != hundredths.to_integral_value():
            raise ValueError(f"{value} has more than two decimals")
        return int(hundredths)

    def result_processor(self, dialect: Dialect, coltype: object) -> _Read:
        return _hours_of


def _hours_of(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else _HUNDREDTH * hundredths


class Json(types.TypeDecorator[Any]):
    """A JSON value as canonical text, so that equal values are equal bytes on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> _Read:
        return _json_of


def _json_of(written: str | None) -> Any:
    if written is None:
        return None
    return json.loads(_unpacked(written) if written.startswith(_PACKED) else written)


def json_of_each(written: Sequence[str | None]) -> list[Any]:
    """What a column of JSON stands for. It is read as one list, in a third of the time that its
    values take one by one."""
    texts = [_NULL if text is None else text for text in written]
    if any(text.startswith(_PACKED) for text in texts):
        return [_json_of(text) for text in texts]
    read: list[Any] = json.loads(f"[{','.join(texts)}]")
    return read


class PackedJson(Json):
    """A JSON value that is kept packed where it is long, for a column that no query looks into."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        written = super().process_bind_param(value, dialect)
        return written if written is None or len(written) < _LONG else _packed(written)


def _packed(written: str) -> str:
    return _PACKED + b64encode(zlib.compress(written.encode())).decode("ascii")


def _unpacked(kept: str) -> str:
    return zlib.decompress(b64decode(kept.removeprefix(_PACKED))).decode()


class Texts(types.TypeDecorator[Iterable[str]]):
    """Texts that are asked about, as one value of a statement: an array, or a list as JSON. No
    column has it; `rows.among` asks with it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        array = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(Text()) if array else Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


def canonical_json(value: Any) -> str:
    return _CANONICAL.encode(value)


Day = Date
"""A calendar day in Amsterdam."""
