"""How the quality criteria stand, at an address of its own (Visie §1, §3)."""

from __future__ import annotations

from adapter.ground.rendering.content import Report
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.published_report import AsItStands, PublishedReport
from adapter.views.quality_criteria.answers import QualityCriteriaOut, quality_criteria
from adapter.views.quality_criteria.page import quality_page
from config.catalogue import Language


def _read(act: Act, _asked: AsItStands, _language: Language) -> QualityCriteriaOut:
    return quality_criteria(act)


def _page(act: Act, found: QualityCriteriaOut, language: Language) -> Report:
    return quality_page(found, act.now, language)


REPORT = PublishedReport(
    address="/reports/quality-criteria",
    operation_id="getQualityCriteria",
    summary="Kwaliteitscriteria: wat vereist is, wie het heeft en wat nog te doen is",
    description="Per eis in aantallen en per deskundige met naam; een leidinggevende leest alleen "
    "van het eigen team, zonder de aantallen van de organisatie.",
    tag="quality-criteria",
    tag_description="Kwaliteitscriteria (Visie §1, §3)",
    roles=frozenset({Role.HR, Role.MANAGER}),
    forms=("html", "pdf", "xlsx", "csv"),
    asked=AsItStands,
    found=QualityCriteriaOut,
    read=_read,
    page=_page,
)
