"""How a plain value (text, whole number, yes or no, list) becomes a typed one, per unit.

Plain values are what the files hold and what the decision log stores. There are no floats: hours
are text with two places, money is whole eurocents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from policy.model import Regime
from policy.tranche_rules import read_tranche_rules

Reader = Callable[[object], object]
"""Gives the typed value; raises ValueError with what the value must be."""

_HOURS = re.compile(r"\d{1,6}\.\d{2}", re.ASCII)
_TRANCHE_NAME = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)


def hours(plain: object) -> Decimal:
    if not isinstance(plain, str) or not _HOURS.fullmatch(plain):
        raise ValueError('must be hours as text with two places, such as "80.00"')
    return Decimal(plain)


def whole(plain: object) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool) or plain < 0:
        raise ValueError("must be a whole number, 0 or more")
    return plain


def percent(plain: object) -> int:
    if whole(plain) > 100:
        raise ValueError("must be a percentage from 0 to 100")
    return whole(plain)


def percentages(plain: object) -> tuple[int, ...]:
    if not isinstance(plain, Sequence) or isinstance(plain, str) or not plain:
        raise ValueError("must be a list of percentages")
    weights = tuple(percent(weight) for weight in plain)
    if sum(weights) != 100:
        raise ValueError(f"the percentages must add up to 100, not {sum(weights)}")
    return weights


def months(plain: object) -> int:
    if not 1 <= whole(plain) <= 1200:
        raise ValueError("must be a number of months from 1 to 1200")
    return whole(plain)


def days(plain: object) -> int:
    if not 1 <= whole(plain) <= 366:
        raise ValueError("must be a number of days from 1 to 366")
    return whole(plain)


def year(plain: object) -> int:
    if not 1 <= whole(plain) <= 9999:
        raise ValueError("must be a year")
    return whole(plain)


def regime(plain: object) -> Regime:
    if not isinstance(plain, str) or plain not in list(Regime):
        raise ValueError(f"must be one of {', '.join(Regime)}")
    return Regime(plain)


def rule_regime(plain: object) -> Regime | None:
    """None when the rule follows the general regime (again)."""
    return None if plain == "general" else regime(plain)


def tranche_name(plain: object) -> tuple[int, int]:
    """Year and number of a name such as `2027-1`."""
    match = _TRANCHE_NAME.fullmatch(plain) if isinstance(plain, str) else None
    if match is None:
        raise ValueError('must be the name of a tranche, such as "2026-2"')
    return int(match[1]), int(match[2])


def reading(*carried_out: str) -> Reader:
    """How an open place in the text is read. Only what the code carries out is accepted, so that no
    file can promise another reading."""

    def read(plain: object) -> str:
        if plain not in carried_out:
            raise ValueError(f"the rules carry out only: {', '.join(carried_out)}")
        return str(plain)

    return read


def not_yet(plain: object) -> bool:
    """A yes or no of which the rules carry out only the no."""
    if plain is not False:
        raise ValueError("must be false: the rules do not carry out the other answer")
    return False


TRANCHES: Reader = read_tranche_rules
