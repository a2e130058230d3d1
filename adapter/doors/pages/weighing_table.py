"""All requests of a tranche in one table: HR scores and proposes without leaving it (Visie §4, P8).

A row that was filled in is kept by itself; one with a fault stands there again as it was typed, and
one that somebody else changed meanwhile with what stands there now beside it. One reason in the
table counts for each criterion that was scored; where they differ, the reasons of before stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from adapter.doors.pages.meanwhile import BEGUN, SEEN, carried_over, marks, plain, touched
from adapter.doors.pages.reading import version_of
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.ground.spreadsheets import cells
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.proposals import Proposal
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.subjects.tranches.weighings import WEIGHED_IN, Score, weigh_and_propose
from adapter.views.dossier.dossier import Dossier, DossierEntry
from config.catalogue import text
from policy.money import euros
from policy.request_states import RequestOutcome
from policy.weighing import Criterion

SCORES = tuple(str(one) for one in Criterion)
_OF_PROPOSAL = ("outcome", "costs", "scheme", "why")
NAMES = (*SCORES, "reason", *_OF_PROPOSAL)
"""What can be filled in of a request."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One row of the form as it was sent. `begun` are the marks of what it began with; `version`
    is that which was read, or was seen since with a tick."""

    values: Mapping[str, str]
    begun: str
    version: str
    errors: Errors

    def touched(self, now: Mapping[str, str]) -> frozenset[str]:
        return touched(NAMES, self.values, self.begun, now)

    def differs(self, now: Mapping[str, str]) -> bool:
        """Whether something was filled in that does not stand there yet."""
        return any(self.values[name] != now[name] for name in self.touched(now))


@dataclass(frozen=True, slots=True)
class TableRow:
    """`values` are as they are on record, or as somebody typed them; names as in the form, without
    the id of the request."""

    entry: DossierEntry
    open: bool
    """Whether it can be weighed and proposed now."""
    values: Mapping[str, str]
    begun: str
    version: str
    errors: Errors
    beside: tuple[tuple[str, str], ...] = ()
    """What is called how, and what is there as well: what stands there now beside what was typed,
    or what was typed beside what cannot be changed any more."""


@dataclass(frozen=True, slots=True)
class GoneRow:
    """What was typed of a request that is not in the tranche any more."""

    request_id: str
    beside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """`refused` by request: the rows that could not be kept; those in `gone` stand no more in the
    tranche."""

    kept: int
    refused: Mapping[str, Sent]
    gone: tuple[GoneRow, ...] = ()

    @property
    def not_kept(self) -> int:
        return len(self.refused) + len(self.gone)


NOTHING_SAVED = Saved(0, {})


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
    return [_row(entry, saved.refused.get(entry.row.id)) for entry in dossier.entries]


def _row(entry: DossierEntry, sent: Sent | None) -> TableRow:
    now = on_record(entry)
    fresh = TableRow(
        entry=entry,
        open=entry.row.state in WEIGHED_IN,
        values=now,
        begun=marks(NAMES, now),
        version=str(entry.row.version),
        errors={},
    )
    if sent is None:
        return fresh
    names = sent.touched(now)
    if not fresh.open:
        typed = _in_words(sent.values, names)
        return replace(fresh, errors=sent.errors, beside=typed)
    if SEEN not in sent.errors:
        return replace(
            fresh,
            values=sent.values,
            begun=sent.begun,
            version=sent.version,
            errors=sent.errors,
        )
    values = carried_over(sent.values, names, now)
    others = touched(NAMES, now, sent.begun, now) or names
    return replace(
        fresh,
        values=values,
        version=sent.version,
        errors=sent.errors,
        beside=_in_words(now, others),
    )


def on_record(entry: DossierEntry) -> dict[str, str]:
    """What a row of the form begins with, in fields of one line."""
    values = {"reason": _shared_reason(entry.weighing)}
    for name in SCORES:
        scored = None if entry.weighing is None else entry.weighing.scores[name]["score"]
        values[name] = "" if scored is None else str(scored)
    values |= _proposed(entry.row, entry.proposal)
    return {name: plain(value) for name, value in values.items()}


def save(dossier: Dossier, form: Mapping[str, str]) -> Saved:
    """Keep every row that somebody filled in, each in a transaction of its own."""
    kept, refused_rows = 0, {}
    for entry in dossier.entries:
        now, sent = on_record(entry), _sent(entry.row.id, form)
        if sent is None or not sent.differs(now):
            continue
        try:
            _keep(entry, now, sent)
        except WrongForm as wrong:
            refused_rows[entry.row.id] = replace(sent, errors=wrong.errors)
            continue
        kept += 1
    return Saved(kept, refused_rows, _gone(dossier, form))


def _sent(request_id: str, form: Mapping[str, str]) -> Sent | None:
    """None for a row that the form does not hold: it came into the tranche since, or could not be
    weighed."""
    if f"version-{request_id}" not in form:
        return None
    return Sent(
        values={name: plain(form.get(f"{name}-{request_id}", "")) for name in NAMES},
        begun=form.get(f"{BEGUN}-{request_id}", ""),
        version=form.get(f"{SEEN}-{request_id}", "") or form[f"version-{request_id}"],
        errors={},
    )


def _gone(dossier: Dossier, form: Mapping[str, str]) -> tuple[GoneRow, ...]:
    here = {entry.row.id for entry in dossier.entries}
    sent_ids = (name.removeprefix("version-") for name in form if name.startswith("version-"))
    found = []
    for request_id in sent_ids:
        sent = None if request_id in here else _sent(request_id, form)
        names = frozenset() if sent is None else sent.touched(sent.values)
        if sent is not None and names:
            found.append(GoneRow(request_id, _in_words(sent.values, names)))
    return tuple(found)


def _in_words(values: Mapping[str, str], names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those of these names, as people read them."""
    language, chosen = current.language(), frozenset(names)
    labels = {
        **{name: say("tranche.criterion", criterion=at) for at, name in enumerate(SCORES, 1)},
        "reason": say("form.reason"),
        "outcome": say("tranche.proposal"),
        "costs": say("tranche.costs"),
        "scheme": say("tranche.scheme"),
        "why": say("tranche.why"),
    }
    told = []
    for name in NAMES:
        value = values[name]
        if name == "scheme":
            value = text(f"tranches.word.{'yes' if value else 'no'}", language)
        elif name == "outcome" and value in tuple(RequestOutcome):
            value = text(f"tranches.outcome.{value}", language)
        if name in chosen:
            told.append((labels[name], value or "–"))
    return tuple(told)


