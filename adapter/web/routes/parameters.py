"""`/v1/policy-parameters`: the numbers in force on a day, with their sources."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from adapter.clock import today
from adapter.web import current
from adapter.web.answers import answer
from adapter.web.schemas.parameters import PolicyParametersOut, PolicyParametersQuery

PARAMETERS = APIBlueprint(
    "parameters",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="policy", description="De waarden van het beleid, met hun bron")],
)


@PARAMETERS.get(
    "/policy-parameters",
    operation_id="listPolicyParameters",
    summary="De waarden die op een dag gelden",
    responses={200: PolicyParametersOut},
)
def list_parameters(query: PolicyParametersQuery) -> Response:
    parts = current.parts()
    return answer(PolicyParametersOut.of(parts.policy, query.on or today(parts.clock)))
