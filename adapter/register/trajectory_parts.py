"""Which grants make up one employee's trajectory, which of them a course belongs to, and which
agreement holds for them (Visie §7, P5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.ground.store.tables.courses import CourseRow, EnrolmentRow
from adapter.ground.store.tables.procedure import AgreementRow, CommitmentRow, GrantRow
from adapter.register.learning import EnrolledRow, Learning, Promise, covers, is_commitment
from adapter.register.statutory_training import mandatory_by_law
from policy.agreements import signed
from policy.days import amsterdam_day
from policy.model import Agreement, Ground, Part
from policy.quickly_made import quickly_made
from policy.trajectories import counting, together

Stored = tuple[AgreementRow, Agreement]
"""An agreement as it is kept, and as the rules see it."""


def parts_of(learning: Learning, trajectory_id: str) -> list[GrantRow]:
    """The employee's grants of a trajectory in the order of their start. A collective one counts
    for who took part, and where no grant of the employee's own takes its place."""
    known: list[GrantRow] | None = learning.worked_out.get(("parts", trajectory_id))
    if known is None:
        known = learning.worked_out["parts", trajectory_id] = _parts_of(learning, trajectory_id)
    return known


def _parts_of(learning: Learning, trajectory_id: str) -> list[GrantRow]:
    mine = learning.grants_of(trajectory_id)
    own = [row for row in mine if row.employee_id is not None]
    if len(mine) == 1 == len(own):
        return own
    shared = [
        row
        for row in mine
        if row.employee_id is None
        and took_part(learning, row)
        and not any(_same_courses(row, one) for one in own)
    ]
    parts = [*own, *shared]
    if len(parts) < 2:
        return parts
    return sorted(parts, key=lambda row: (_start(learning, row), row.decided_on, row.id))


def commitments_beside_grants(learning: Learning) -> list[CommitmentRow]:
    """The commitments that no grant took the place of, by trajectory: the MT may grant more of a
    trajectory without converting what was promised (P9)."""
    beside = [
        row
        for row in learning.commitments
        if not any(_takes_its_place(one, row) for one in parts_of(learning, row.trajectory_id))
    ]
    return sorted(beside, key=lambda row: (row.trajectory_id, row.id))


def _takes_its_place(grant: GrantRow, commitment: CommitmentRow) -> bool:
    """Whether it is for a course of the commitment, or for the whole of the trajectory."""
    shared = set(grant.course_ids) & set(commitment.course_ids)
    return bool(shared) or not grant.course_ids


def promised_on(granted: Promise) -> date:
    """When it was decided (a grant) or agreed (an existing commitment)."""
    return granted.agreed_on if is_commitment(granted) else granted.decided_on


def earlier_parts(learning: Learning, grant: GrantRow) -> tuple[Part, ...]:
    """The parts that start before this one."""
    before: list[Part] = []
    for row in parts_of(learning, grant.trajectory_id):
        if row.id == grant.id:
            break
        before.append(part(learning, row))
    return tuple(before)


def part(learning: Learning, grant: GrantRow) -> Part:
    return Part(
        grant_id=grant.id,
        costs_cents=grant.costs_cents,
        hours=grant.hours,
        start=_start(learning, grant),
        end=grant.ends_on,
        begun=has_begun(learning, grant),
        repayment_scheme=bool(grant.repayment_scheme),
        ground=Ground(grant.ground),
        mandatory_by_law=mandatory_by_law(grant),
    )


def has_begun(learning: Learning, grant: GrantRow) -> bool:
    """Whether the employee followed something of it: an enrolment, also one that is gone since, or
    a place in a session. What is given elsewhere leaves no trace in the LMS, so a grant that names
    no course counts as begun."""
    return not grant.course_ids or _followed(learning, grant) or takes_part(learning, grant)


def takes_part(learning: Learning, grant: GrantRow) -> bool:
    return bool(enrolled_in(learning, grant)) or _has_a_place(learning, grant)


def took_part(learning: Learning, grant: GrantRow) -> bool:
    """Whether a collective grant is, or was, for the employee: also after the enrolment is gone,
    since the account of a leaver is often emptied first."""
    return (
        grant.id in learning.agreements or _followed(learning, grant) or takes_part(learning, grant)
    )


def _followed(learning: Learning, grant: GrantRow) -> bool:
    return not learning.ever_followed.isdisjoint(grant.course_ids)


def enrolled_in(learning: Learning, granted: Promise) -> list[EnrolledRow]:
    """The enrolments that belong to this grant or commitment, and to no other part of it."""
    key = ("enrolled", granted.id, granted.trajectory_id)
    known: list[EnrolledRow] | None = learning.worked_out.get(key)
    if known is None:
        known = _enrolled_in(learning, granted)
        learning.worked_out[key] = known
    return known


