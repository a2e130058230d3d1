"""`…/legal-assessments`: HR settles whether training is mandatory by law (P6, A27)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.legal_assessments import (
    LegalAssessmentIn,
    LegalAssessmentOut,
    LegalAssessmentsOut,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.subjects.requests import statutory
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.grants import one_grant
from adapter.subjects.requests.requests import visible_request

LEGAL_ASSESSMENTS = DescribedBlueprint(
    "legal_assessments",
    __name__,
    url_prefix="/v1",
    abp_tags=[
        Tag(name="legal-assessments", description="Wettelijk verplicht, vastgesteld door HR")
    ],
)


@LEGAL_ASSESSMENTS.get(
    "/training-requests/<id>/legal-assessments",
    operation_id="listLegalAssessments",
    summary="Wat HR heeft vastgesteld, het oudste eerst; het laatste telt",
    responses={200: LegalAssessmentsOut},
)
def list_legal_assessments(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        visible_request(act, path.id)
        rows = statutory.assessments(act, request_id=path.id)
    return answer(LegalAssessmentsOut(items=[LegalAssessmentOut.of(row) for row in rows]))


@LEGAL_ASSESSMENTS.post(
    "/training-requests/<id>/legal-assessments",
    operation_id="assessTrainingRequest",
    summary="Stel vast of de opleiding wettelijk verplicht is",
    description="Geldt ook voor de toekenningen van de aanvraag, die opnieuw worden beoordeeld.",
    responses={201: LegalAssessmentOut},
)
def assess_training_request(path: RecordPath, body: LegalAssessmentIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        statutory.assess_request(act, path.id, body.content())
        newest = statutory.assessments(act, request_id=path.id)[-1]
    return answer(LegalAssessmentOut.of(newest), 201)


@LEGAL_ASSESSMENTS.get(
    "/grants/<id>/legal-assessments",
    operation_id="listLegalAssessmentsOfGrant",
    summary="Wat HR heeft vastgesteld over een toekenning zonder aanvraag",
    responses={200: LegalAssessmentsOut},
)
def list_legal_assessments_of_grant(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        one_grant(act, path.id)
        rows = statutory.assessments(act, grant_id=path.id)
    return answer(LegalAssessmentsOut(items=[LegalAssessmentOut.of(row) for row in rows]))


@LEGAL_ASSESSMENTS.post(
    "/grants/<id>/legal-assessments",
    operation_id="assessGrant",
    summary="Stel vast of de opleiding van een omgezette toezegging wettelijk verplicht is",
    responses={201: LegalAssessmentOut},
)
def assess_grant(path: RecordPath, body: LegalAssessmentIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        statutory.assess_grant(act, path.id, body.content())
        newest = statutory.assessments(act, grant_id=path.id)[-1]
    return answer(LegalAssessmentOut.of(newest), 201)
