"""The report of a run: names and sentences, in two languages, and what it does not know.

On one engine: what differs between engines is in the runs, and tested there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from adapter.ground.parts import Parts
from adapter.ground.rendering import html
from adapter.ground.rendering.content import Report
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.reconcile.finding import Source
from adapter.views.reconcile.registry import CODES, GROUPS
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import Refresh, reconcile
from config.catalogue import Language, keys, text
from connectors.errors import Transient
from tests.adapter.views.reconcile.test_findings import CASES
from tests.fixtures.agency import ACCOUNT, GRANT, NOW, POLICY, TODAY, Agency


def _down(parts: Parts) -> None:
    raise Transient("Moodle does not answer")


def _report(agency: Agency, language: Language = Language.NL, **options: Any) -> Report:
    run_id = reconcile(agency.parts, as_of=TODAY, **options)
    with agency.register.read() as connection:
        report = report_of(connection, run_id, language)
    assert report is not None
    return report


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_heading_a_sentence_and_what_to_do(code: str, language: Language) -> None:
    for part in ("heading", "sentence", "todo"):
        assert f"reconcile.{part}.{code}" in keys(language)


@pytest.mark.parametrize("language", Language)
def test_every_group_has_its_name(language: Language) -> None:
    assert {f"reconcile.group.{group.name}" for group in GROUPS} <= keys(language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CASES)
def test_every_finding_can_be_read_in_the_report(
    sqlite_agency: Agency, code: str, language: Language
) -> None:
    for step in CASES[code]:
        step(sqlite_agency)
    report = _report(sqlite_agency, language)
    (section,) = [section for section in report.sections if section.name == code]
    (table,) = section.tables
    assert table.rows
    assert section.paragraphs[0].endswith(text(f"reconcile.todo.{code}", language))
    assert "{" not in html.render(report).decode().split("</style>")[1]


def test_employees_and_courses_are_named(sqlite_agency: Agency) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    (section,) = [part for part in _report(sqlite_agency).sections if part.name == "grant_missing"]
    assert section.tables[0].rows[0] == (
        "10005 Iris de Vries",
        "OPL-003 Cursus OPL-003",
        "Ingeschreven op 1 maart 2027 zonder toegekende opleidingsaanvraag en zonder openstaande "
        "toezegging.",
        "Blokkerend",
        "Nieuw",
        TODAY,
    )


def test_the_summary_counts_per_group_what_is_new_persists_and_was_resolved(
    sqlite_agency: Agency,
) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    sqlite_agency.change(EnrolmentRow, {"user_id": ACCOUNT}, status="suspended")
    sqlite_agency.action("dead", NOW - timedelta(days=2))
    _report(sqlite_agency)
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=None)
    sqlite_agency.account("u9", "99999")
    report = _report(sqlite_agency)
    assert report.sections[0].tables[0].rows == (
        ("Inschrijvingen", 0, 0, 1, 0),
        ("Accounts en medewerkers", 1, 0, 0, 1),
        ("Berichten en acties die blijven liggen", 0, 1, 0, 1),
    )
    assert report.sections[0].tables[0].total == ("Totaal", 1, 1, 1, 2)
    (resolved,) = [section for section in report.sections if section.name == "resolved"]
    assert len(resolved.tables[0].rows) == 1


def test_a_register_in_order_says_that_nothing_was_found(sqlite_agency: Agency) -> None:
    report = _report(sqlite_agency)
    assert report.sections[0].paragraphs == ("Er zijn geen bevindingen.",)
    assert [section.name for section in report.sections] == ["summary", "applied", "policy"]


def test_what_could_not_be_read_is_a_warning_at_the_top(sqlite_agency: Agency) -> None:
    report = _report(sqlite_agency, refreshes=[Refresh(Source.LMS, _down)])
    said = report.notices[0].text
    assert said.startswith("Het leersysteem kon niet opnieuw worden gelezen.")
    assert said.endswith("Melding: Moodle does not answer")


def test_every_report_warns_that_the_policy_has_not_been_adopted_and_lists_assumptions(
    sqlite_agency: Agency,
) -> None:
    with sqlite_agency.register.write() as connection:
        connection.execute(delete(PolicyAdoptionRow))
    report = _report(sqlite_agency)
    assert "geen vaststelling van het beleid" in report.notices[-1].text
    (policy,) = [section for section in report.sections if section.name == "policy"]
    rows = policy.tables[0].rows
    assert [row[0] for row in rows[:3]] == ["A1", "A2", "A3"]
    assert len(rows) == len(POLICY.assumptions())
    version = next(fact.value for fact in report.facts if fact.name == "policyVersion")
    assert version == POLICY.version


def test_the_report_says_whom_it_had_checked_again(sqlite_agency: Agency) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    (applied,) = [
        part for part in _report(sqlite_agency, apply=True).sections if part.name == "applied"
    ]
    assert applied.lists == (("10005 Iris de Vries",),)


def test_a_run_that_does_not_exist_has_no_report(sqlite_agency: Agency) -> None:
    with sqlite_agency.register.read() as connection:
        assert report_of(connection, "unknown", Language.NL) is None
