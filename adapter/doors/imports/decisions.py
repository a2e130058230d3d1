"""Decisions from the sheet of a dossier: each row is decided as over the API, and all of the sheet
is kept or nothing, or with leave the right rows (P8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapter.doors.imports.decision_columns import COLUMNS
from adapter.doors.messages.read_by_cell import message_of
from adapter.doors.messages.rulings import RequestDecisionIn
from adapter.doors.messages.wrong_fields import FieldError
from adapter.ground.spreadsheets.columns import fill, filled_by
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown, WrongRecord, write_down
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook, WrongCell
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.costs import per_employee
from adapter.subjects.requests.decisions import Decision, decide
from adapter.subjects.requests.grants import GrantTerms, grants_of
from adapter.subjects.requests.hours import ExtraHours, above_the_norm
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.requests.requests import participants
from adapter.subjects.tranches.rulings import read_rulings, tranche_requests
from adapter.views.dossier.dossier import DECIDED, dossier_version
from policy.money import euros
from policy.request_states import STATE_OF, RequestOutcome
from policy.tranches import Tranche

_MEMBERS = {name: column.member for name, column in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """What a row decided about a request; `terms` are those of a grant, its empty cells filled in
    from the proposal. `row` counts as spreadsheets do."""

    row: int
    title: str
    outcome: RequestOutcome
    terms: GrantTerms | None
    exemptions: tuple[ExtraHours, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedSheet:
    """`empty` counts the rows without a decision; `written` has the outcomes of the others: changed
    is decided now, unchanged was decided so before."""

    written: WrittenDown
    decided: tuple[DecidedRow, ...]
    empty: int


def import_decisions(
    act: Act,
    tranche: Tranche,
    sheet: Sheet,
    decided_on: date,
    *,
    valid_rows: bool = False,
    dry_run: bool = False,
) -> DecidedSheet:
    """Decide as the sheet says; `act.kept` says whether it stays. A row that was decided so before
    is left as it is, so that the same file can be brought in again.

    Raises `UnreadableWorkbook` for a sheet without a decision, or of another version of the
    dossier than the present one.
    """
    filled_in = [row for row in sheet.rows if "decision" in row.values or sheet.wrong_in(row)]
    if not filled_in:
        raise UnreadableWorkbook("no_decisions")
    listed = [row for row in sheet.rows if "request_id" in row.values]
    _refuse_other_dossier(listed, dossier_version(act, tranche))
    deciding = _Deciding(act, tranche, sheet, decided_on, filled_in)
    written = write_down(act.connection, sheet, filled_in, deciding.row)
    act.kept = written.is_kept(valid_rows=valid_rows, dry_run=dry_run)
    empty = sum(1 for row in listed if row not in filled_in)
    return DecidedSheet(written, tuple(deciding.decided), empty)


def _refuse_other_dossier(listed: list[SheetRow], current: str) -> None:
    made_from = {str(row.values.get("version", "–")) for row in listed}
    if made_from != {current}:
        versions = ", ".join(sorted(made_from - {current}))
        raise UnreadableWorkbook("other_dossier", made_from=versions, current=current)


class _Deciding:
    def __init__(
        self,
        act: Act,
        tranche: Tranche,
        sheet: Sheet,
        decided_on: date,
        filled_in: list[SheetRow],
    ) -> None:
        self._act = act
        self._sheet = sheet
        self._decided_on = decided_on
        self._requests = {row.id: row for row in tranche_requests(act, tranche.name)}
        self._proposals = read_rulings(act, tranche.name).proposals
        self._times = Counter(_request_id(row) for row in filled_in)
        self.decided: list[DecidedRow] = []

    def row(self, row: SheetRow) -> Outcome:
        """Raises `WrongRecord` with every cell that is."""
        body: dict[str, Any] = {"decidedDate": self._decided_on.isoformat()}
        wrong = fill(body, self._sheet, row, COLUMNS)
        request = self._requests.get(_request_id(row))
        if request is None:
            raise WrongRecord([row.wrong("request_id", "tranches.decide.unknown_request"), *wrong])
        if self._times[request.id] > 1:
            raise WrongRecord([row.wrong("request_id", "tranches.decide.repeated"), *wrong])
        exempts = bool(body.pop("normExemptions", False))
        self._complete(body, row, request, wrong)
        message = message_of(
            RequestDecisionIn,
            body,
            wrong,
            at=lambda one: _wrong_at(row, one),
            place=lambda one: one.column,
        )
        if message is None:
            raise WrongRecord(wrong)
        terms = message.grant.terms() if message.grant else None
        if request.state in DECIDED:
            return self._decided_before(row, request, message.outcome, terms)
        extra = above_the_norm(self._act, request, terms.hours) if exempts and terms else ()
        if exempts and terms and not extra:
            raise WrongRecord([row.wrong("exemption", "tranches.decide.nothing_above_norm")])
        decision = Decision(message.outcome, self._decided_on, message.reason, terms, extra)
        return self._decide(row, request, decision)

    def _complete(
        self,
        body: dict[str, Any],
        row: SheetRow,
        request: TrainingRequestRow,
        wrong: list[WrongCell],
    ) -> None:
        """A grant is as HR proposed it where its cells are empty; another outcome has no terms."""
        terms = body.pop("grant", {})
        if body.get("outcome") != RequestOutcome.GRANT:
            return
        body["grant"] = self._proposed(request.id) | terms
        unread = {one.column for one in wrong}
        for name in ("costs", "hours", "scheme"):
            member = (COLUMNS[name].member or "").rpartition("/")[2]
            if member not in body["grant"] and row.places[name] not in unread:
                wrong.append(row.wrong(name, "tranches.decide.terms_missing"))

    def _proposed(self, request_id: str) -> dict[str, Any]:
        proposal = self._proposals.get(request_id)
        if proposal is None or proposal.costs_cents is None or proposal.hours is None:
            return {}
        return {
            "costsEur": euros(proposal.costs_cents),
            "hours": f"{proposal.hours:.2f}",
            "repaymentScheme": bool(proposal.repayment_scheme),
        }

    def _decide(self, row: SheetRow, request: TrainingRequestRow, decision: Decision) -> Outcome:
        try:
            decide(self._act, request.id, request.version, decision)
        except WrongFields as error:
            cells = [FieldError(one.pointer, one.reason, one.numbers) for one in error.fields]
            raise WrongRecord([_wrong_at(row, one) for one in cells]) from error
        except NotNow as error:
            raise WrongRecord([row.wrong("decision", error.text_key, **error.numbers)]) from error
        except OtherVersion as error:
            raise WrongRecord([row.wrong("decision", "tranches.decide.already_decided")]) from error
        self.decided.append(
            DecidedRow(
                row.number + 1, request.title, decision.outcome, decision.terms, decision.exemptions
            )
        )
        return Outcome.CHANGED

    def _decided_before(
        self,
        row: SheetRow,
        request: TrainingRequestRow,
        outcome: RequestOutcome,
        terms: GrantTerms | None,
    ) -> Outcome:
        if request.state == STATE_OF[outcome] and self._granted_so(request, terms):
            return Outcome.UNCHANGED
        raise WrongRecord([row.wrong("decision", "tranches.decide.already_decided")])

    def _granted_so(self, request: TrainingRequestRow, terms: GrantTerms | None) -> bool:
        if terms is None:
            return True
        wanted = (
            per_employee(terms.costs_cents, participants(request)),
            terms.hours,
            int(terms.repayment_scheme),
        )
        made = grants_of(self._act, request.id)
        return all((one.costs_cents, one.hours, one.repayment_scheme) == wanted for one in made)


def _request_id(row: SheetRow) -> str:
    return str(row.values.get("request_id", ""))


def _wrong_at(row: SheetRow, error: FieldError) -> WrongCell:
    # A grant as a whole is told at its costs, what is of no cell at the decision.
    otherwise = "costs" if error.pointer == "/grant" else "decision"
    return row.wrong(filled_by(error.pointer, _MEMBERS) or otherwise, error.reason, **error.numbers)
