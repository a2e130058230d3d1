"""Applying a filled-in decision sheet: all of it, or nothing, or with leave the right rows (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.decisions import Decision, decide
from adapter.subjects.requests.grants import GrantTerms, list_grants
from adapter.subjects.requests.hours import ExtraHours, above_the_norm
from adapter.subjects.requests.refusals import (
    NotNow,
    OtherVersion,
    WrongField,
    WrongFields,
)
from adapter.subjects.requests.requests import participants
from adapter.subjects.tranches.rulings import Rulings, read_rulings, tranche_requests
from adapter.views.dossier.dossier import DECIDED, dossier_version
from adapter.views.dossier.returned_sheet import (
    CellProblem,
    FilledRow,
    FilledSheet,
    UnreadableSheet,
)
from config.catalogue import Language, keys
from policy.request_states import STATE_OF, RequestOutcome
from policy.tranches import Tranche

_COLUMNS = {
    "/reason": "reason",
    "/grant": "costs",
    "/grant/costsEur": "costs",
    "/grant/hours": "hours",
    "/grant/repaymentScheme": "scheme",
    "/normExemptions": "exemption",
}
"""Where a wrong field of a decision stands on the sheet; any other is the decision's own cell."""


class OtherDossier(ValueError):
    """The file was made from another version of the dossier than the present one."""

    def __init__(self, found: str, current: str) -> None:
        super().__init__(f"made from {found}, now it is {current}")
        self.found = found
        self.current = current


