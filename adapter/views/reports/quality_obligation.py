"""The remaining obligation of the quality criteria in numbers, at an address of its own (P11)."""

from __future__ import annotations

from adapter.ground.rendering.content import Report
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.published_report import AsItStands, PublishedReport
from adapter.views.quality_criteria.answers import all_obligations
from adapter.views.quality_criteria.expertises import QualityObligationOut, obligation_in_numbers
from adapter.views.quality_criteria.page import obligation_page
from config.catalogue import Language


def _read(act: Act, _asked: AsItStands, _language: Language) -> QualityObligationOut:
    return obligation_in_numbers(all_obligations(act), act.today)


def _page(act: Act, found: QualityObligationOut, language: Language) -> Report:
    return obligation_page(found, act.now, language)


REPORT = PublishedReport(
    address="/reports/quality-obligation",
    operation_id="getQualityObligation",
    summary="Resterende opgave van de kwaliteitscriteria in aantallen",
    description="Vereist, behaald, onderweg en open per deskundigheidsgebied, zonder namen en "
    "zonder gebieden van minder dan vijf medewerkers.",
    tag="quality-criteria",
    tag_description="Kwaliteitscriteria (Visie §1, §3)",
    roles=frozenset({Role.HR, Role.MANAGEMENT_TEAM}),
    forms=("html", "pdf", "xlsx", "csv"),
    asked=AsItStands,
    found=QualityObligationOut,
    read=_read,
    page=_page,
)
