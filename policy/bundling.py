"""Whether one in-company course costs less than what several requests ask for apart (Visie §4, P8).

It only counts: whether the content and the dates fit is for people to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for the training. Costs are eurocents of the whole request; a collective request
    names nobody but plans a number of participants."""

    request_id: str
    employee_ids: tuple[str, ...]
    planned_participants: int
    costs_cents: int


@dataclass(frozen=True, slots=True)
class SessionPrice:
    """What one in-company session costs in eurocents, and how many it takes."""

    session_cents: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """`sessions` and `in_company_cents` are None while no price is known; `saves_cents` is negative
    when apart is cheaper. `repeated` are employees whom more than one request names."""

    asks: tuple[Ask, ...]
    participants: int
    repeated: tuple[str, ...]
    apart_cents: int
    sessions: int | None
    in_company_cents: int | None

    @property
    def saves_cents(self) -> int | None:
        return None if self.in_company_cents is None else self.apart_cents - self.in_company_cents

    @property
    def cheaper(self) -> bool:
        return self.saves_cents is not None and self.saves_cents > 0


def bundle(asks: Sequence[Ask], price: SessionPrice | None) -> Bundle:
    """What the requests cost apart, and what the sessions for all their participants would."""
    named = [employee_id for ask in asks for employee_id in ask.employee_ids]
    participants = len(set(named)) + sum(ask.planned_participants for ask in asks)
    sessions = None if price is None else -(-participants // price.capacity)
    return Bundle(
        asks=tuple(asks),
        participants=participants,
        repeated=tuple(sorted({one for one in named if named.count(one) > 1})),
        apart_cents=sum(ask.costs_cents for ask in asks),
        sessions=sessions,
        in_company_cents=None
        if price is None or sessions is None
        else sessions * price.session_cents,
    )
