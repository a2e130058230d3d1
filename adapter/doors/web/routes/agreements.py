"""`/v1/agreements`: drawn up from a grant, signed by both, filed (Visie §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.agreements import (
    AgreementIn,
    AgreementOut,
    AgreementsOut,
    FilingIn,
    SignatureIn,
    SignatureOut,
    SignaturesOut,
)
from adapter.doors.messages.paging import PageQuery
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.subjects.requests import agreements, signatures
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.views.findings import FindingOut

AGREEMENTS = DescribedBlueprint(
    "agreements",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="agreements", description="Opleidingsovereenkomsten (Visie §7)")],
)


@AGREEMENTS.get(
    "/agreements",
    operation_id="listAgreements",
    summary="De overeenkomsten die u mag zien, alle versies",
    responses={200: AgreementsOut},
)
def list_agreements(query: PageQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = agreements.page_of_agreements(act, query.cut)
        items = [_shown(act, one) for one in agreements.with_signatures(act, found.items)]
    return paged(AgreementsOut(items=items), found.after)


@AGREEMENTS.post(
    "/agreements",
    operation_id="drawUpAgreement",
    summary="Maak een overeenkomst bij een toekenning, of een nieuwe versie ervan",
    responses={201: AgreementOut},
)
def draw_up_agreement(body: AgreementIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        content = agreements.AgreementContent(
            grant_id=body.grant_id,
            employee_id=body.employee_id,
            agreed_costs_cents=body.agreed_costs_cents,
            arrangements=body.arrangements,
            further_conditions=body.further_conditions,
            drawn_up_on=body.drawn_up_date or act.today,
            offered_before_adoption=body.offer_before_adoption,
        )
        agreement_id = agreements.draw_up(act, content)
        shown = _agreement(act, agreements.one_agreement(act, agreement_id))
    response = answer(shown, 201)
    response.headers["Location"] = f"/v1/agreements/{agreement_id}"
    return response


@AGREEMENTS.get(
    "/agreements/<id>",
    operation_id="getAgreement",
    summary="Eén overeenkomst, met wat er nog niet in orde is",
    responses={200: AgreementOut},
)
def get_agreement(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return answer(_agreement(act, agreements.one_agreement(act, path.id)))


@AGREEMENTS.get(
    "/agreements/<id>/signatures",
    operation_id="listSignatures",
    summary="Wie heeft ondertekend, wanneer en hoe",
    responses={200: SignaturesOut},
)
def list_signatures(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        agreements.one_agreement(act, path.id)
        rows = agreements.signatures_of(act, path.id)
    return answer(SignaturesOut(items=[SignatureOut.of(row) for row in rows]))


@AGREEMENTS.post(
    "/agreements/<id>/signatures",
    operation_id="signAgreement",
    summary="Onderteken, of leg als HR een handtekening vast",
    responses={201: AgreementOut},
)
def sign_agreement(path: RecordPath, body: SignatureIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        signatures.sign(act, path.id, body.signature())
        return answer(_agreement(act, agreements.one_agreement(act, path.id)), 201)


@AGREEMENTS.post(
    "/agreements/<id>/filings",
    operation_id="fileAgreement",
    summary="Leg vast dat de overeenkomst in het personeelsdossier zit",
    responses={201: AgreementOut},
)
def file_agreement(path: RecordPath, body: FilingIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        agreements.file_agreement(act, path.id, body.filed_date)
        return answer(_agreement(act, agreements.one_agreement(act, path.id)), 201)


def _agreement(act: Act, row: AgreementRow) -> AgreementOut:
    [agreement] = agreements.with_signatures(act, [row])
    return _shown(act, agreement)


def _shown(act: Act, agreement: agreements.SignedAgreement) -> AgreementOut:
    found = agreements.agreement_findings(act, agreement)
    return AgreementOut.of(
        agreement.row,
        agreement.signatures,
        [FindingOut.of(finding, current.language()) for finding in found],
    )
