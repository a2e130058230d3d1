"""The remaining obligation of the quality criteria in the report to the management team (P11)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import insert

from adapter.ground.store.tables.quality_criteria import (
    ExpertiseMemberRow,
    QualityRequirementRow,
)
from benchmarks.mt_report import NOW
from config.catalogue import Language
from tests.adapter.views.mt_report.conftest import Agency

Filled = Callable[[int], Agency]
RECORDED = {"recorded_by": "hr", "recorded_at": NOW}


def require(agency: Agency, *sizes: int) -> None:
    """An expertise of so many people each, in each of which all must have a certificate that takes
    sixteen hours and costs EUR 500."""
    first = 10_000
    for number, size in enumerate(sizes):
        name = f"Gebied {number}"
        agency.change(
            insert(QualityRequirementRow).values(
                reference=f"G-{number}",
                expertise=name,
                title="Certificaat",
                course_ids=[],
                hours=Decimal(16),
                costs_cents=50_000,
                **RECORDED,
            )
        )
        members = [
            {
                "employee_id": f"{first + one}",
                "expertise": name,
                "member_from": NOW.date(),
                "function": "",
                **RECORDED,
            }
            for one in range(size)
        ]
        agency.change(insert(ExpertiseMemberRow), members)
        first += size


def test_without_requirements_the_report_says_nothing_of_them(agency_of: Filled) -> None:
    agency = agency_of(30)
    assert agency.make().figures.quality is None
    assert [one for one in agency.page().sections if one.name == "expertises"] == []


def test_what_is_required_obtained_and_open_is_told_per_expertise(agency_of: Filled) -> None:
    agency = agency_of(60)
    require(agency, 10, 6, 2, 1)
    found = agency.make().figures.quality
    assert found is not None
    assert [(one.expertises, one.required, one.open) for one in found.expertises] == [
        (["Gebied 0"], 10, 10),
        (["Gebied 1", "Gebied 2", "Gebied 3"], 9, 9),
    ]
    assert (found.hours_to_do, found.costs_to_do_eur) == (Decimal(300), 1_000_000)
    agency.keep()
    assert agency.make().figures.quality == found
    for language in Language:
        page = agency.page(language=language)
        (section,) = (one for one in page.sections if one.name == "expertises")
        assert any("10.000" in said or "10,000" in said for said in section.paragraphs)
        assert section.tables[0].rows[0][0] == "Gebied 0"


def test_of_a_few_experts_nothing_is_told(agency_of: Filled) -> None:
    agency = agency_of(30)
    require(agency, 4)
    found = agency.make().figures.quality
    assert found is not None
    assert (found.expertises, found.hours_to_do, found.costs_to_do_eur) == ([], None, None)
    (section,) = (one for one in agency.page().sections if one.name == "expertises")
    assert section.tables == ()
    assert any("van zo weinig mensen dat" in said for said in section.paragraphs)


def test_a_report_that_was_kept_before_there_were_requirements_is_read(agency_of: Filled) -> None:
    agency = agency_of(30)
    agency.keep()
    require(agency, 10)
    kept = agency.make()
    assert kept.kept
    assert kept.figures.quality is None
    assert [one for one in agency.page().sections if one.name == "expertises"] == []
