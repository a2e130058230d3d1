"""What the basis of a repayment consists of, per kind of costs (Visie §7, P6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("fee", "books", "exam", "travel")
"""The kinds that count. Wage during the training is recorded and never counts (A10)."""

SUBSIDY, DIFFERENCE = "subsidy", "difference"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of costs in eurocents; what is deducted is negative."""

    kind: str
    cents: int


def cost_lines(
    kinds: Mapping[str, int], subsidy_cents: int, basis_cents: int
) -> tuple[CostLine, ...]:
    """Lines that add up to the basis; none where the kinds were never recorded.

    The last one is what was granted, agreed or spent otherwise than was asked for (A7), and a cent
    that dividing a request over its people leaves.
    """
    if not any(kinds.values()):
        return ()
    lines = [CostLine(kind, kinds[kind]) for kind in KINDS if kinds.get(kind)]
    if subsidy_cents:
        lines.append(CostLine(SUBSIDY, -subsidy_cents))
    difference = basis_cents - sum(line.cents for line in lines)
    if difference:
        lines.append(CostLine(DIFFERENCE, difference))
    return tuple(lines)
