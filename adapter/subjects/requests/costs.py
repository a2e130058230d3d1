"""What training costs, per kind, and the amount that the rules look at (P5, P6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """Eurocents per kind: of a request for everyone in it together, of what was paid for one."""

    fee_cents: int = 0
    books_cents: int = 0
    exam_cents: int = 0
    travel_cents: int = 0
    wage_cents: int = 0
    subsidy_cents: int = 0

    @property
    def gross_cents(self) -> int:
        """Wage during study is recorded, and is never part of an amount (A10)."""
        return self.fee_cents + self.books_cents + self.exam_cents + self.travel_cents

    @property
    def net_cents(self) -> int:
        """What the organisation pays: subsidies received are deducted (A22)."""
        return self.gross_cents - self.subsidy_cents

    def to_plain(self) -> dict[str, int]:
        return asdict(self)


def per_employee(costs_cents: int, participants: int) -> int:
    """One employee's part of an amount in eurocents, half a cent rounded up (A17)."""
    return (2 * costs_cents + participants) // (2 * participants)
