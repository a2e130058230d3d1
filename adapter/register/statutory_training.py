"""Whether training is mandatory by law, of a stored request or grant (P6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from policy.model import Ground, MandatoryByLaw
from policy.statutory import counts_as

WHOLLY_WITHIN_WORKING_TIME = Decimal("1.00")


def settled(row: Row[Any]) -> MandatoryByLaw | None:
    """What HR settled; None while it did not."""
    return None if row.mandatory_settled is None else MandatoryByLaw(row.mandatory_settled)


def mandatory_by_law(row: Row[Any]) -> MandatoryByLaw:
    """What counts of it."""
    return counts_as(MandatoryByLaw(row.mandatory_by_law), settled(row), Ground(row.ground))


def statutory(row: Row[Any]) -> bool:
    """HR settled that the employer must provide it."""
    return settled(row) is MandatoryByLaw.YES


def working_time(row: Row[Any]) -> Decimal:
    """The share of its hours within working time: all of what the employer must provide (A26)."""
    if statutory(row):
        return WHOLLY_WITHIN_WORKING_TIME
    share: Decimal = row.work_time_share
    return share


def outside_working_time(row: Row[Any]) -> bool:
    """Whether statutory training stands as partly outside working time."""
    return mandatory_by_law(row) is MandatoryByLaw.YES and bool(row.work_time_share < 1)