def _keep(entry: DossierEntry, before: Mapping[str, str], sent: Sent) -> None:
    """Raises `WrongForm`."""
    version, values = version_of(sent.version), sent.values
    try:
        if entry.row.state not in WEIGHED_IN:
            raise NotNow("not_weighed_now", state=entry.row.state)
        if version != entry.row.version:
            raise OtherVersion
        scores, wanted = _scores(entry, before, values), _proposal(entry, before, values)
        with acting(current.parts(), current.principal()) as act:
            weigh_and_propose(act, entry.row, version, scores, wanted)
    except WrongFields as refusal:
        raise refused((*WEIGHED, *PROPOSED), refusal) from refusal
    except OtherVersion as refusal:
        raise WrongForm({SEEN: say("tranche.changed_meanwhile")}) from refusal
    except NotNow as refusal:
        raise WrongForm({"": not_now(refusal)}) from refusal


def _scores(
    entry: DossierEntry, before: Mapping[str, str], values: Mapping[str, str]
) -> dict[Criterion, Score] | None:
    """None where nothing of them was filled in. Raises `WrongForm`."""
    if not any(values[name] != before[name] for name in (*SCORES, "reason")):
        return None
    if not any(values[name] for name in SCORES):
        none_yet = entry.weighing is None
        why = say("tranche.no_scores") if none_yet else say("tranche.scores_stay")
        raise WrongForm({SCORES[0]: why})
    # A shared reason that was emptied is missing; those that differ stay where none is given.
    emptied = bool(before["reason"]) and not values["reason"]
    if values["reason"] == before["reason"]:
        values = {**values, "reason": ""}
    given = {} if emptied else _reasons(entry.weighing)
    return read_form(WEIGHED, values, WeighingIn, **given).scores()


def _proposal(
    entry: DossierEntry, before: Mapping[str, str], values: Mapping[str, str]
) -> Proposal | None:
    """None where nothing of it was filled in. Raises `WrongForm`."""
    changed = {name for name in _OF_PROPOSAL if values[name] != before[name]}
    if not changed:
        return None
    if not values["outcome"]:
        none_yet = entry.proposal is None
        why = say("tranche.no_outcome") if none_yet else say("tranche.proposal_stays")
        raise WrongForm({"outcome": why})
    if values["outcome"] != RequestOutcome.GRANT:
        # A proposal of another kind has no place for these.
        lost = [name for name in ("costs", "scheme") if name in changed and values[name]]
        if lost:
            raise WrongForm(dict.fromkeys(lost, say("tranche.only_when_granting")))
    if entry.proposal is not None and values["why"] == before["why"]:
        values = {**values, "why": entry.proposal.reason}
    fields = _proposal_fields(values)
    return read_form(fields, values, ProposalIn, **_hours(entry, values)).proposal()


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


def _proposal_fields(values: Mapping[str, str]) -> tuple[FormField, ...]:
    return PROPOSED if values["outcome"] == RequestOutcome.GRANT else PROPOSED[:2]


def _hours(entry: DossierEntry, values: Mapping[str, str]) -> dict[str, Any]:
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
