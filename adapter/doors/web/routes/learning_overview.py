"""`/v1/employees/{id}/learning-overview`: one employee's learning (P11)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.learning_overview import EmployeePath, LearningOverviewOut
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.own_team import refuse_outside_own_team
from adapter.doors.web.report_answers import report_answer, wanted_renderer
from adapter.subjects.requests.acts import looking
from adapter.views.overview.learning import learning_overview
from adapter.views.overview.report import overview_report

LEARNING_OVERVIEW = APIBlueprint(
    "learning_overview",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="learning-overview", description="Leeroverzicht van één medewerker")],
)


@LEARNING_OVERVIEW.get(
    "/employees/<id>/learning-overview",
    operation_id="getLearningOverview",
    summary="Leeroverzicht: van uzelf, of van wie aan u rapporteert",
    description="Als gegevens of als pagina voor het gesprek in de gesprekkencyclus.",
    responses={200: LearningOverviewOut},
)
def get_learning_overview(path: EmployeePath) -> Response:
    refuse_outside_own_team(path.id)
    renderer, language = wanted_renderer(), current.language()
    with looking(current.parts(), current.principal()) as act:
        found = learning_overview(act, path.id)
    if renderer is None:
        return answer(LearningOverviewOut.of(found, act.policy.version, language))
    return report_answer(overview_report(found, act.policy, act.now, language), renderer)
