"""Who has what the quality criteria ask, and what is left to do (Visie §1, §3).

A requirement asks something, such as a diploma, of a number of people of an expertise or of all who
are in it. A proof shows that somebody has it, until a day or for good. What is needed counts now;
what is to do also counts who will not have it any more within `HORIZON_MONTHS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policy.months import add_months

HORIZON_MONTHS = 12
"""How far is looked ahead: a certificate that ends within it is to be renewed in time."""


class ProofState(StrEnum):
    VALID = "valid"
    EXPIRING = "expiring"
    """Valid, and not any more within `HORIZON_MONTHS`."""
    EXPIRED = "expired"
    MISSING = "missing"


class ComingState(StrEnum):
    """How far somebody is on the way to a new proof."""

    NOTHING = "nothing"
    REQUESTED = "requested"
    GRANTED = "granted"
    RUNNING = "running"


AGREED = frozenset({ComingState.GRANTED, ComingState.RUNNING})


@dataclass(frozen=True, slots=True)
class Proof:
    """`ends_on` is the last day on which it counts; None for one that does not end."""

    obtained_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an expertise, beside one requirement. `last_on` is the last day in the expertise
    or in service, as far as known."""

    employee_id: str
    since: date
    last_on: date | None
    proof: Proof | None
    coming: ComingState


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of people. Whoever has it is in `valid`, also in `expiring` if that ends; the others
    are told from `running`, `granted` and `requested`, in which those who must renew stand too."""

    needed: int
    valid: int
    expiring: int
    running: int
    granted: int
    requested: int
    missing: int
    """Needed now: nobody has it, and nothing is agreed."""
    to_do: int
    """To agree on, for as many to have it at the end of `HORIZON_MONTHS` as are needed then."""
    too_few: int
    """Of what is to do, for how many the expertise has nobody who could."""


def last_valid_day(obtained_on: date, validity_months: int | None) -> date | None:
    """Of a proof whose requirement says how long it counts; None for good."""
    return None if validity_months is None else add_months(obtained_on, validity_months)


def standing_proof(proofs: Iterable[Proof], on: date) -> Proof | None:
    """Of those obtained by then the one that counts longest; the newest of equals."""
    obtained = [one for one in proofs if one.obtained_on <= on]
    return max(obtained, key=lambda one: (one.ends_on or date.max, one.obtained_on), default=None)


def proof_state(proof: Proof | None, on: date) -> ProofState:
    if proof is None:
        return ProofState.MISSING
    if not _counts(proof.ends_on, on):
        return ProofState.EXPIRED
    return ProofState.VALID if _counts(proof.ends_on, horizon(on)) else ProofState.EXPIRING


def horizon(on: date) -> date:
    return add_months(on, HORIZON_MONTHS)


def tally(people: int | None, members: Sequence[Member], on: date) -> Tally:
    """`people` is how many must have it; None for everyone in the expertise."""
    later = horizon(on)
    staying = [one for one in members if _counts(one.last_on, later)]
    valid = [one for one in members if _has(one, on)]
    lasting = sum(_has(one, later) for one in members)
    others = [one for one in members if not _has(one, later)]
    coming = Counter(one.coming for one in others)
    needed = len(members) if people is None else people
    needed_later = len(staying) if people is None else people
    agreed_new = sum(one.coming in AGREED and not _has(one, on) for one in others)
    agreed_later = sum(one.coming in AGREED and _counts(one.last_on, later) for one in others)
    to_do = max(0, needed_later - lasting - agreed_later)
    return Tally(
        needed=needed,
        valid=len(valid),
        expiring=sum(not _has(one, later) for one in valid),
        running=coming[ComingState.RUNNING],
        granted=coming[ComingState.GRANTED],
        requested=coming[ComingState.REQUESTED],
        missing=max(0, needed - len(valid) - agreed_new),
        to_do=to_do,
        too_few=max(0, to_do - (len(staying) - lasting - agreed_later)),
    )


def candidates(members: Iterable[Member], on: date) -> tuple[Member, ...]:
    """For whom a request could be made: first whose proof ends soonest, since renewing keeps what
    is there; then whose ended last; then who is longest in the expertise. Nobody who is about to
    leave it, and nobody for whom something was asked or agreed already."""
    later = horizon(on)
    can = (
        one
        for one in members
        if one.coming is ComingState.NOTHING
        and _counts(one.last_on, later)
        and not _has(one, later)
    )
    return tuple(sorted(can, key=lambda one: (*_order(one, on), one.since, one.employee_id)))


def proposed(people: int | None, members: Sequence[Member], on: date) -> tuple[Member, ...]:
    """As many of the candidates as are to do and were not asked for already. A proposal: who it is
    to be, people decide."""
    later = horizon(on)
    asked = sum(
        one.coming is ComingState.REQUESTED and _counts(one.last_on, later) and not _has(one, later)
        for one in members
    )
    return candidates(members, on)[: max(0, tally(people, members, on).to_do - asked)]


def _order(member: Member, on: date) -> tuple[int, int]:
    if member.proof is None or member.proof.ends_on is None:
        return 2, 0
    ends = member.proof.ends_on.toordinal()
    return (0, ends) if _has(member, on) else (1, -ends)


def _has(member: Member, on: date) -> bool:
    """Of somebody who is still there then."""
    return (
        member.proof is not None
        and _counts(member.proof.ends_on, on)
        and _counts(member.last_on, on)
    )


def _counts(last_on: date | None, on: date) -> bool:
    return last_on is None or last_on >= on
