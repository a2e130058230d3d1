"""The report to the management team, at an address of its own (P11)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from adapter.ground.rendering.content import Report
from adapter.register.adoption import adoptions
from adapter.register.decision_log import policy_of
from adapter.register.keys import Role
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongField, refuse_if_any
from adapter.views.mt_report.figures import MtReportOut
from adapter.views.mt_report.kept import NAME, kept_report, report_on
from adapter.views.mt_report.page import mt_report_page
from adapter.views.published_report import PublishedReport
from config.catalogue import Language
from policy.errors import UnknownPeriod
from policy.periods import Period, period_before, period_named, period_of


class PeriodQuery(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid")

    period: str | None = Field(
        None,
        max_length=10,
        description="Zoals 2027-Q1; zonder is het de laatste periode die voorbij is.",
    )
    compared_with: str | None = Field(
        None,
        max_length=10,
        description="Een eerdere periode waarvan een rapport is bewaard; zonder is het de vorige.",
    )


def read_report(act: Act, asked: PeriodQuery, _language: Language) -> MtReportOut:
    """Raises `WrongFields` for a period that is none, has not begun, or was not kept."""
    if asked.period is None:
        period = last_complete(act)
    else:
        period = _period(act, "/period", asked.period)
        _refuse_not_begun(act, period)
    if asked.compared_with is None:
        return report_on(act, period)
    compared_with = _period(act, "/comparedWith", asked.compared_with)
    if kept_report(act.connection, compared_with) is None:
        refuse_if_any([WrongField("/comparedWith", "mt_report.page.nothing_kept")])
    return report_on(act, period, compared_with)


def last_complete(act: Act) -> Period:
    return period_before(period_of(act.today, act.policy), act.policy)


def page_of(act: Act, found: MtReportOut, language: Language) -> Report:
    """With the policy of then, so that a kept report stays the same."""
    policy = policy_of(act.connection, found.policy_digest) if found.kept else act.policy
    recorded = [one for one in adoptions(act.connection) if one.recorded_at <= found.made_at]
    return mt_report_page(found, policy, recorded, language)


def _period(act: Act, pointer: str, name: str) -> Period:
    try:
        return period_named(name, act.policy)
    except UnknownPeriod:
        example = period_of(act.today, act.policy).name
        wrong = WrongField(pointer, "mt_report.page.unknown_period", {"example": example})
        refuse_if_any([wrong])
        raise


def _refuse_not_begun(act: Act, period: Period) -> None:
    if period.first > act.today:
        refuse_if_any([WrongField("/period", "mt_report.page.not_begun")])


REPORT = PublishedReport(
    address=f"/reports/{NAME}",
    operation_id="getManagementTeamReport",
    summary="Rapport aan het MT over een periode",
    description="Geld, uren, deelname, spreiding, besluiten en vooruitblik, zonder namen en zonder "
    "groepen van minder dan vijf medewerkers.",
    tag="reports",
    tag_description="Rapporten over een periode",
    roles=frozenset({Role.HR, Role.MANAGEMENT_TEAM}),
    forms=("html", "pdf", "xlsx", "csv"),
    asked=PeriodQuery,
    found=MtReportOut,
    read=read_report,
    page=page_of,
)
