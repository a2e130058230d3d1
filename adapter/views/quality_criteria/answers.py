"""How the quality criteria stand, per requirement and per person, as HR, a manager and an employee
read it (Visie §1, §3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from pydantic import Field

from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.subjects.quality_criteria.obligations import ASKED, Obligation, obligations_on
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.subjects.requests.teams import visible_employees
from adapter.subjects.tranches.staff import read_staff
from adapter.views.quality_criteria.expertises import ExpertiseOut, by_expertise, expertise_line
from policy.quality_criteria import ComingState, Member, ProofState, proof_state
from policy.request_states import UNDECIDED


class RequirementOut(Answer):
    """Numbers of people of whom it is asked; what each means: `policy/quality_criteria.py`."""

    reference: str
    expertise: str
    function: str | None
    title: str
    source: str | None
    course_ids: list[str]
    needed: int
    valid: int = Field(description="Heeft het nu.")
    expiring: int = Field(description="Daarvan: vervalt of vertrekt binnen een jaar.")
    running: int
    granted: int
    requested: int
    missing: int = Field(description="Nu te weinig, en niets is afgesproken.")
    to_do: int = Field(description="Nog af te spreken om het over een jaar op orde te hebben.")
    too_few: int = Field(description="Daarvan: er is in dit gebied niemand meer voor.")
    hours_to_do: HoursOut | None
    costs_to_do_eur: TotalEurOut | None

    @classmethod
    def of(cls, one: Obligation) -> RequirementOut:
        row, told = one.requirement, one.tally
        return cls(
            reference=row.reference,
            expertise=row.expertise,
            function=row.function,
            title=row.title,
            source=row.source,
            course_ids=row.course_ids,
            needed=told.needed,
            valid=told.valid,
            expiring=told.expiring,
            running=told.running,
            granted=told.granted,
            requested=told.requested,
            missing=told.missing,
            to_do=told.to_do,
            too_few=told.too_few,
            hours_to_do=one.hours_to_do,
            costs_to_do_eur=one.cents_to_do,
        )


class ExpertOut(Answer):
    """One person beside one requirement."""

    employee_id: str
    name: str
    reference: str
    expertise: str
    title: str
    state: ProofState
    obtained_date: date | None
    ends_date: date | None = Field(description="Laatste dag; null als het blijft gelden.")
    coming: ComingState
    last_date: date | None = Field(description="Laatste dag in het gebied of in dienst.")
    proposed: bool | None = Field(
        description="Voorstel: vraag het voor deze medewerker aan. Null voor de medewerker zelf."
    )

    @classmethod
    def of(
        cls, one: Obligation, member: Member, names: Mapping[str, str], *, proposed: bool | None
    ) -> ExpertOut:
        proof = member.proof
        return cls(
            employee_id=member.employee_id,
            name=names.get(member.employee_id, member.employee_id),
            reference=one.requirement.reference,
            expertise=one.requirement.expertise,
            title=one.requirement.title,
            state=proof_state(proof, one.on),
            obtained_date=None if proof is None else proof.obtained_on,
            ends_date=None if proof is None else proof.ends_on,
            coming=member.coming,
            last_date=member.last_on,
            proposed=proposed,
        )


class QualityCriteriaOut(Answer):
    """Numbers of the whole organisation are null for a manager, who reads of the own team."""

    as_of_date: date
    expertises: list[ExpertiseOut] | None
    requirements: list[RequirementOut] | None
    people: list[ExpertOut]


class OwnQualityCriteriaOut(Answer):
    employee_id: str
    name: str
    as_of_date: date
    requirements: list[ExpertOut]


def quality_criteria(act: Act) -> QualityCriteriaOut:
    """Of everybody, or of the team of who asks."""
    obligations = all_obligations(act)
    visible = visible_employees(act)
    whole = visible is None
    return QualityCriteriaOut(
        as_of_date=act.today,
        expertises=expertise_lines(obligations) if whole else None,
        requirements=[RequirementOut.of(one) for one in obligations] if whole else None,
        people=experts(act, obligations, visible),
    )


def own_quality_criteria(act: Act, employee_id: str) -> OwnQualityCriteriaOut:
    """What is asked of one employee. A draft is its manager's own, so that the employee is told of
    a request once it is submitted, and of no proposal. Raises `UnknownEntry`."""
    staff = read_staff(act.connection, EmployeeRow.employee_id == employee_id)
    asked = UNDECIDED if act.by.role is Role.EMPLOYEE else ASKED
    obligations = obligations_on(act.connection, staff, act.today, only={employee_id}, asked=asked)
    names = names_of(act.connection, [employee_id])
    if employee_id not in names:
        raise UnknownEntry
    return OwnQualityCriteriaOut(
        employee_id=employee_id,
        name=names[employee_id],
        as_of_date=act.today,
        requirements=[
            ExpertOut.of(one, member, names, proposed=None)
            for one in obligations
            for member in one.members
        ],
    )


def all_obligations(act: Act) -> tuple[Obligation, ...]:
    return obligations_on(act.connection, read_staff(act.connection), act.today)


def expertise_lines(obligations: Iterable[Obligation]) -> list[ExpertiseOut]:
    return [expertise_line((name,), each) for name, each in by_expertise(obligations).items()]


def experts(
    act: Act, obligations: Collection[Obligation], of: Collection[str] | None
) -> list[ExpertOut]:
    """By requirement and name; of these employees only, where they are given."""
    people = {member.employee_id for one in obligations for member in one.members}
    names = names_of(act.connection, people if of is None else people & set(of))
    found: list[ExpertOut] = []
    for one in obligations:
        proposed = set(one.proposed)
        shown = [
            ExpertOut.of(one, member, names, proposed=member in proposed)
            for member in one.members
            if member.employee_id in names
        ]
        found += sorted(shown, key=lambda expert: (expert.name, expert.employee_id))
    return found
