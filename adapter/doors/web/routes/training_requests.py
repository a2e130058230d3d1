"""`/v1/training-requests`: made by managers, in states that are logged (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.training_requests import (
    IntakeOut,
    MovedOut,
    TrainingRequestChange,
    TrainingRequestIn,
    TrainingRequestOut,
    TrainingRequestsOut,
    TrainingRequestsQuery,
    TransitionIn,
    TransitionOut,
    TransitionsOut,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.register.keys import Role
from adapter.subjects.requests import requests, states, transition_log
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.intake import intake_check
from adapter.subjects.requests.refusals import WrongField, WrongFields
from policy.request_states import RequestState

TRAINING_REQUESTS = DescribedBlueprint(
    "training_requests",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="training-requests", description="Opleidingsaanvragen (Visie §6)")],
)


@TRAINING_REQUESTS.get(
    "/training-requests",
    operation_id="listTrainingRequests",
    summary="De aanvragen die u mag zien, oudste eerst",
    responses={200: TrainingRequestsOut},
)
def list_training_requests(query: TrainingRequestsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = requests.page_of_requests(act, query.cut, query.state, query.tranche)
    items = [TrainingRequestOut.of(one) for one in found.items]
    return paged(TrainingRequestsOut(items=items), found.after)


@TRAINING_REQUESTS.post(
    "/training-requests",
    operation_id="createTrainingRequest",
    summary="Schrijf een aanvraag op als concept",
    responses={201: TrainingRequestOut},
)
def create_training_request(body: TrainingRequestIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        request_id = requests.create(act, body.content(), _manager(body))
        response = _shown(act, request_id, 201)
    response.headers["Location"] = f"/v1/training-requests/{request_id}"
    return response


@TRAINING_REQUESTS.get(
    "/training-requests/<id>",
    operation_id="getTrainingRequest",
    summary="Eén aanvraag",
    responses={200: TrainingRequestOut},
)
def get_training_request(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _shown(act, path.id)


@TRAINING_REQUESTS.patch(
    "/training-requests/<id>",
    operation_id="changeTrainingRequest",
    summary="Wijzig een concept; HR vult aan tot er een voorstel ligt",
    responses={200: TrainingRequestOut},
)
def change_training_request(
    path: RecordPath, header: IfMatchHeader, body: TrainingRequestChange
) -> Response:
    with acting(current.parts(), current.principal()) as act:
        requests.change(act, path.id, header.version(), body.changes())
        return _shown(act, path.id)


@TRAINING_REQUESTS.get(
    "/training-requests/<id>/intake",
    operation_id="getIntake",
    summary="De intaketoets: wat ontbreekt en waar de aanvraag toe leidt",
    responses={200: IntakeOut},
)
def get_intake(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = intake_check(act, requests.visible_request(act, path.id))
    return answer(IntakeOut.of(found, current.language()))


@TRAINING_REQUESTS.get(
    "/training-requests/<id>/transitions",
    operation_id="listTransitions",
    summary="De stappen van een aanvraag, met wie en wanneer",
    responses={200: TransitionsOut},
)
def list_transitions(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        requests.visible_request(act, path.id)
        rows = transition_log.transitions(act, path.id)
    return answer(TransitionsOut(items=[TransitionOut.of(row) for row in rows]))


@TRAINING_REQUESTS.post(
    "/training-requests/<id>/transitions",
    operation_id="moveTrainingRequest",
    summary="Dien in, neem in behandeling of trek in",
    description="Bij indienen volgt de intaketoets meteen in het antwoord.",
    responses={201: MovedOut},
)
def move_training_request(path: RecordPath, header: IfMatchHeader, body: TransitionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        states.move(act, path.id, header.version(), body.to_state, body.reason)
        request = requests.visible_request(act, path.id)
        submitted = body.to_state is RequestState.SUBMITTED
        intake = intake_check(act, request) if submitted else None
    shown = MovedOut(
        request=TrainingRequestOut.of(request),
        intake=IntakeOut.of(intake, current.language()) if intake else None,
    )
    return tagged(answer(shown, 201), request.row.version)


def _shown(act: Act, request_id: str, status: int = 200) -> Response:
    request = requests.visible_request(act, request_id)
    return tagged(answer(TrainingRequestOut.of(request), status), request.row.version)


def _manager(body: TrainingRequestIn) -> str:
    """Whose request it is: HR records it for a manager, a manager asks for himself."""
    caller = current.principal()
    if caller.role is Role.HR:
        if body.manager_id is None:
            raise WrongFields([WrongField("/managerId", "missing")])
        return body.manager_id
    if caller.employee_id is None or body.manager_id not in (None, caller.employee_id):
        raise WrongFields([WrongField("/managerId", "own_requests_only")])
    return caller.employee_id
