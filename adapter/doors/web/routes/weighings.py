"""What the weighing of a tranche needs: scores, budgets, prices and capacity (Visie §4, P8)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.messages.team_capacities import (
    TeamCapacitiesOut,
    TeamCapacitiesQuery,
    TeamCapacityOut,
)
from adapter.doors.messages.weighings import (
    BudgetIn,
    BudgetOut,
    BudgetsOut,
    BudgetsQuery,
    InCompanyPriceIn,
    InCompanyPriceOut,
    InCompanyPricesOut,
    WeighingIn,
    WeighingOut,
    WeighingsOut,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.register.keys import Role
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.refusals import OutsideTeam
from adapter.subjects.requests.requests import visible_request
from adapter.subjects.tranches import budgets, prices, weighings
from adapter.subjects.tranches.capacity import team_capacities
from policy.capacity import months_of

WEIGHINGS = DescribedBlueprint(
    "weighings",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="weighings", description="Afwegingskader, budget en capaciteit (Visie §4)")],
)


@WEIGHINGS.get(
    "/training-requests/<id>/weighings",
    operation_id="listWeighings",
    summary="De scores van een aanvraag, de oudste eerst; de laatste telt",
    responses={200: WeighingsOut},
)
def list_weighings(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        visible_request(act, path.id)
        rows = weighings.weighings_of(act, path.id)
    return answer(WeighingsOut(items=[WeighingOut.of(row) for row in rows]))


@WEIGHINGS.post(
    "/training-requests/<id>/weighings",
    operation_id="weighTrainingRequest",
    summary="Geef een aanvraag op elk criterium een score met een reden",
    responses={201: WeighingOut},
)
def weigh_training_request(path: RecordPath, header: IfMatchHeader, body: WeighingIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        weighings.weigh(act, path.id, header.version(), body.scores())
        newest = weighings.weighings_of(act, path.id)[-1]
        version = visible_request(act, path.id).row.version
    return tagged(answer(WeighingOut.of(newest), 201), version)


@WEIGHINGS.get(
    "/budgets",
    operation_id="listBudgets",
    summary="De budgetten, de oudste eerst; de laatste van een jaar of tranche telt",
    responses={200: BudgetsOut},
)
def list_budgets(query: BudgetsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        rows = budgets.list_budgets(act, query.year)
    return answer(BudgetsOut(items=[BudgetOut.of(row) for row in rows]))


@WEIGHINGS.post(
    "/budgets",
    operation_id="setBudget",
    summary="Stel het budget van een jaar of tranche vast",
    responses={201: BudgetOut},
)
def set_budget(body: BudgetIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        made = budgets.set_budget(act, body.year, body.tranche, body.amount_cents, body.reason)
        row = next(one for one in budgets.list_budgets(act, body.year) if one.id == made)
    return answer(BudgetOut.of(row), 201)


@WEIGHINGS.get(
    "/in-company-prices",
    operation_id="listInCompanyPrices",
    summary="Prijzen van incompany-sessies, de oudste eerst; de laatste van een opleiding telt",
    responses={200: InCompanyPricesOut},
)
def list_in_company_prices() -> Response:
    with looking(current.parts(), current.principal()) as act:
        rows = prices.list_prices(act)
    return answer(InCompanyPricesOut(items=[InCompanyPriceOut.of(row) for row in rows]))


@WEIGHINGS.post(
    "/in-company-prices",
    operation_id="recordInCompanyPrice",
    summary="Leg vast wat een incompany-sessie kost en hoeveel deelnemers erin passen",
    responses={201: InCompanyPriceOut},
)
def record_in_company_price(body: InCompanyPriceIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        made = prices.record_price(act, body.training_id, body.price(), body.source)
        row = next(one for one in prices.list_prices(act) if one.id == made)
    return answer(InCompanyPriceOut.of(row), 201)


@WEIGHINGS.get(
    "/team-capacities",
    operation_id="listTeamCapacities",
    summary="Uren voor leren tegen beschikbare uren, per team en maand",
    description="Een leidinggevende ziet alleen het eigen team.",
    responses={200: TeamCapacitiesOut},
)
def list_team_capacities(query: TeamCapacitiesQuery) -> Response:
    teams = _teams(query.manager_id)
    with looking(current.parts(), current.principal()) as act:
        found = team_capacities(act, months_of(query.year or act.today.year), teams)
    return answer(TeamCapacitiesOut(items=[TeamCapacityOut.of(one) for one in found]))


def _teams(wanted: str | None) -> frozenset[str] | None:
    """Whose teams the caller may see; None is everyone's. Raises `OutsideTeam`."""
    caller = current.principal()
    if caller.role is not Role.MANAGER:
        return None if wanted is None else frozenset({wanted})
    own = frozenset() if caller.employee_id is None else frozenset({caller.employee_id})
    if wanted is not None and wanted not in own:
        raise OutsideTeam
    return own
