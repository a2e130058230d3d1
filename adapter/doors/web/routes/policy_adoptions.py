"""`/v1/policy-adoptions`: that the management team adopted the policy, and from when it works."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.policy_adoptions import (
    PolicyAdoptionIn,
    PolicyAdoptionOut,
    PolicyAdoptionsOut,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.register.adoption import adoptions
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.adopting import adopt

POLICY_ADOPTIONS = DescribedBlueprint(
    "policy_adoptions",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="policy-adoptions", description="Vaststelling van het beleid (Visie §10)")],
)


@POLICY_ADOPTIONS.get(
    "/policy-adoptions",
    operation_id="listPolicyAdoptions",
    summary="De vaststellingen van het beleid, in volgorde van vastlegging",
    responses={200: PolicyAdoptionsOut},
)
def list_policy_adoptions() -> Response:
    with current.parts().register.read() as connection:
        recorded = adoptions(connection)
    return answer(PolicyAdoptionsOut(items=[PolicyAdoptionOut.of(one) for one in recorded]))


@POLICY_ADOPTIONS.post(
    "/policy-adoptions",
    operation_id="createPolicyAdoption",
    summary="Leg vast dat het MT het beleid heeft vastgesteld",
    responses={201: PolicyAdoptionOut},
)
def create_policy_adoption(body: PolicyAdoptionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        recorded = adopt(act, body.content())
    return answer(PolicyAdoptionOut.of(recorded), 201)
