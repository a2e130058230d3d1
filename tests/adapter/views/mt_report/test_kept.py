"""A report that was kept says the same for ever, and is what a later one is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.ground.store.tables.reports import KeptReportRow
from adapter.ground.store.tables.tranches import BudgetRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.subjects.requests.refusals import WrongFields
from config.catalogue import Language
from tests.adapter.views.mt_report.conftest import Agency
from tests.fixtures.adoption import adopt_policy

Filled = Callable[[int], Agency]


def test_a_kept_report_is_the_same_whatever_happens_later(agency_of: Filled) -> None:
    agency = agency_of(12)
    assert agency.keep() is True
    kept, page = agency.make(), agency.page()
    agency.change(delete(BudgetRow))
    agency.change(update(GrantRow).values(costs_cents=1))
    adopt_policy(agency.register)
    recorded_at = agency.now + timedelta(days=1)
    agency.change(update(PolicyAdoptionRow).values(recorded_at=recorded_at))
    values = tuple(
        replace(one, value=99) if one.name == "hours.near_percent" else one
        for one in agency.policy.values
    )
    later = replace(agency.later(400), policy=replace(agency.policy, values=values))
    assert later.make() == kept
    for form in ("html", "pdf", "xlsx", "csv", "json"):
        render = RENDERERS[form].render
        assert render(later.page()) == render(page), form


def test_a_period_is_reported_on_once_and_its_making_is_in_the_audit_trail(
    agency_of: Filled,
) -> None:
    agency = agency_of(12)
    assert [agency.keep(), agency.later(1).keep()] == [True, False]
    with agency.register.read() as connection:
        (row,) = rows_of(connection, select(KeptReportRow))
        lines = rows_of(connection, select(AuditLineRow))
    assert (row.name, row.period) == ("management-team", "2027-Q1")
    assert [(one.action, one.record) for one in lines] == [
        ("keep-report", "management-team/2027-Q1")
    ]


def test_what_was_not_kept_says_that_it_can_come_out_differently(agency_of: Filled) -> None:
    agency = agency_of(12)
    assert "kan het anders uitvallen" in agency.page().notices[0].text
    assert "Tussenstand" in agency.page("2027-Q2").notices[0].text
    agency.keep()
    assert all("anders" not in notice.text for notice in agency.page().notices)


def test_it_is_compared_with_the_period_before_or_with_another_that_was_kept(
    agency_of: Filled,
) -> None:
    agency = agency_of(12)
    assert agency.make().before is None
    replace(agency, now=agency.now.replace(year=2026, month=10)).keep("2026-Q3")
    assert agency.make().before is None, "of the quarter before nothing was kept"
    compared = agency.make(compared_with="2026-Q3")
    assert compared.before is not None
    assert compared.before.period == "2026-Q3"
    agency.keep("2026-Q4")
    before = agency.make().before
    assert before is not None
    assert before.period == "2026-Q4"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        (("2027-Q5", None), "/period"),
        (("2027-Q3", None), "/period"),
        (("2027-Q1", "2026-Q4"), "/comparedWith"),
        (("2027-Q1", "2027"), "/comparedWith"),
    ],
)
def test_a_period_that_is_none_has_not_begun_or_was_not_kept_is_refused(
    agency_of: Filled, asked: tuple[str, str | None], pointer: str
) -> None:
    with pytest.raises(WrongFields, match=pointer):
        agency_of(1).make(*asked)


@pytest.mark.parametrize("language", Language)
def test_the_first_page_is_five_sentences_and_two_pictures(
    agency_of: Filled, language: Language
) -> None:
    report = agency_of(60).page(language=language)
    first, second = report.sections[:2]
    assert [len(sentences) for sentences in first.lists] == [5]
    assert [picture.name for picture in first.pictures] == [
        "money-of-the-year",
        "employees-by-hours",
    ]
    assert second.new_page
    assert report.file_name == "mt-rapport-2027-Q1"
