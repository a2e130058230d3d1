"""What the quality criteria ask of one employee, at an address of its own (Visie §1, §3)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from adapter.ground.rendering.content import Report
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.published_report import PublishedReport
from adapter.views.quality_criteria.answers import OwnQualityCriteriaOut, own_quality_criteria
from adapter.views.quality_criteria.page import own_page
from config.catalogue import Language


class ExpertPath(BaseModel):
    id: str = Field(max_length=200, description="Personeelsnummer.")


def _read(act: Act, asked: ExpertPath, _language: Language) -> OwnQualityCriteriaOut:
    """Raises `UnknownEntry` for an employee whom the register does not know."""
    return own_quality_criteria(act, asked.id)


def _page(act: Act, found: OwnQualityCriteriaOut, language: Language) -> Report:
    return own_page(found, act.now, language)


REPORT = PublishedReport(
    address="/employees/<id>/quality-criteria",
    operation_id="getOwnQualityCriteria",
    summary="Kwaliteitscriteria: van uzelf, of van wie aan u rapporteert",
    description="Wat van een medewerker wordt gevraagd, of het er is en tot wanneer.",
    tag="quality-criteria",
    tag_description="Kwaliteitscriteria (Visie §1, §3)",
    roles=frozenset({Role.HR, Role.MANAGER, Role.EMPLOYEE}),
    forms=("html", "pdf"),
    asked=ExpertPath,
    found=OwnQualityCriteriaOut,
    read=_read,
    page=_page,
    about=lambda asked: asked.id,
)
