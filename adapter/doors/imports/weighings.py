"""Weighings and proposals of a tranche by spreadsheet: out with what is on record, and back (P8).

A row that says what is on record already is left alone, so that a sheet can be read again. One that
says otherwise must be of the version that is on record: somebody may have changed it since.
"""

from __future__ import annotations

from typing import Any

from adapter.doors.imports.weighing_columns import LAYOUT
from adapter.doors.messages.read_by_cell import message_of
from adapter.doors.messages.rulings import ProposalIn
from adapter.doors.messages.weighings import WeighingIn
from adapter.doors.messages.wrong_fields import FieldError
from adapter.ground.spreadsheets import template
from adapter.ground.spreadsheets.row_by_row import (
    Outcome,
    WrittenDown,
    WrongRecord,
    write_down,
)
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow
from adapter.ground.spreadsheets.wrong_cells import WrongCell
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.tranches.weighings import WEIGHED_IN, weigh_and_propose
from adapter.views.dossier.dossier import Dossier, DossierEntry, make_dossier
from config.catalogue import Language
from policy.money import euros
from policy.tranches import Tranche
from policy.weighing import Criterion

_SCORES = tuple(str(one) for one in Criterion)
_PROPOSED = ("outcome", "reason", "grant")


def weighing_sheet(dossier: Dossier, language: Language) -> bytes:
    """A row per request that can still be weighed, in the order of the ranking."""
    rows = [_cells(dossier, one) for one in dossier.entries if one.row.state in WEIGHED_IN]
    return template.render(LAYOUT, language, rows)


def import_weighings(
    act: Act, tranche: Tranche, sheet: Sheet, *, valid_rows: bool = False, dry_run: bool = False
) -> WrittenDown:
    """Score and propose as the sheet says; `act.kept` says whether it stays."""
    entries = {one.row.id: one for one in make_dossier(act, tranche).entries}
    written = write_down(
        act.connection, sheet, sheet.rows, lambda row: _ruled(act, row, sheet, entries)
    )
    act.kept = written.is_kept(valid_rows=valid_rows, dry_run=dry_run)
    return written


def _cells(dossier: Dossier, entry: DossierEntry) -> dict[str, object]:
    row, weighing, proposal = entry.row, entry.weighing, entry.proposal
    scored = {} if weighing is None else weighing.scores
    cells: dict[str, object] = {
        "request": row.id,
        "version": row.version,
        "title": row.title,
        "manager": dossier.staff.name(row.submitted_by),
        "asked": row.costs_cents / 100,
        "costs": (row.costs_cents if proposal is None else proposal.costs_cents or 0) / 100,
        "hours": float(row.hours if proposal is None or proposal.hours is None else proposal.hours),
    }
    for name in _SCORES if scored else ():
        cells[f"{name}_score"] = scored[name]["score"]
        cells[f"{name}_reason"] = scored[name]["reason"]
    if proposal is not None:
        cells |= {
            "outcome": template.Code(proposal.outcome),
            "why": proposal.reason,
            "scheme": template.Code("yes" if proposal.repayment_scheme else "no"),
        }
    return cells


def _ruled(act: Act, row: SheetRow, sheet: Sheet, entries: dict[str, DossierEntry]) -> Outcome:
    """Raises `WrongRecord` with every cell that is."""
    body: dict[str, Any] = {}
    wrong = LAYOUT.fill(body, sheet, row)
    entry = entries.get(str(row.values.get("request", "")).strip())
    if entry is None:
        raise WrongRecord([row.wrong("request", "unknown_record"), *wrong])
    scored = {name: body[name] for name in _SCORES if name in body}
    proposed = {name: body[name] for name in _PROPOSED if name in body}
    if "outcome" in proposed and proposed["outcome"] != "grant":
        proposed.pop("grant", None)
    weighs = bool(scored) and scored != _weighing_on_record(entry)
    proposes = "outcome" in proposed and proposed != _proposal_on_record(entry)
    if not wrong and not weighs and not proposes:
        return Outcome.UNCHANGED
    weighing = _message(WeighingIn, scored, row, wrong) if weighs else None
    proposal = _message(ProposalIn, proposed, row, wrong) if proposes else None
    if wrong:
        raise WrongRecord(wrong)
    try:
        _rule(act, entry, _version(row), weighing, proposal)
    except WrongFields as error:
        raise WrongRecord(
            [
                _wrong_at(row, FieldError(one.pointer, one.reason, one.numbers))
                for one in error.fields
            ]
        ) from error
    except OtherVersion as error:
        raise WrongRecord([row.wrong("version", "other_version")]) from error
    except NotNow as error:
        raise WrongRecord([row.wrong("request", error.text_key, **error.numbers)]) from error
    return Outcome.CHANGED


def _rule(
    act: Act,
    entry: DossierEntry,
    version: int,
    weighing: WeighingIn | None,
    proposal: ProposalIn | None,
) -> None:
    scores = None if weighing is None else weighing.scores()
    wanted = None if proposal is None else proposal.proposal()
    weigh_and_propose(act, entry.row, version, scores, wanted)


def _version(row: SheetRow) -> int:
    given = row.values.get("version")
    try:
        return int(str(given).partition(".")[0])
    except ValueError:
        return -1


def _weighing_on_record(entry: DossierEntry) -> dict[str, Any]:
    if entry.weighing is None:
        return {}
    return {name: dict(entry.weighing.scores[name]) for name in _SCORES}


def _proposal_on_record(entry: DossierEntry) -> dict[str, Any]:
    proposal = entry.proposal
    if proposal is None:
        return {}
    on_record: dict[str, Any] = {"outcome": proposal.outcome, "reason": proposal.reason}
    if proposal.costs_cents is not None and proposal.hours is not None:
        on_record["grant"] = {
            "costsEur": euros(proposal.costs_cents),
            "hours": f"{proposal.hours:.2f}",
            "repaymentScheme": bool(proposal.repayment_scheme),
        }
    return on_record


def _message(model: Any, body: dict[str, Any], row: SheetRow, wrong: list[WrongCell]) -> Any:
    return message_of(
        model,
        body,
        wrong,
        at=lambda one: _wrong_at(row, one),
        place=lambda one: one.column,
    )


def _wrong_at(row: SheetRow, error: FieldError) -> WrongCell:
    column = LAYOUT.column_of(error.pointer) or LAYOUT.column_of(f"{error.pointer}/score")
    return row.wrong(column, error.reason, **error.numbers)
