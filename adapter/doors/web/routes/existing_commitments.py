"""`/v1/existing-commitments`: what was promised before the policy, wound up one by one."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.existing_commitments import (
    CommitmentDecisionIn,
    CommitmentProposalIn,
    ExistingCommitmentIn,
    ExistingCommitmentOut,
    ExistingCommitmentsOut,
    ExistingCommitmentsQuery,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.subjects.requests import commitment_decisions, commitments
from adapter.subjects.requests.acts import Act, acting, looking

EXISTING_COMMITMENTS = DescribedBlueprint(
    "existing_commitments",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="existing-commitments", description="Bestaande toezeggingen (Visie §9.1)")],
)


@EXISTING_COMMITMENTS.get(
    "/existing-commitments",
    operation_id="listExistingCommitments",
    summary="De bestaande toezeggingen, of alleen die van één status of zonder besluit",
    responses={200: ExistingCommitmentsOut},
)
def list_existing_commitments(query: ExistingCommitmentsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = commitment_decisions.page_of_commitments(
            act, query.cut, query.state, undecided=query.undecided
        )
        ruled = commitment_decisions.with_rulings(act, found.items)
    items = [ExistingCommitmentOut.of(one.row, one.proposals, one.decision) for one in ruled]
    return paged(ExistingCommitmentsOut(items=items), found.after)


@EXISTING_COMMITMENTS.post(
    "/existing-commitments",
    operation_id="recordExistingCommitment",
    summary="Leg een toezegging vast met haar eigen voorwaarden",
    description="200 als hetzelfde kenmerk er al met dezelfde inhoud is.",
    responses={200: ExistingCommitmentOut, 201: ExistingCommitmentOut},
)
def record_existing_commitment(body: ExistingCommitmentIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        commitment_id, new = commitments.record_commitment(act, body.content())
        shown = _commitment(act, commitments.one_commitment(act, commitment_id))
    response = answer(shown, 201 if new else 200)
    response.headers["Location"] = f"/v1/existing-commitments/{commitment_id}"
    return response


@EXISTING_COMMITMENTS.get(
    "/existing-commitments/<id>",
    operation_id="getExistingCommitment",
    summary="Eén bestaande toezegging",
    responses={200: ExistingCommitmentOut},
)
def get_existing_commitment(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return answer(_commitment(act, commitments.one_commitment(act, path.id)))


@EXISTING_COMMITMENTS.post(
    "/existing-commitments/<id>/proposals",
    operation_id="proposeForExistingCommitment",
    summary="Stel het MT voor: nakomen, omzetten of laten vervallen",
    responses={201: ExistingCommitmentOut},
)
def propose_for_existing_commitment(path: RecordPath, body: CommitmentProposalIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        commitment_decisions.propose_for_commitment(act, path.id, body.outcome, body.reason)
        return answer(_commitment(act, commitments.one_commitment(act, path.id)), 201)


@EXISTING_COMMITMENTS.post(
    "/existing-commitments/<id>/decisions",
    operation_id="decideExistingCommitment",
    summary="Besluit over één toezegging; dat gebeurt één keer",
    responses={201: ExistingCommitmentOut},
)
def decide_existing_commitment(path: RecordPath, body: CommitmentDecisionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        commitment_decisions.decide_commitment(act, path.id, body.decision())
        return answer(_commitment(act, commitments.one_commitment(act, path.id)), 201)


def _commitment(act: Act, row: CommitmentRow) -> ExistingCommitmentOut:
    [ruled] = commitment_decisions.with_rulings(act, [row])
    return ExistingCommitmentOut.of(row, ruled.proposals, ruled.decision)
