"""The dossier of a tranche: all that the management team decides from, counted once (P8).

Read in a fixed number of queries, since a tranche can have thousands of requests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from adapter.ground.store.columns import canonical_json
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestDecisionRow, RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.register.adoption import Adoption, adoptions, in_force
from adapter.register.learning import Learning
from adapter.register.learning_reader import MOST_BY_NAME, read_all_learning, read_learning_of
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.intake import agreement_consequences, granted_before
from adapter.subjects.requests.requests import participants
from adapter.subjects.tranches.budgets import Room, room
from adapter.subjects.tranches.capacity import (
    TeamMonth,
    capacities,
    granted_hours,
    requested_hours,
    waiting_requests,
)
from adapter.subjects.tranches.norm import EmployeeYear, norm_years
from adapter.subjects.tranches.overlap import bundles, training_of
from adapter.subjects.tranches.prices import newest_prices
from adapter.subjects.tranches.rulings import Rulings, read_rulings, tranche_requests
from adapter.subjects.tranches.staff import Staff, read_staff, teams_with
from adapter.subjects.tranches.weighings import scores_of
from policy.bundling import Bundle
from policy.capacity import Month
from policy.model import Finding, Ground, Regime, Rule
from policy.months import add_months
from policy.request_states import NEXT, STATE_OF, RequestOutcome, RequestState
from policy.tranches import Procedure, Tranche, interim_admissible
from policy.weighing import Candidate, Ranked, rank

MONTHS_AHEAD = 12
"""How many months of team capacity the dossier shows, from the decision window on."""

DECIDED = frozenset(STATE_OF.values())
TO_DECIDE = frozenset(state for state, steps in NEXT.items() if DECIDED & {*steps})
"""The states in which the management team can decide: what HR proposed for."""


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """One request. `ranked` is None for an interim request that may not be considered. Costs are
    eurocents of the whole request: as granted, else as proposed, else as asked."""

    row: TrainingRequestRow
    ranked: Ranked | None
    costs_cents: int
    per_employee_cents: int | None
    weighing: WeighingRow | None
    proposal: RequestProposalRow | None
    decision: RequestDecisionRow | None
    consequences: tuple[Finding, ...]
    norm: tuple[EmployeeYear, ...]
    bundle: Bundle | None
    capacity: tuple[TeamMonth, ...]
    """The months of this training, of the teams that it takes people from."""

    @property
    def granted(self) -> bool:
        return self.row.state == RequestState.GRANTED

    @property
    def proposed_to_grant(self) -> bool:
        """Whether the management team can still follow a proposal to grant it."""
        proposes = self.proposal is not None and self.proposal.outcome == RequestOutcome.GRANT
        return proposes and self.row.state in TO_DECIDE


@dataclass(frozen=True)
class Dossier:
    """`entries` are in the order of the ranking; those not considered come last. `version` names
    all that the management team decides on, and stays the same while it decides."""

    tranche: Tranche
    version: str
    room: Room
    entries: tuple[DossierEntry, ...]
    bundles: Mapping[str, Bundle]
    capacity: tuple[TeamMonth, ...]
    staff: Staff
    adoptions: tuple[Adoption, ...]

    @cached_property
    def ranked(self) -> tuple[tuple[DossierEntry, Ranked], ...]:
        return tuple((one, one.ranked) for one in self.entries if one.ranked is not None)

    @property
    def granted_cents(self) -> int:
        """What the management team granted of this tranche."""
        return sum(one.costs_cents for one in self.entries if one.granted)

    @property
    def proposed_cents(self) -> int:
        """What HR proposes to grant beside it."""
        return sum(one.costs_cents for one in self.entries if one.proposed_to_grant)

    @property
    def not_considered(self) -> tuple[DossierEntry, ...]:
        return tuple(one for one in self.entries if one.ranked is None)


def make_dossier(act: Act, tranche: Tranche) -> Dossier:
    rows = tranche_requests(act, tranche.name)
    rulings = read_rulings(act, tranche.name)
    limits = room(act, tranche)
    ranking = _ranking(act, tranche, rows, rulings, limits)
    waiting = waiting_requests(act)
    staff, learning = _people(act, rows, waiting)
    shared = bundles(_together(rows, waiting), newest_prices(act))
    asked, granted = requested_hours(waiting), granted_hours(learning)
    norms = norm_years(act, rows, learning)
    months = _months(rows, tranche)
    teams = {(one.manager_id, one.month): one for one in capacities(staff, granted, asked, months)}
    entries = [
        DossierEntry(
            row=row,
            ranked=ranking.get(row.id),
            costs_cents=_costs(row, rulings),
            per_employee_cents=_per_employee(row, rulings),
            weighing=rulings.weighings.get(row.id),
            proposal=rulings.proposals.get(row.id),
            decision=rulings.decisions.get(row.id),
            consequences=_consequences(act, row, rulings, learning),
            norm=norms[row.id],
            bundle=shared.get(training_of(row)),
            capacity=_own_capacity(row, staff, teams),
        )
        for row in rows
    ]
    shown = set(months_ahead(tranche.decision_from))
    return Dossier(
        tranche=tranche,
        version=_version(tranche, rows, rulings, limits),
        room=limits,
        entries=tuple(sorted(entries, key=_place)),
        bundles=_concerning(rows, shared),
        capacity=tuple(one for one in teams.values() if one.month in shown),
        staff=staff,
        adoptions=adoptions(act.connection),
    )


def _people(
    act: Act, rows: Iterable[TrainingRequestRow], waiting: Iterable[TrainingRequestRow]
) -> tuple[Staff, Mapping[str, Learning]]:
    """Of whom something is asked, and of the rest of their teams: the dossier tells of no others,
    unless those are so many that one statement cannot name them."""
    asked = {one for row in chain(rows, waiting) for one in (*row.employee_ids, row.submitted_by)}
    if len(asked) > MOST_BY_NAME:
        return read_staff(act.connection), read_all_learning(act.connection)
    staff = read_staff(act.connection, teams_with(asked))
    return staff, read_learning_of(act.connection, asked | staff.people.keys())


def dossier_version(act: Act, tranche: Tranche) -> str:
    """The version that a dossier made now would have."""
    rows = tranche_requests(act, tranche.name)
    return _version(tranche, rows, read_rulings(act, tranche.name), room(act, tranche))


def months_ahead(first: date) -> tuple[Month, ...]:
    start = first.replace(day=1)
    return tuple(Month.of(add_months(start, ahead)) for ahead in range(MONTHS_AHEAD))


def _ranking(
    act: Act, tranche: Tranche, rows: Iterable[TrainingRequestRow], rulings: Rulings, limits: Room
) -> dict[str, Ranked]:
    regime = in_force(act.connection, act.policy, tranche.decision_from).regime(Rule.GRANT)
    enforced = regime is Regime.ENFORCE
    candidates = [
        _candidate(row, rulings) for row in rows if _considered(row, rulings, enforced=enforced)
    ]
    parameters = act.policy.on(tranche.decision_from)
    ranked = rank(candidates, parameters, limits.for_tranche_cents)
    return {one.candidate.request_id: one for one in ranked}


def _candidate(row: TrainingRequestRow, rulings: Rulings) -> Candidate:
    assert row.submitted_at is not None, "a request is in a tranche once it is submitted"
    return Candidate(
        request_id=row.id,
        ground=Ground(row.ground),
        evidence=bool(row.evidence),
        scores=scores_of(rulings.weighings.get(row.id)),
        costs_cents=_costs(row, rulings),
        submitted_at=row.submitted_at,
    )


def _considered(row: TrainingRequestRow, rulings: Rulings, *, enforced: bool) -> bool:
    """`enforced` by the regime of the decision window: in the transition year it only advises."""
    if row.procedure != Procedure.INTERIM or not enforced:
        return True
    assert row.starts_on is not None, "an interim request has a start"
    return interim_admissible(
        Ground(row.ground),
        evidence=bool(row.evidence),
        consented_on=rulings.consents.get(row.id),
        starts_on=row.starts_on,
    )


def _costs(row: TrainingRequestRow, rulings: Rulings) -> int:
    """What is rejected, deferred or revoked takes nothing of the budget."""
    if row.state in (RequestState.REJECTED, RequestState.DEFERRED):
        return 0
    if row.state == RequestState.GRANTED:
        return sum(
            one.costs_cents * (1 if one.employee_id else max(participants(row), 1))
            for one in rulings.grants.get(row.id, ())
        )
    proposed = rulings.proposals.get(row.id)
    if proposed is not None and proposed.outcome == RequestOutcome.GRANT:
        assert proposed.costs_cents is not None, "a proposal to grant says how much"
        return proposed.costs_cents
    return row.costs_cents


def _per_employee(row: TrainingRequestRow, rulings: Rulings) -> int | None:
    """Of a grant its own costs, also where that of a colleague was revoked."""
    for grant in rulings.grants.get(row.id, ()):
        return grant.costs_cents
    people = participants(row)
    return per_employee(_costs(row, rulings), people) if people else None


def _consequences(
    act: Act, row: TrainingRequestRow, rulings: Rulings, learning: Mapping[str, Learning]
) -> tuple[Finding, ...]:
    costs_cents = _per_employee(row, rulings)
    if costs_cents is None:
        return ()
    before = granted_before(act, row, learning)
    return agreement_consequences(act, costs_cents, row.hours, row, before)


def _together(
    rows: Iterable[TrainingRequestRow], waiting: Iterable[TrainingRequestRow]
) -> list[TrainingRequestRow]:
    """The tranche's requests that still can be bundled and those that wait in other tranches."""
    undecided = [row for row in rows if row.state not in DECIDED]
    known = {row.id for row in undecided}
    return undecided + [row for row in waiting if row.id not in known]


