"""`/v1/in-company-consents`: whom the manager lets take part (Visie §5, §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.in_company_consents import (
    InCompanyConsentIn,
    InCompanyConsentOut,
    InCompanyConsentsOut,
    InCompanyConsentsQuery,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.subjects.requests import consents
from adapter.subjects.requests.acts import acting, looking

IN_COMPANY_CONSENTS = DescribedBlueprint(
    "in_company_consents",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="in-company-consents", description="Instemming met incompany-opleiding")],
)


@IN_COMPANY_CONSENTS.get(
    "/in-company-consents",
    operation_id="listInCompanyConsents",
    summary="De instemmingen die u mag zien",
    responses={200: InCompanyConsentsOut},
)
def list_in_company_consents(query: InCompanyConsentsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        rows = consents.list_consents(act, query.course_id)
    return answer(InCompanyConsentsOut(items=[InCompanyConsentOut.of(row) for row in rows]))


@IN_COMPANY_CONSENTS.post(
    "/in-company-consents",
    operation_id="consentToInCompany",
    summary="Stem in met deelname van een eigen medewerker",
    responses={201: InCompanyConsentOut},
)
def consent_to_in_company(body: InCompanyConsentIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        day = body.consented_date or act.today
        row = consents.consent(act, body.employee_id, body.course_id, day)
    return answer(InCompanyConsentOut.of(row), 201)
