"""`/v1/in-company-sessions/{id}/participants`: sign-up, consent, attendance (Visie §5, §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.sign_ups import (
    ConsequenceIn,
    ParticipantOut,
    ParticipantsOut,
    SignUpIn,
    SignUpPath,
    SignUpStepIn,
    SignUpTransitionOut,
    SignUpTransitionsOut,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.ground.store.tables.in_company import SignUpStepRow
from adapter.register.keys import Role
from adapter.subjects.in_company import absences, records, sign_ups
from adapter.subjects.in_company.records import SignUpOfEmployee
from adapter.subjects.requests.acts import Act, acting, looking

PARTICIPANTS = DescribedBlueprint(
    "participants",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="participants", description="Deelname aan incompany-opleiding (Visie §5)")],
)


@PARTICIPANTS.get(
    "/in-company-sessions/<id>/participants",
    operation_id="listParticipants",
    summary="De aanmeldingen die u mag zien, in volgorde van aanmelding",
    responses={200: ParticipantsOut},
)
def list_participants(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        records.one_session(act, path.id)
        rows = sign_ups.visible_sign_ups(act, path.id)
        items = [_participant(act, row) for row in rows]
    return answer(ParticipantsOut(items=items))


@PARTICIPANTS.post(
    "/in-company-sessions/<id>/participants",
    operation_id="signUp",
    summary="Meld een medewerker aan",
    description="Meldt de eigen leidinggevende aan, dan is dat ook de instemming.",
    responses={201: ParticipantOut},
)
def sign_up(path: RecordPath, body: SignUpIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        participant_id = sign_ups.sign_up(act, path.id, body.employee_id)
        response = _shown(act, path.id, participant_id, 201)
    response.headers["Location"] = f"/v1/in-company-sessions/{path.id}/participants"
    return response


@PARTICIPANTS.post(
    "/in-company-sessions/<id>/participants/<participant_id>/transitions",
    operation_id="moveParticipant",
    summary="Stem in, weiger, annuleer of leg aanwezigheid vast",
    description="Een plaats die vrijkomt gaat meteen naar de eerste op de wachtlijst.",
    responses={201: ParticipantOut},
)
def move_participant(path: SignUpPath, header: IfMatchHeader, body: SignUpStepIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        version = header.version()
        sign_ups.take_step(act, path.id, path.participant_id, version, body.step, body.reason)
        return _shown(act, path.id, path.participant_id, 201)


@PARTICIPANTS.get(
    "/in-company-sessions/<id>/participants/<participant_id>/transitions",
    operation_id="listParticipantTransitions",
    summary="De stappen van een aanmelding, met wie en wanneer",
    responses={200: SignUpTransitionsOut},
)
def list_participant_transitions(path: SignUpPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        sign_ups.one_sign_up(act, path.id, path.participant_id)
        steps = records.steps_of(act, path.participant_id)
        items = [SignUpTransitionOut.of(row, _reason(act, row)) for row in steps]
    return answer(SignUpTransitionsOut(items=items))


@PARTICIPANTS.post(
    "/in-company-sessions/<id>/participants/<participant_id>/consequences",
    operation_id="attachConsequence",
    summary="Verbind een vooraf afgesproken gevolg aan een afwezigheid zonder geldige reden",
    description="Alleen HR besluit dit, en alleen op wat bij aanmelding was afgesproken.",
    responses={201: ParticipantOut},
)
def attach_consequence(path: SignUpPath, body: ConsequenceIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        absences.attach_consequence(
            act, path.id, path.participant_id, body.consequence, body.ground
        )
        return _shown(act, path.id, path.participant_id, 201)


def _shown(act: Act, session_id: str, participant_id: str, status: int) -> Response:
    row = sign_ups.one_sign_up(act, session_id, participant_id)
    return tagged(answer(_participant(act, row), status), row.version)


def _participant(act: Act, row: SignUpOfEmployee) -> ParticipantOut:
    """What follows from absence is between the employee, the manager and HR."""
    hidden = act.by.role is Role.KNOWLEDGE_BROKER
    return ParticipantOut.of(row, [] if hidden else absences.consequences_of(act, row.id))


def _reason(act: Act, row: SignUpStepRow) -> str | None:
    """Why a manager refuses is between manager and employee."""
    hidden = act.by.role is Role.KNOWLEDGE_BROKER and row.by != act.actor
    return None if hidden else row.reason
