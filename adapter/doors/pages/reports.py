"""*Rapporten*: what the management team steers by, per period, to read, compare and keep (P11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from flask import Blueprint, Response, request

from adapter.doors.pages.access import may_open
from adapter.doors.pages.published import asked_for
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import given, report_answer
from adapter.ground.rendering.content import Report
from adapter.ground.rendering.renderers import RENDERERS
from adapter.subjects.requests.acts import Act, looking
from adapter.views.mt_report.figures import MtReportOut
from adapter.views.mt_report.kept import kept_periods
from adapter.views.mt_report.wording import period_title, words_of
from adapter.views.open_data.data_tables import OpenData
from adapter.views.open_data.export_key import ExportKey
from adapter.views.open_data.exporting import take_out
from adapter.views.open_data.of_each import data_of_each
from adapter.views.open_data.published import NothingKept, published_data
from adapter.views.open_data.writing import WRITERS
from adapter.views.published_report import AsItStands
from adapter.views.reports.management_team import REPORT, PeriodQuery
from adapter.views.reports.quality_obligation import REPORT as OBLIGATION
from policy.parameters import Policy
from policy.periods import Period, period_before, period_of

REPORTS = Blueprint("reports", __name__)

_OTHERS = {
    "reconciliation": "/werkvoorraad/aansluiting",
    "dossier": "/tranches",
    "overview": "/zoeken",
    "statement": "/uitdienst",
}
"""The page on which each other report is opened."""
_MOST_PERIODS = 12
"""To choose from; an earlier one can be asked for by its address."""


@REPORTS.get("/rapporten")
def show() -> Response:
    language = current.language()
    with looking(current.parts(), current.principal()) as act:
        found, report = _read(request.args.get("periode") or None)
        kept = kept_periods(act.connection)
        periods = [one.name for one in _periods(act.policy, act.today)]
    words = words_of(language)
    summary, chosen = report.sections[0], found.figures.period
    return page(
        "reports.html.jinja",
        report=report,
        summary=summary,
        titles={name: period_title(name, words) for name in {*periods, *kept, chosen}},
        periods=periods if chosen in periods else [*periods, chosen],
        kept=[name for name in kept if name != chosen],
        period=chosen,
        other_reports=[(name, path) for name, path in _OTHERS.items() if may_open(f"GET {path}")],
        open_data=bool(kept),
        pseudonymised=may_open("GET /rapporten/gepseudonimiseerd.<form>"),
        compared_with=request.args.get("vergelijk") or "",
    )


@REPORTS.get("/rapporten/management-team/<period>.<form>")
def written(period: str, form: str) -> Response:
    if form not in REPORT.forms:
        raise Problem(Kind.NOT_FOUND)
    _, report = _read(period)
    return report_answer(report, RENDERERS[form])


@REPORTS.get("/rapporten/kwaliteitscriteria.<form>")
def quality_obligation(form: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        report = asked_for(act, OBLIGATION, AsItStands(), form)
    return report_answer(report, RENDERERS[form])


def _read(period: str | None) -> tuple[MtReportOut, Report]:
    language = current.language()
    asked = PeriodQuery(period=period, compared_with=request.args.get("vergelijk") or None)
    with looking(current.parts(), current.principal()) as act:
        found = REPORT.read(act, asked, language)
        return found, REPORT.page(act, found, language)


def _periods(policy: Policy, today: date) -> Iterator[Period]:
    """From the one that runs back to the first of the policy."""
    one = period_of(today, policy)
    for _ in range(_MOST_PERIODS):
        yield one
        if one.first <= policy.starts_on:
            return
        one = period_before(one, policy)


@REPORTS.get("/rapporten/open-data.<form>")
def published(form: str) -> Response:
    """Of every period of which a report was kept."""
    try:
        return _taken_out(lambda act: published_data(act.connection), form)
    except NothingKept as error:
        raise Problem(Kind.NOT_FOUND) from error


@REPORTS.get("/rapporten/gepseudonimiseerd.<form>")
def pseudonymised(form: str) -> Response:
    """With pseudonyms of this file alone."""
    return _taken_out(lambda act: data_of_each(act, ExportKey()), form)


def _taken_out(read: Callable[[Act], OpenData], form: str) -> Response:
    if form not in WRITERS:
        raise Problem(Kind.NOT_FOUND)
    return given(take_out(current.parts(), current.principal(), read, form))
