"""What HR proposes and the management team decides about training requests (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.rulings import (
    DecidedOut,
    GrantOut,
    InterimConsentIn,
    InterimConsentOut,
    ProposalIn,
    ProposalOut,
    ProposalsOut,
    RequestDecisionIn,
    RequestDecisionOut,
    RequestDecisionsOut,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import RequestDecisionRow
from adapter.subjects.requests import decisions, interim, proposals
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.grants import grants_of
from adapter.subjects.requests.requests import visible_request
from adapter.views.findings import FindingOut

RULINGS = DescribedBlueprint(
    "rulings",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="rulings", description="Voorstellen van HR en besluiten van het MT")],
)


@RULINGS.get(
    "/training-requests/<id>/proposals",
    operation_id="listProposals",
    summary="Wat HR heeft voorgesteld, het oudste eerst; het laatste telt",
    responses={200: ProposalsOut},
)
def list_proposals(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        visible_request(act, path.id)
        rows = proposals.proposals(act, path.id)
    return answer(ProposalsOut(items=[ProposalOut.of(row) for row in rows]))


@RULINGS.post(
    "/training-requests/<id>/proposals",
    operation_id="proposeForTrainingRequest",
    summary="Stel het MT een besluit voor",
    responses={201: ProposalOut},
)
def propose_for_training_request(
    path: RecordPath, header: IfMatchHeader, body: ProposalIn
) -> Response:
    with acting(current.parts(), current.principal()) as act:
        proposals.propose(act, path.id, header.version(), body.proposal())
        newest = proposals.proposals(act, path.id)[-1]
        version = visible_request(act, path.id).row.version
    return tagged(answer(ProposalOut.of(newest), 201), version)


@RULINGS.post(
    "/training-requests/<id>/interim-consents",
    operation_id="consentToInterimRequest",
    summary="Stem vooraf in met een tussentijdse aanvraag",
    responses={201: InterimConsentOut},
)
def consent_to_interim_request(
    path: RecordPath, header: IfMatchHeader, body: InterimConsentIn
) -> Response:
    with acting(current.parts(), current.principal()) as act:
        interim.consent_to_interim(act, path.id, header.version(), body.consented_date)
        row = interim.interim_consent(act, path.id)
        assert row is not None, "it was given just now"
        version = visible_request(act, path.id).row.version
    return tagged(answer(InterimConsentOut.of(row), 201), version)


@RULINGS.get(
    "/training-requests/<id>/decisions",
    operation_id="listRequestDecisions",
    summary="De besluiten over een aanvraag, oudste eerst",
    responses={200: RequestDecisionsOut},
)
def list_request_decisions(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = visible_request(act, path.id).row
        items = [_decision(act, row, one) for one in decisions.decisions(act, path.id)]
    return answer(RequestDecisionsOut(items=items))


@RULINGS.post(
    "/training-requests/<id>/decisions",
    operation_id="decideTrainingRequest",
    summary="Ken toe, wijs af of stel uit",
    description="Een toekenning noemt kosten, uren en of de terugbetalingsregeling geldt.",
    responses={201: DecidedOut},
)
def decide_training_request(
    path: RecordPath, header: IfMatchHeader, body: RequestDecisionIn
) -> Response:
    terms = body.grant.terms() if body.grant else None
    extra = tuple(one.extra() for one in body.norm_exemptions)
    decision = decisions.Decision(body.outcome, body.decided_date, body.reason, terms, extra)
    with acting(current.parts(), current.principal()) as act:
        decision_id = decisions.decide(act, path.id, header.version(), decision)
        row = visible_request(act, path.id).row
        decided = decisions.one_decision(act, decision_id)
        made = [one for one in grants_of(act, path.id) if one.decision_id == decision_id]
        consequences = list(decisions.grant_findings(act, row, terms)) if terms else []
        decision_out = _decision(act, row, decided)
    body_out = DecidedOut(
        decision=decision_out,
        grants=[GrantOut.of(one) for one in made],
        findings=[FindingOut.of(finding, current.language()) for finding in consequences],
    )
    return tagged(answer(body_out, 201), row.version)


def _decision(act: Act, row: TrainingRequestRow, decided: RequestDecisionRow) -> RequestDecisionOut:
    noted = decisions.decision_findings(act, row, decided)
    findings = [FindingOut.of(finding, current.language()) for finding in noted]
    return RequestDecisionOut.of(decided, findings)
