"""`/v1/tranches`: the submission deadlines and decision windows (Visie §6)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from adapter.clock import today
from adapter.web import current
from adapter.web.answers import answer
from adapter.web.problems import FieldError, Kind, Problem, invalid
from adapter.web.schemas.tranches import TrancheOut, TranchePath, TranchesOut, TranchesQuery
from policy.days import amsterdam_day
from policy.errors import BeforePolicy, OutsideCalendar, UnknownTranche
from policy.tranches import Tranche, tranche_for, tranche_named, tranches_between

TRANCHES = APIBlueprint(
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
        return _answer(_up_to_the_next())
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
    try:
        return answer(TrancheOut.of(tranche_named(path.name, current.parts().policy)))
    except UnknownTranche as error:
        raise Problem(Kind.NOT_FOUND, "no_tranche") from error


def _up_to_the_next() -> tuple[Tranche, ...]:
    parts = current.parts()
    open_now = tranche_for(today(parts.clock), parts.policy)
    next_opens = open_now.deadline_on + timedelta(days=1)
    return tranches_between(parts.policy.starts_on, next_opens, parts.policy)


def _answer(tranches: tuple[Tranche, ...]) -> Response:
    return answer(TranchesOut(items=[TrancheOut.of(tranche) for tranche in tranches]))
