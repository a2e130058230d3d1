"""Whether training is mandatory by law, of a stored request or grant (P6)."""

from __future__ import annotations

from decimal import Decimal

from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from policy.model import Ground, MandatoryByLaw
from policy.statutory import counts_as

WHOLLY_WITHIN_WORKING_TIME = Decimal("1.00")

Asked = TrainingRequestRow | GrantRow
"""Training that was asked for, or granted."""


def settled_answer(row: Asked) -> MandatoryByLaw | None:
    """What HR settled; None while it did not."""
    return None if row.mandatory_settled is None else MandatoryByLaw(row.mandatory_settled)


def mandatory_by_law(row: Asked) -> MandatoryByLaw:
    """What counts of it."""
    return counts_as(MandatoryByLaw(row.mandatory_by_law), settled_answer(row), Ground(row.ground))


def statutory(row: Asked) -> bool:
    """HR settled that the employer must provide it."""
    return settled_answer(row) is MandatoryByLaw.YES


def working_time(row: Asked) -> Decimal:
    """The share of its hours within working time: all of what the employer must provide (A26)."""
    if statutory(row):
        return WHOLLY_WITHIN_WORKING_TIME
    return row.work_time_share


def outside_working_time(row: Asked) -> bool:
    """Whether statutory training stands as partly outside working time."""
    return row.work_time_share < 1 and mandatory_by_law(row) is MandatoryByLaw.YES
