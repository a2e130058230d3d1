"""*Besluiten*: the management team decides a tranche, one request per screen (Visie §6, §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from adapter.doors.messages.rulings import InterimConsentIn, RequestDecisionIn
from adapter.doors.pages.act_forms import ActField, ActForm, Look, carry_out
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import (
    Errors,
    FormField,
    WrongForm,
    as_typed,
    not_now,
    read_form,
    refused,
)
from adapter.doors.pages.meanwhile import (
    BEGUN,
    SEEN,
    carried_over,
    marks,
    touched,
    version_to_go_by,
)
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.tranche_calendar import tranche_by_name, tranches_up_to_the_next
from adapter.ground.spreadsheets import cells
from adapter.subjects.requests import decisions
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.decisions import Decision
from adapter.subjects.requests.interim import consent_to_interim, interim_consent
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from adapter.views.dossier.dossier import DECIDED, TO_DECIDE, DossierEntry, make_dossier
from adapter.views.dossier.pages import request_section
from config.catalogue import text
from policy.money import euros
from policy.request_states import RequestOutcome
from policy.trajectories import NECESSARY
from policy.tranches import Procedure

DECISIONS = Blueprint("decisions", __name__)
_ALWAYS = (
    FormField("outcome", "/outcome"),
    FormField("decided", "/decidedDate", cells.day),
    FormField("reason", "/reason"),
)
_EXEMPTIONS = FormField("exemption", "/normExemptions")
"""Ticked, and read here."""
_OF_A_GRANT = (
    FormField("costs", "/grant/costsEur", cells.two_places),
    FormField("hours", "/grant/hours", cells.two_places),
)


_TYPED = ("outcome", "decided", "reason", "costs", "hours", "scheme")
_CONSENT = ActForm(
    "consent_to_interim",
    InterimConsentIn,
    (ActField("consented_on", "/consentedDate", Look.DAY),),
)


@DECISIONS.get("/besluiten")
def show_all() -> Response:
    return page("decisions.html.jinja", tranches=list(reversed(tranches_up_to_the_next())))


@DECISIONS.get("/besluiten/<name>")
def show(name: str) -> Response:
    tranche = tranche_by_name(name)
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche)
    undecided = [one for one in dossier.entries if one.row.state not in DECIDED]
    to_decide = [one for one in undecided if one.row.state in TO_DECIDE]
    return page(
        "decisions_of_tranche.html.jinja",
        tranche=tranche,
        dossier=dossier,
        to_decide=to_decide,
        waiting_for_hr=len(undecided) - len(to_decide),
        done=what_was_done(),
    )


@DECISIONS.get("/besluiten/<name>/<request_id>")
def show_one(name: str, request_id: str) -> Response:
    return _page(name, request_id, None, {})


@DECISIONS.post("/besluiten/<name>/<request_id>")
def decide(name: str, request_id: str) -> Response:
    """Grant, reject or defer; with a grant the exemptions from the hours norm in the same act."""
    form = request.form
    granting = form.get("outcome") == RequestOutcome.GRANT
    fields = (*_ALWAYS, *(_OF_A_GRANT if granting else ()))
    try:
        message = read_form(
            fields,
            form,
            RequestDecisionIn,
            beside=(_EXEMPTIONS,),
            **_given(granting=granting),
        )
        with acting(current.parts(), current.principal()) as act:
            decision = Decision(
                message.outcome,
                message.decided_date,
                message.reason,
                message.grant.terms() if message.grant else None,
                tuple(one.extra() for one in message.norm_exemptions),
            )
            decisions.decide(act, request_id, version_to_go_by(), decision)
    except WrongForm as wrong:
        return _page(name, request_id, form, wrong.errors)
    except WrongFields as refusal:
        return _page(
            name, request_id, form, refused((*_ALWAYS, *_OF_A_GRANT, _EXEMPTIONS), refusal).errors
        )
    except OtherVersion:
        return _page(name, request_id, form, {SEEN: say("decision.changed_meanwhile")})
    except NotNow as refusal:
        return _page(name, request_id, form, {"": not_now(refusal)})
    return _to_the_next(name, request_id)


@DECISIONS.post("/besluiten/<name>/<request_id>/instemmen")
def consent(name: str, request_id: str) -> Response:
    """To an interim request, before it is considered (P2)."""

    def run(act: Act, message: InterimConsentIn, version: int) -> None:
        consent_to_interim(act, request_id, version, message.consented_date)

    wrong = carry_out(_CONSENT, run)
    if wrong is not None:
        return _page(name, request_id, None, {}, consent=wrong)
    return back_to("decisions.show_one", "interim_consented", name=name, request_id=request_id)


def _given(*, granting: bool) -> dict[str, Any]:
    """What is ticked rather than typed."""
    form = request.form
    if not granting:
        return {}
    exemptions = [_exemption(ticked) for ticked in form.getlist("exemption")]
    return {
        "grant": {"repaymentScheme": form.get("scheme") == "ja"},
        "normExemptions": exemptions,
    }


def _exemption(ticked: str) -> dict[str, Any]:
    """From the value of the box; what is none of ours is refused as a message would be."""
    employee, _, rest = ticked.partition("|")
    year, _, hours = rest.partition("|")
    number = int(year) if year.isdecimal() and len(year) == 4 else 0
    return {"employeeId": employee, "year": number, "extraHours": hours}


def _to_the_next(name: str, request_id: str) -> Response:
    """The next request that can be decided, in the order of the ranking; else the whole tranche."""
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche_by_name(name))
    order = [one.row.id for one in dossier.entries]
    waiting = [one.row.id for one in dossier.entries if one.row.state in TO_DECIDE]
    after = [one for one in waiting if order.index(one) > order.index(request_id)]
    if not waiting and all(one.row.state in DECIDED for one in dossier.entries):
        return back_to("decisions.show", "all_decided", name=name)
    if not waiting:
        return back_to("decisions.show", "all_proposed_decided", name=name)
    following = (after or waiting)[0]
    return back_to("decisions.show_one", "decided", name=name, request_id=following)


def _page(
    name: str,
    request_id: str,
    form: Any,
    errors: Errors,
    *,
    consent: ActForm | None = None,
) -> Response:
    tranche = tranche_by_name(name)
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche)
        today = act.today
        consented = interim_consent(act, request_id) is not None
    entry = next((one for one in dossier.entries if one.row.id == request_id), None)
    if entry is None:
        raise Problem(Kind.NOT_FOUND)
    place = dossier.entries.index(entry)
    section = request_section(dossier, entry, current.parts().policy, current.language())
    decided, to_decide = entry.row.state in DECIDED, entry.row.state in TO_DECIDE
    if consent is None and entry.row.procedure == Procedure.INTERIM and not (consented or decided):
        begun = replace(_CONSENT, version=entry.row.version)
        consent = begun.starting_with(consented_on=today.isoformat())
    now = _values(entry, today.isoformat())
    return page(
        "decision.html.jinja",
        422 if errors or (consent and consent.errors) else 200,
        tranche=tranche,
        dossier=dossier,
        entry=entry,
        place=place,
        before=dossier.entries[place - 1] if place else None,
        after=dossier.entries[place + 1] if place + 1 < len(dossier.entries) else None,
        section=section,
        above=[one for one in entry.norm if one.hours.excess],
        can_exempt=entry.row.ground in NECESSARY,
        decided=decided,
        to_decide=to_decide,
        consent=consent,
        version=entry.row.version if form is None else version_to_go_by(),
        begun=marks(_TYPED, now) if form is None or SEEN in errors else form.get(BEGUN, ""),
        values=now if form is None else _sent(form, now, errors),
        lost=[] if form is None or to_decide else _lost(form, now),
        exempted=[] if form is None else form.getlist("exemption"),
        outcomes=tuple(RequestOutcome),
        errors=errors,
        done=what_was_done(),
    )


def _sent(form: Any, now: dict[str, str], errors: Errors) -> dict[str, str]:
    """What was filled in; where HR proposed anew, only what somebody touched."""
    filled_in = {name: form.get(name, "") for name in _TYPED}
    if SEEN not in errors:
        return filled_in
    names = touched(_TYPED, filled_in, form.get(BEGUN, ""), now)
    return carried_over(filled_in, names, now)


def _lost(form: Any, now: dict[str, str]) -> list[tuple[str, str]]:
    """What is called how, and what was filled in of a request that cannot be decided any more."""
    filled_in = {name: str(form.get(name, "")) for name in _TYPED}
    names = touched(_TYPED, filled_in, form.get(BEGUN, ""), now)
    labels = {
        "outcome": say("decision.decide"),
        "reason": say("decision.reason"),
        "costs": say("decision.costs"),
        "hours": say("decision.hours"),
    }
    if filled_in["outcome"] in tuple(RequestOutcome):
        key = f"tranches.outcome.{filled_in['outcome']}"
        filled_in["outcome"] = text(key, current.language())
    return [(label, filled_in[name]) for name, label in labels.items() if name in names]


def _values(entry: DossierEntry, today: str) -> dict[str, str]:
    """What HR proposes; the management team may depart from it, with a reason."""
    proposal, row = entry.proposal, entry.row
    costs = None if proposal is None else proposal.costs_cents
    hours = None if proposal is None else proposal.hours
    scheme = proposal is not None and bool(proposal.repayment_scheme)
    return {
        "outcome": "" if proposal is None else proposal.outcome,
        "decided": today,
        "reason": "",
        "costs": as_typed(euros(row.costs_cents if costs is None else costs)),
        "hours": as_typed(f"{row.hours if hours is None else hours:.2f}"),
        "scheme": "ja" if scheme else "",
    }
