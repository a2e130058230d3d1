"""The learning of one manager's team, at an address of its own (P11)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from adapter.ground.rendering.content import Report
from adapter.register.adoption import adoptions
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.views.overview.team_page import team_page
from adapter.views.overview.team_report import TeamOverviewOut, team_overview
from adapter.views.published_report import PublishedReport
from config.catalogue import Language


class ManagerPath(BaseModel):
    id: str = Field(max_length=200, description="Personeelsnummer van de leidinggevende.")


def _read(act: Act, asked: ManagerPath, _language: Language) -> TeamOverviewOut:
    """Raises as `team_overview` does."""
    return team_overview(act, asked.id)


def _page(act: Act, found: TeamOverviewOut, language: Language) -> Report:
    return team_page(found, adoptions(act.connection), act.policy, act.now, language)


REPORT = PublishedReport(
    address="/employees/<id>/team-overview",
    operation_id="getTeamOverview",
    summary="Teamoverzicht: van wie aan deze leidinggevende rapporteert",
    description="Uren, opleidingen en ruimte per maand, als gegevens of als pagina voor de "
    "gesprekkencyclus. Een leidinggevende leest alleen het eigen team.",
    tag="team-overview",
    tag_description="Teamoverzicht van één leidinggevende",
    roles=frozenset({Role.HR, Role.MANAGER}),
    forms=("html", "pdf", "xlsx"),
    asked=ManagerPath,
    found=TeamOverviewOut,
    read=_read,
    page=_page,
    about=lambda asked: asked.id,
)