class RefusedSheet(ValueError):
    """Nothing may be applied; `problems` names every wrong cell."""

    def __init__(self, problems: tuple[CellProblem, ...]) -> None:
        super().__init__(f"{len(problems)} wrong cells")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """What a row decided about a request; `terms` are those of a grant, its empty cells filled in
    from the proposal."""

    row: int
    title: str
    outcome: RequestOutcome
    terms: GrantTerms | None
    exemptions: tuple[ExtraHours, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """Numbers of rows. `problems` are those of the rows that were left out."""

    decided: tuple[DecidedRow, ...]
    applied: int
    unchanged: int
    empty: int
    problems: tuple[CellProblem, ...]


def apply_sheet(
    act: Act, tranche: Tranche, sheet: FilledSheet, decided_on: date, *, valid_rows: bool = False
) -> Applied:
    """Decide as the sheet says, in the transaction of `act`. A row that was applied before is left
    as it is, so that the same file can be brought in again.

    Raises `UnreadableSheet`, `OtherDossier`, and `RefusedSheet` unless `valid_rows`; the caller's
    transaction must then be undone.
    """
    if not sheet.rows and not sheet.problems:
        raise UnreadableSheet("no_rows")
    current = dossier_version(act, tranche)
    if sheet.versions != {current}:
        raise OtherDossier(", ".join(sorted(sheet.versions - {current})), current)
    deciding = _Deciding(act, tranche, sheet, decided_on)
    problems = [*sheet.problems, *deciding.rows()]
    if problems and not valid_rows:
        raise RefusedSheet(tuple(sorted(problems, key=lambda one: (one.row, one.cell))))
    return Applied(
        tuple(deciding.decided), deciding.applied, deciding.unchanged, sheet.empty, tuple(problems)
    )


class _Deciding:
    def __init__(self, act: Act, tranche: Tranche, sheet: FilledSheet, decided_on: date) -> None:
        self._act = act
        self._sheet = sheet
        self._decided_on = decided_on
        self._requests = {row.id: row for row in tranche_requests(act, tranche.name)}
        self._rulings: Rulings = read_rulings(act, tranche.name)
        self._times = Counter(row.request_id for row in sheet.rows)
        self.decided: list[DecidedRow] = []
        self.applied = 0
        self.unchanged = 0

    def rows(self) -> Iterator[CellProblem]:
        for row in self._sheet.rows:
            yield from self._row(row)

    def _row(self, filled: FilledRow) -> Iterator[CellProblem]:
        request = self._requests.get(filled.request_id)
        if request is None:
            yield self._problem(filled, "request_id", "tranches.decide.unknown_request")
        elif self._times[filled.request_id] > 1:
            yield self._problem(filled, "request_id", "tranches.decide.repeated")
        elif filled.outcome is RequestOutcome.GRANT and self._terms(filled) is None:
            yield from self._missing_terms(filled)
        elif request.state in DECIDED:
            yield from self._decided_before(filled, request)
        else:
            yield from self._decide(filled, request)

    def _decide(self, filled: FilledRow, request: TrainingRequestRow) -> Iterator[CellProblem]:
        """In a savepoint, so that a refused row leaves nothing of itself."""
        terms = self._terms(filled) if filled.outcome is RequestOutcome.GRANT else None
        extra = self._exemptions(filled, request, terms)
        if filled.exemption and terms is not None and not extra:
            yield self._problem(filled, "exemption", "tranches.decide.nothing_above_norm")
            return
        decision = Decision(filled.outcome, self._decided_on, filled.reason, terms, extra)
        try:
            with self._act.connection.begin_nested():
                decide(self._act, request.id, request.version, decision)
        except WrongFields as refused:
            for one in refused.fields:
                column = _COLUMNS.get(_member(one.pointer), "decision")
                yield self._problem(filled, column, _key(one), dict(one.numbers))
        except NotNow as refused:
            yield self._problem(filled, "decision", refused.text_key, dict(refused.numbers))
        except OtherVersion:
            yield self._problem(filled, "decision", "tranches.decide.already_decided")
        else:
            self.applied += 1
            self.decided.append(DecidedRow(filled.row, request.title, filled.outcome, terms, extra))

    def _decided_before(
        self, filled: FilledRow, request: TrainingRequestRow
    ) -> Iterator[CellProblem]:
        if request.state == STATE_OF[filled.outcome] and self._granted_so(filled, request):
            self.unchanged += 1
        else:
            yield self._problem(filled, "decision", "tranches.decide.already_decided")

    def _granted_so(self, filled: FilledRow, request: TrainingRequestRow) -> bool:
        terms = self._terms(filled)
        if filled.outcome is not RequestOutcome.GRANT or terms is None:
            return True
        wanted = (
            per_employee(terms.costs_cents, participants(request)),
            terms.hours,
            int(terms.repayment_scheme),
        )
        made = list_grants(self._act, request.id)
        return all((one.costs_cents, one.hours, one.repayment_scheme) == wanted for one in made)

    def _terms(self, filled: FilledRow) -> GrantTerms | None:
        """What the row grants: its own cells, and the proposal's where they are empty."""
        proposed = self._rulings.proposals.get(filled.request_id)
        costs = filled.costs_cents
        hours, scheme = filled.hours, filled.scheme
        if proposed is not None and proposed.outcome == RequestOutcome.GRANT:
            costs = proposed.costs_cents if costs is None else costs
            hours = proposed.hours if hours is None else hours
            scheme = bool(proposed.repayment_scheme) if scheme is None else scheme
        if costs is None or hours is None or scheme is None:
            return None
        return GrantTerms(costs, hours, scheme)

    def _exemptions(
        self, filled: FilledRow, request: TrainingRequestRow, terms: GrantTerms | None
    ) -> tuple[ExtraHours, ...]:
        """What the granted hours need above the norm, for every employee of the request."""
        if not filled.exemption or terms is None:
            return ()
        return above_the_norm(self._act, request, terms.hours)

    def _missing_terms(self, filled: FilledRow) -> Iterator[CellProblem]:
        given = {"costs": filled.costs_cents, "hours": filled.hours, "scheme": filled.scheme}
        for column, value in given.items():
            if value is None:
                yield self._problem(filled, column, "tranches.decide.terms_missing")

    def _problem(
        self,
        filled: FilledRow,
        column: str,
        message: str,
        numbers: dict[str, object] | None = None,
    ) -> CellProblem:
        return self._sheet.problem(filled.row, column, message, numbers)


def _member(pointer: str) -> str:
    """The sheet has one cell for all exemptions of a row."""
    return "/normExemptions" if pointer.startswith("/normExemptions/") else pointer


def _key(wrong: WrongField) -> str:
    own = f"procedure.field.{wrong.reason}"
    return own if own in keys(Language.NL) else f"api.field.{wrong.reason}"
