"""`/v1/tranches`: the submission deadlines and decision windows (Visie §6)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.report import ReportOut
from adapter.doors.messages.tranches import (
    TrancheOut,
    TranchePath,
    TranchesOut,
    TranchesQuery,
)
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.problems import Kind, Problem, invalid
from adapter.doors.web.report_answers import given, wanted_renderer
from adapter.doors.web.tranche_calendar import tranche_by_name, tranches_up_to_the_next
from adapter.ground.rendering.renderers import RENDERERS
from adapter.subjects.requests.acts import looking
from adapter.views.dossier.documents import dossier_document
from policy.days import amsterdam_day
from policy.errors import BeforePolicy, OutsideCalendar
from policy.tranches import Tranche, tranche_for

TRANCHES = DescribedBlueprint(
    "tranches",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="tranches", description="Indienmomenten en besluitvensters (Visie §6)")],
)


@TRANCHES.get(
    "/tranches",
    operation_id="listTranches",
    summary="De tranche van een moment, of de lijst van tranches",
    description="Met submittedAt één tranche; zonder: de eerste tot en met die na de lopende.",
    responses={200: TranchesOut},
)
def list_tranches(query: TranchesQuery) -> Response:
    policy = current.parts().policy
    if query.submitted_at is None:
        return _answer(tranches_up_to_the_next())
    try:
        return _answer((tranche_for(amsterdam_day(query.submitted_at), policy),))
    except BeforePolicy as error:
        raise Problem(Kind.NOT_FOUND, "before_policy") from error
    except OutsideCalendar as error:
        wrong = FieldError("/submittedAt", "outside_calendar", place="query")
        raise invalid(wrong) from error


@TRANCHES.get(
    "/tranches/<name>",
    operation_id="getTranche",
    summary="Eén tranche bij naam",
    responses={200: TrancheOut},
)
def get_tranche(path: TranchePath) -> Response:
    return answer(TrancheOut.of(tranche_by_name(path.name)))


@TRANCHES.get(
    "/tranches/<name>/dossier",
    operation_id="getTrancheDossier",
    summary="Het dossier waaruit het MT besluit",
    description="Als XLSX met het blad waarop het MT de besluiten invult.",
    responses={200: ReportOut},
)
def get_tranche_dossier(path: TranchePath) -> Response:
    renderer = wanted_renderer() or RENDERERS["json"]
    tranche = tranche_by_name(path.name)
    with looking(current.parts(), current.principal()) as act:
        document = dossier_document(act, tranche, renderer.extension, current.language())
    return given(document)


def _answer(tranches: tuple[Tranche, ...]) -> Response:
    return answer(TranchesOut(items=[TrancheOut.of(tranche) for tranche in tranches]))
