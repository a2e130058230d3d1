"""The kinds of value in our messages: read strictly into typed values, written as documented.

Every reader takes text only: a JSON number in place of a decimal string is refused, since it may
have been rounded on its way here.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from adapter.ground.answers import DECIMAL, decimal_schema
from connectors.plain_text import is_one_line, is_plain

SHARE = r"^(0\.[0-9]{2}|1\.00)$"
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
"""Far before the last year that can be written, so that adding months stays in the calendar."""

_YEARS = r"^(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
"""The same bounds, for the document."""

_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(?P<zone>Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Message(BaseModel):
    """Members are lowerCamelCase; unknown ones are refused."""

    # Built with its first use, as answers are.
    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        frozen=True,
        serialize_by_alias=True,
        defer_build=True,
    )


def _cents(value: object) -> int:
    return int(_decimal(value, DECIMAL, "money_text") * 100)


def _hours(value: object) -> Decimal:
    return _decimal(value, DECIMAL, "hours_text")


def _share(value: object) -> Decimal:
    return _decimal(value, SHARE, "share_text")


def _decimal(value: object, pattern: str, reason: str) -> Decimal:
    # fullmatch, since $ alone lets a line break through.
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise PydanticCustomError(reason, "not a decimal as text")
    return Decimal(value)


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("day", "not a date")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("day", "not a date") from error
    _refuse_far(day)
    return day


def _refuse_far(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        span = {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
        raise PydanticCustomError("day_out_of_range", "outside the calendar of the rules", span)


def _moment(value: object) -> datetime:
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    # -00:00 says that the offset is unknown (RFC 3339), so it is no time zone either.
    if not match or match["zone"] == "-00:00":
        raise PydanticCustomError("moment", "not a moment")
    if match["zone"] is None:
        raise PydanticCustomError("moment_naive", "a moment without a time zone")
    try:
        moment = datetime.fromisoformat(match[0])
    except ValueError as error:
        raise PydanticCustomError("moment", "not a moment") from error
    # Of the first and last years not every moment is one in UTC, or in Amsterdam.
    _refuse_far(moment.date())
    return moment


MoneyEur = Annotated[int, PlainValidator(_cents), decimal_schema(DECIMAL, "2400.00")]
"""Whole eurocents, from text such as "2400.00"."""
HoursText = Annotated[Decimal, PlainValidator(_hours), decimal_schema(DECIMAL, "40.00")]
WorkTimeShare = Annotated[Decimal, PlainValidator(_share), decimal_schema(SHARE, "1.00")]
Day = Annotated[
    date,
    PlainValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": _YEARS, "example": "2027-01-31"}
    ),
]
Moment = Annotated[
    datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


def _one_line(value: str) -> str:
    if not is_one_line(value):
        raise PydanticCustomError("one_line", "control characters, line breaks or overrides")
    return value


def _plain(value: str) -> str:
    if not is_plain(value):
        raise PydanticCustomError("plain_words", "control characters or overrides")
    return value


OneLine = AfterValidator(_one_line)
"""Of names, titles and ids: they stand in subjects of mails, in file names and in lists."""
PlainWords = AfterValidator(_plain)
"""Of free text, which may have lines."""
Identifier = Annotated[str, Field(min_length=1, max_length=200), OneLine]


def not_before_start(day: date | None, info: ValidationInfo) -> date | None:
    """A check of a field after `start_date`; a wrong start date has its own error already."""
    start = info.data.get("start_date")
    if day is not None and start is not None and day < start:
        raise PydanticCustomError(
            "end_before_start", "before the start", {"start": start.isoformat()}
        )
    return day
