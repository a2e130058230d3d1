"""How each requirement stands on a day: who has it, who is on the way, and what is left to do
(Visie §1, §3).

A proof is a certificate that HR recorded, or a completion in the LMS. On the way is who follows a
course of it, or has a grant or a request for one since the last proof; without a course, one whose
trajectory is the reference of the requirement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection

from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from adapter.subjects.quality_criteria.list_rows import plain
from adapter.subjects.quality_criteria.members import Membership, memberships_on
from adapter.subjects.quality_criteria.requirements import is_asked, requirements_on
from adapter.subjects.quality_criteria.training import Training
from adapter.subjects.tranches.staff import Staff
from policy.quality_criteria import Member, Tally, proposed, tally
from policy.request_states import UNDECIDED, RequestState

ASKED = frozenset({RequestState.DRAFT, *UNDECIDED})
"""Requests on which the management team has not decided."""


@dataclass(frozen=True)
class Obligation:
    """One requirement on a day, with whoever it is asked of. Numbers and proposals say something
    where `members` are all of them."""

    requirement: QualityRequirementRow
    members: tuple[Member, ...]
    on: date

    @cached_property
    def tally(self) -> Tally:
        return tally(self.requirement.people, self.members, self.on)

    @property
    def expertise_key(self) -> str:
        """What names of one expertise have in common, however they are written."""
        return plain(self.requirement.expertise)

    @property
    def hours_to_do(self) -> Decimal | None:
        """None where the requirement does not say what one employee needs."""
        hours = self.requirement.hours
        return None if hours is None else hours * self.tally.to_do

    @property
    def cents_to_do(self) -> int | None:
        costs = self.requirement.costs_cents
        return None if costs is None else costs * self.tally.to_do

    @cached_property
    def proposed(self) -> tuple[Member, ...]:
        return proposed(self.requirement.people, self.members, self.on)


def obligations_on(
    connection: Connection,
    staff: Staff,
    day: date,
    *,
    only: Collection[str] | None = None,
    asked: Collection[RequestState] = ASKED,
) -> tuple[Obligation, ...]:
    """By expertise and reference; of these employees only, where they are given. Requests in one of
    the states of `asked` count."""
    requirements = requirements_on(connection, day)
    if not requirements:
        return ()
    memberships = _in_service(memberships_on(connection, day, only), staff, day)
    everybody = {one.employee_id for members in memberships.values() for one in members}
    training = Training(connection, requirements, everybody, asked)
    return tuple(
        _obligation(one, memberships.get(plain(one.expertise), ()), training, day)
        for one in requirements
    )


def _obligation(
    requirement: QualityRequirementRow,
    memberships: Iterable[Membership],
    training: Training,
    day: date,
) -> Obligation:
    members = []
    for one in memberships:
        if is_asked(requirement, one.functions):
            proof = training.proof(requirement, one.employee_id, day)
            coming = training.coming(requirement, one.employee_id, proof)
            members.append(Member(one.employee_id, one.since, one.until, proof, coming))
    return Obligation(requirement, tuple(members), day)


def _in_service(
    memberships: Mapping[str, Iterable[Membership]], staff: Staff, day: date
) -> dict[str, list[Membership]]:
    """Those who are employed on a day, up to the last day of their employment."""
    employed = staff.employed_on(day)
    return {
        expertise: [
            replace(one, until=_earliest(one.until, staff.last_day(one.employee_id)))
            for one in members
            if one.employee_id in employed
        ]
        for expertise, members in memberships.items()
    }


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
