"""`/v1/policy-parameters`: the numbers in force on a day, with their sources."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.parameters import PolicyParametersOut, PolicyParametersQuery
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.ground.clock import today
from adapter.register.adoption import adoptions

PARAMETERS = DescribedBlueprint(
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
    with parts.register.read() as connection:
        recorded = adoptions(connection)
    adopted_on = recorded[-1].adopted_on if recorded else None
    day = query.on or today(parts.clock)
    return answer(PolicyParametersOut.of(parts.policy, adopted_on, day))
