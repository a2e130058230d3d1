"""All requests of a tranche in one table: HR scores and proposes without leaving it (Visie §4, P8).

A row that was filled in is kept by itself; one with a fault stands there again as it was typed. One
reason in the table counts for each criterion that was scored; where they differ, the reasons of
before stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapter.doors.messages.rulings import ProposalIn
from adapter.doors.messages.weighings import WeighingIn
from adapter.doors.pages.form_values import (
    Errors,
    FormField,
    WrongForm,
    as_typed,
    not_now,
    read_form,
    refused,
)
from adapter.doors.pages.reading import version_of
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.ground.spreadsheets import cells
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.subjects.requests.acts import Act, acting
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.tranches.weighings import WEIGHED_IN, weigh_and_propose
from adapter.views.dossier.dossier import Dossier, DossierEntry
from policy.money import euros
from policy.request_states import RequestOutcome
from policy.weighing import Criterion

SCORES = tuple(str(one) for one in Criterion)


@dataclass(frozen=True, slots=True)
class TableRow:
    """`values` are as they are on record, or as somebody typed them; names as in the form, without
    the id of the request."""

    entry: DossierEntry
    open: bool
    """Whether it can be weighed and proposed now."""
    values: Mapping[str, str]
    errors: Errors


@dataclass(frozen=True, slots=True)
class Saved:
    """`typed` and `errors` by request, of the rows that could not be kept."""

    kept: int
    typed: Mapping[str, Mapping[str, str]]
    errors: Mapping[str, Errors]


NOTHING_SAVED = Saved(0, {}, {})


def where_to_go_on(rows: Iterable[TableRow]) -> str | None:
    """The field that the keyboard is put in after saving: the first that is wrong, else the first
    score of a row that lacks scores or a proposal. None when there is nothing left to fill in."""
    open_rows = [one for one in rows if one.open]
    for row in open_rows:
        wrong = next((name for name in row.errors if name), SCORES[0])
        if row.errors:
            return f"{wrong}-{row.entry.row.id}"
    for row in open_rows:
        if row.entry.weighing is None or row.entry.proposal is None:
            return f"{SCORES[0]}-{row.entry.row.id}"
    return None


def table_rows(dossier: Dossier, saved: Saved = NOTHING_SAVED) -> list[TableRow]:
    return [
        TableRow(
            entry=entry,
            open=entry.row.state in WEIGHED_IN,
            values=saved.typed.get(entry.row.id) or on_record(entry),
            errors=saved.errors.get(entry.row.id, {}),
        )
        for entry in dossier.entries
    ]


def on_record(entry: DossierEntry) -> dict[str, str]:
    """What a row of the form begins with."""
    values = {"version": str(entry.row.version), "reason": _shared_reason(entry.weighing)}
    for name in SCORES:
        scored = None if entry.weighing is None else entry.weighing.scores[name]["score"]
        values[name] = "" if scored is None else str(scored)
    return values | _proposed(entry.row, entry.proposal)


def save(dossier: Dossier, form: Mapping[str, str]) -> Saved:
    """Keep every row that differs from what is on record, each in a transaction of its own."""
    kept, typed, errors = 0, {}, {}
    for entry in dossier.entries:
        before, values = on_record(entry), _typed(entry, form)
        if entry.row.state not in WEIGHED_IN or not _differs(values, before):
            continue
        try:
            with acting(current.parts(), current.principal()) as act:
                _keep(act, entry, before, values)
        except WrongForm as wrong:
            typed[entry.row.id], errors[entry.row.id] = values, wrong.errors
            continue
        kept += 1
    return Saved(kept, typed, errors)


def _typed(entry: DossierEntry, form: Mapping[str, str]) -> dict[str, str]:
    """Empty for a row that the form does not hold: it came into the tranche since."""
    names = ("version", "reason", *SCORES, "outcome", "costs", "scheme", "why")
    if f"version-{entry.row.id}" not in form:
        return {}
    return {name: str(form.get(f"{name}-{entry.row.id}", "")).strip() for name in names}


def _differs(values: dict[str, str], before: dict[str, str]) -> bool:
    """What was typed; that somebody else made another version shows when it is kept."""
    return any(values[name] != before[name] for name in values.keys() - {"version"})


def _keep(act: Act, entry: DossierEntry, before: dict[str, str], values: dict[str, str]) -> None:
    """Raises `WrongForm`."""
    version = version_of(values["version"])
    scored = any(values[name] != before[name] for name in (*SCORES, "reason"))
    proposed = any(values[name] != before[name] for name in ("outcome", "costs", "scheme", "why"))
    scores = wanted = None
    if scored and any(values[name] for name in SCORES):
        weighed = read_form(WEIGHED, values, WeighingIn, **_reasons(entry.weighing))
        scores = weighed.scores()
    if proposed and values["outcome"]:
        fields = _proposal_fields(values)
        wanted = read_form(fields, values, ProposalIn, **_hours(entry, values)).proposal()
    try:
        weigh_and_propose(act, entry.row, version, scores, wanted)
    except WrongFields as refusal:
        raise refused((*WEIGHED, *PROPOSED), refusal) from refusal
    except OtherVersion as refusal:
        raise WrongForm({"": say("form.changed_meanwhile")}) from refusal
    except NotNow as refusal:
        raise WrongForm({"": not_now(refusal)}) from refusal


WEIGHED = tuple(
    field
    for name in SCORES
    for field in (
        FormField(name, f"/{name}/score", cells.whole),
        FormField("reason", f"/{name}/reason"),
    )
)
PROPOSED = (
    FormField("outcome", "/outcome"),
    FormField("why", "/reason"),
    FormField("costs", "/grant/costsEur", cells.two_places),
)


def _reasons(weighing: WeighingRow | None) -> dict[str, Any]:
    """Those of before, which stay where no other is given."""
    if weighing is None:
        return {}
    return {name: {"reason": weighing.scores[name]["reason"]} for name in SCORES}


def _proposal_fields(values: dict[str, str]) -> tuple[FormField, ...]:
    return PROPOSED if values["outcome"] == RequestOutcome.GRANT else PROPOSED[:2]


def _hours(entry: DossierEntry, values: dict[str, str]) -> dict[str, Any]:
    """Of a grant: the hours that were asked for, and whether the scheme holds."""
    if values["outcome"] != RequestOutcome.GRANT:
        return {}
    return {
        "grant": {
            "hours": f"{entry.row.hours:.2f}",
            "repaymentScheme": values["scheme"] == "ja",
        }
    }


def _shared_reason(weighing: WeighingRow | None) -> str:
    reasons = set() if weighing is None else {weighing.scores[one]["reason"] for one in SCORES}
    return str(reasons.pop()) if len(reasons) == 1 else ""


def _proposed(row: TrainingRequestRow, proposal: RequestProposalRow | None) -> dict[str, str]:
    costs = row.costs_cents if proposal is None else proposal.costs_cents
    scheme = False if proposal is None else bool(proposal.repayment_scheme)
    return {
        "outcome": "" if proposal is None else proposal.outcome,
        "costs": as_typed(euros(row.costs_cents if costs is None else costs)),
        "scheme": "ja" if scheme else "",
        "why": "" if proposal is None else proposal.reason,
    }
