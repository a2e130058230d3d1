"""What goes out as JSON, told once: the type of a member says how its value is kept, how JSON
writes it, what the schema says of it, and of which kind it is as a cell of a report."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from adapter.ground.rendering.content import Kind
from policy.money import cents_of, euros


class Answer(BaseModel):
    """What goes out; made by us, so by our own names. Members are lowerCamelCase in JSON, from
    which an answer that was kept is read back."""

    # Built with its first use: a process that starts would build hundreds of which it needs few.
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        frozen=True,
        serialize_by_alias=True,
        defer_build=True,
    )


def hours(amount: Decimal) -> str:
    """Two places, without an exponent."""
    return f"{amount:.2f}"


def decimal_schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "example": example})


DECIMAL = r"^[0-9]{1,9}\.[0-9]{2}$"
_EUROS = PlainSerializer(euros, return_type=str)
_CENTS = BeforeValidator(lambda kept: cents_of(kept) if isinstance(kept, str) else kept)

MoneyEurOut = Annotated[int, _CENTS, _EUROS, decimal_schema(DECIMAL, "2400.00"), Kind.EUROS]
"""Whole eurocents of one thing, as what comes in."""
TotalEurOut = Annotated[
    int, _CENTS, _EUROS, decimal_schema(r"^[0-9]+\.[0-9]{2}$", "2400.00"), Kind.EUROS
]
"""Whole eurocents of several things together, so of any length."""
SignedEurOut = Annotated[
    int, _CENTS, _EUROS, decimal_schema(r"^-?[0-9]+\.[0-9]{2}$", "-150.00"), Kind.EUROS
]
"""Whole eurocents, where some are taken off."""
HoursOut = Annotated[
    Decimal,
    PlainSerializer(hours, return_type=str),
    decimal_schema(r"^[0-9]+\.[0-9]{2}$", "40.00"),
    Kind.HOURS,
]
PercentOut = Annotated[int, Kind.PERCENT]
"""Whole percents."""
YearOut = Annotated[int, Kind.TEXT]
"""A calendar year: a number in JSON, and nothing to add up in a table."""
