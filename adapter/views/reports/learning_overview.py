"""One employee's learning overview, at an address of its own (P11)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from adapter.ground.rendering.content import Report
from adapter.register.adoption import adoptions
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.overview.learning import learning_overview
from adapter.views.overview.page import overview_page
from adapter.views.overview.report import LearningOverviewOut
from adapter.views.published_report import PublishedReport
from config.catalogue import Language


class EmployeePath(BaseModel):
    id: str = Field(max_length=200, description="Personeelsnummer.")


def _read(act: Act, asked: EmployeePath, language: Language) -> LearningOverviewOut:
    """Raises `UnknownEntry` for an employee whom the register does not know."""
    return LearningOverviewOut.of(learning_overview(act, asked.id), act.policy.version, language)


def _page(act: Act, found: LearningOverviewOut, language: Language) -> Report:
    return overview_page(found, adoptions(act.connection), act.policy, act.now, language)


REPORT = PublishedReport(
    address="/employees/<id>/learning-overview",
    operation_id="getLearningOverview",
    summary="Leeroverzicht: van uzelf, of van wie aan u rapporteert",
    description="Als gegevens of als pagina voor het gesprek in de gesprekkencyclus.",
    tag="learning-overview",
    tag_description="Leeroverzicht van één medewerker",
    roles=frozenset({Role.HR, Role.MANAGER, Role.EMPLOYEE}),
    forms=("html", "pdf", "xlsx"),
    asked=EmployeePath,
    found=LearningOverviewOut,
    read=_read,
    page=_page,
    about=lambda asked: asked.id,
)