def _enrolled_in(learning: Learning, granted: Promise) -> list[EnrolledRow]:
    rows = learning.enrolments_covered_by(granted)
    own = [row for row in learning.grants_of(granted.trajectory_id) if row.employee_id is not None]
    if len(own) < 2 or granted.id not in {row.id for row in own}:
        return rows
    return [row for row in rows if _belongs(granted, row, own)]


def part_for(candidates: Sequence[GrantRow], course: CourseRow | EnrolledRow, on: date) -> GrantRow:
    """Of the parts that cover a course the one that names it, else any; of several the newest that
    was there on the day of enrolling. There is at least one."""
    if len(candidates) == 1:
        return candidates[0]
    named = [row for row in candidates if course.idnumber in row.course_ids] or list(candidates)
    there = [row for row in named if row.decided_on <= on]
    return (there or named)[-1]


@quickly_made
@dataclass(frozen=True)
class UpTo:
    """What a part comes to with those before it: whether they need an agreement is asked of that.
    Costs in eurocents."""

    costs_cents: int
    hours: Decimal
    scheme_granted: bool
    agreement: Agreement | None


def up_to(learning: Learning, grant: GrantRow, on: date) -> UpTo:
    """A part with the earlier ones that count on a day."""
    earlier = earlier_parts(learning, grant)
    if earlier:
        earlier = counting(earlier, on)
    costs_cents, hours = together(earlier)
    stored = agreement_for(learning, grant, earlier)
    scheme_granted = bool(grant.repayment_scheme) or (
        any(one.repayment_scheme for one in earlier) if earlier else False
    )
    return UpTo(
        costs_cents=costs_cents + grant.costs_cents,
        hours=hours + grant.hours,
        scheme_granted=scheme_granted,
        agreement=None if stored is None else stored[1],
    )


def agreement_for(learning: Learning, grant: GrantRow, earlier: Iterable[Part]) -> Stored | None:
    """The newest agreement that holds for a part together with those before it and that both
    signed, else the newest: a version that is being drawn up does not end the one before it."""
    if not learning.agreements:
        return None
    needed = {grant.id, *(part.grant_id for part in earlier)}
    holding = [
        one for one in _agreements(learning, grant.trajectory_id) if needed <= holds_for(one[0])
    ]
    chosen = [one for one in holding if signed(one[1])] or holding
    return chosen[-1] if chosen else None


def agreement_to_leave_with(
    learning: Learning, parts: Sequence[GrantRow], last_day: date
) -> Stored | None:
    """Of the grants of a trajectory the newest agreement that both signed by the last day, else the
    newest: one that nobody signed yet, or that was signed too late, takes nothing away from what
    was agreed before. One for a grant that was withdrawn holds for the others that it names."""
    ids = {row.id for row in parts}
    mine = [
        one for one in _agreements(learning, parts[-1].trajectory_id) if ids & holds_for(one[0])
    ]
    chosen = [one for one in mine if _signed_by(one[1], last_day)] or mine
    return chosen[-1] if chosen else None


def _signed_by(agreement: Agreement, day: date) -> bool:
    signatures = (agreement.signed_by_employee_on, agreement.signed_by_manager_on)
    return all(on is not None and on <= day for on in signatures)


def _agreements(learning: Learning, trajectory_id: str) -> list[Stored]:
    """Every version, oldest first."""
    every = (*learning.earlier_agreements, *learning.agreements.values())
    mine = (one for one in every if one[0].trajectory_id == trajectory_id)
    return sorted(mine, key=lambda one: (one[0].recorded_at, one[0].version, one[0].id))


def holds_for(row: AgreementRow) -> frozenset[str]:
    """The grants that an agreement is about; one of before parts were added up: its own."""
    return frozenset(row.part_grant_ids or ()) | {row.grant_id}


def _belongs(granted: Promise, enrolment: EnrolledRow, own: list[GrantRow]) -> bool:
    """Whether it is this part's, of the employee's own parts of the trajectory."""
    covering = [row for row in own if covers(row, enrolment)]
    return part_for(covering, enrolment, enrolled_on(enrolment)).id == granted.id


def enrolled_on(row: EnrolmentRow | EnrolledRow) -> date:
    return amsterdam_day(row.starts_at or row.created_at or row.first_seen_at)


def _start(learning: Learning, grant: GrantRow) -> date:
    mine = enrolled_in(learning, grant)
    courses = [row.start_on for row in mine if row.start_on is not None]
    days = courses or [enrolled_on(row) for row in mine]
    return grant.starts_on or min(days, default=grant.decided_on)


def _has_a_place(learning: Learning, grant: GrantRow) -> bool:
    return not learning.placed_courses.isdisjoint(grant.course_ids)


def _same_courses(collective: GrantRow, own: GrantRow) -> bool:
    shared = set(collective.course_ids) & set(own.course_ids)
    return bool(shared) or not collective.course_ids or not own.course_ids
