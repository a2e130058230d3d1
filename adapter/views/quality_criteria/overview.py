"""What HR and managers act on: expertises with their requirements, and proposals per team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapter.ground.store.tables.quality_criteria import QualityRequirementRow
from adapter.subjects.quality_criteria.obligations import Obligation, obligations_on
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.subjects.tranches.staff import Staff, read_staff
from adapter.views.quality_criteria.expertises import ExpertiseOut, by_expertise, expertise_line
from policy.quality_criteria import Member, ProofState, candidates, proof_state


@dataclass(frozen=True, slots=True)
class Expertise:
    line: ExpertiseOut
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class TeamProposals:
    """How many requests are proposed for the people of one manager; None where the HRIS names no
    manager, so that nobody can ask."""

    manager_id: str | None
    manager: str | None
    number: int


@dataclass(frozen=True, slots=True)
class QualityOverview:
    expertises: tuple[Expertise, ...]
    teams: tuple[TeamProposals, ...]

    @property
    def obligations(self) -> list[Obligation]:
        return [one for expertise in self.expertises for one in expertise.obligations]

    @property
    def lines(self) -> list[ExpertiseOut]:
        return [one.line for one in self.expertises]

    @property
    def to_do(self) -> int:
        return sum(one.tally.to_do for one in self.obligations)

    @property
    def expiring(self) -> int:
        return sum(one.tally.expiring for one in self.obligations)

    @property
    def too_few(self) -> int:
        return sum(one.tally.too_few for one in self.obligations)

    @property
    def hours_to_do(self) -> Decimal:
        """Of the requirements of which hours are known; so are the costs."""
        return sum((one.hours_to_do or Decimal(0) for one in self.obligations), Decimal("0.00"))

    @property
    def cents_to_do(self) -> int:
        return sum(one.cents_to_do or 0 for one in self.obligations)

    @property
    def not_known(self) -> int:
        """Requirements with something to do, of which hours or costs are not known."""
        return sum(
            one.tally.to_do > 0 and (one.hours_to_do is None or one.cents_to_do is None)
            for one in self.obligations
        )


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody beside one requirement. `can_be_asked` for: nothing was asked or agreed, and it is
    missing or ends."""

    member: Member
    requirement: QualityRequirementRow
    name: str
    manager_id: str | None
    state: ProofState
    can_be_asked: bool
    proposed: bool


def quality_overview(act: Act) -> QualityOverview:
    staff = read_staff(act.connection)
    obligations = obligations_on(act.connection, staff, act.today)
    expertises = tuple(
        Expertise(expertise_line((name,), each), tuple(each))
        for name, each in by_expertise(obligations).items()
    )
    return QualityOverview(expertises, _teams(obligations, staff))


def experts_of(act: Act, reference: str) -> tuple[Obligation, list[Expert]]:
    """One requirement with whoever it is asked of. Raises `UnknownEntry`."""
    staff = read_staff(act.connection)
    for one in obligations_on(act.connection, staff, act.today):
        if one.requirement.reference == reference:
            return one, _experts(one, staff)
    raise UnknownEntry


def experts_of_team(act: Act, team: Mapping[str, str]) -> list[Expert]:
    """`team` gives the names by employee number. By name, then by reference."""
    staff = read_staff(act.connection)
    found = [
        expert
        for one in obligations_on(act.connection, staff, act.today)
        for expert in _experts(one, staff, team)
    ]
    return sorted(found, key=lambda one: (one.name, one.requirement.reference))


def _experts(one: Obligation, staff: Staff, only: Collection[str] | None = None) -> list[Expert]:
    can, proposed = set(candidates(one.members, one.on)), set(one.proposed)
    found = [
        Expert(
            member=member,
            requirement=one.requirement,
            name=staff.name(member.employee_id),
            manager_id=staff.manager_of(member.employee_id),
            state=proof_state(member.proof, one.on),
            can_be_asked=member in can,
            proposed=member in proposed,
        )
        for member in one.members
        if only is None or member.employee_id in only
    ]
    return sorted(found, key=lambda expert: expert.name)


def _teams(obligations: Collection[Obligation], staff: Staff) -> tuple[TeamProposals, ...]:
    """The largest first."""
    numbers = Counter(
        staff.manager_of(member.employee_id) for one in obligations for member in one.proposed
    )
    teams = [
        TeamProposals(manager_id, None if manager_id is None else staff.name(manager_id), number)
        for manager_id, number in numbers.items()
    ]
    return tuple(sorted(teams, key=lambda team: (-team.number, team.manager_id or "")))