def _concerning(
    rows: Iterable[TrainingRequestRow], shared: Mapping[str, Bundle]
) -> dict[str, Bundle]:
    trainings = {training_of(row) for row in rows}
    return {key: one for key, one in shared.items() if key in trainings}


def _months(rows: Iterable[TrainingRequestRow], tranche: Tranche) -> tuple[Month, ...]:
    """The months ahead, and every other in which a training of the tranche runs."""
    months = set(months_ahead(tranche.decision_from))
    for row in rows:
        months.update(_months_of(row))
    return tuple(sorted(months))


def _months_of(row: TrainingRequestRow) -> tuple[Month, ...]:
    if row.starts_on is None:
        return ()
    first, last = Month.of(row.starts_on), Month.of(row.ends_on or row.starts_on)
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    return tuple(Month.of(add_months(first.first_day, ahead)) for ahead in range(count))


def _own_capacity(
    row: TrainingRequestRow, staff: Staff, teams: Mapping[tuple[str, Month], TeamMonth]
) -> tuple[TeamMonth, ...]:
    managers = {staff.manager_of(employee_id) for employee_id in row.employee_ids}
    return tuple(
        teams[manager_id, month]
        for manager_id in sorted(one for one in managers if one is not None)
        for month in _months_of(row)
        if (manager_id, month) in teams
    )


def _place(entry: DossierEntry) -> tuple[bool, int, str]:
    place = 0 if entry.ranked is None else entry.ranked.place
    return (entry.ranked is None, place, entry.row.id)


def _version(
    tranche: Tranche, rows: Iterable[TrainingRequestRow], rulings: Rulings, limits: Room
) -> str:
    """The tranche and the start of a digest. Deciding is one step of a request, so a decided one
    counts with the version that it was decided in."""
    seen = [
        [row.id, row.version - 1 if row.state in DECIDED else row.version]
        for row in sorted(rows, key=lambda row: row.id)
    ]
    content = [tranche.name, seen, limits.tranche_cents, limits.year_cents]
    digest = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    return f"{tranche.name}-{digest[:12]}"
