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
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import GrantRow
from adapter.views.reconcile import history
from adapter.views.reconcile.duties import DUTIES
from adapter.views.reconcile.finding import Source
from adapter.views.reconcile.most_urgent import open_kinds
from adapter.views.reconcile.names import Addresses
from adapter.views.reconcile.registry import CODES, GROUPS
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import Refresh, reconcile
from config.catalogue import Language, keys, text
from connectors.errors import Transient
from tests.adapter.views.reconcile.test_findings import CASES
from tests.fixtures.agency import ACCOUNT, GRANT, IRIS, NOW, POLICY, TODAY, Agency


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


def test_who_it_is_about_stands_by_team_with_the_course_and_what_is_particular(
    sqlite_agency: Agency,
) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    (section,) = [part for part in _report(sqlite_agency).sections if part.name == "grant_missing"]
    (table,) = section.tables
    assert [column.name for column in table.columns] == ["people", "course", "detail", "since"]
    assert table.rows == (
        ("10005 Iris de Vries", "OPL-003 Cursus OPL-003", "ingeschreven op 1 maart 2027", TODAY),
    )
    assert section.paragraphs[0].startswith("Wie: De leidinggevende. Wat te doen: Laat ")


def test_people_of_one_team_with_the_same_finding_share_a_row(sqlite_agency: Agency) -> None:
    for number in ("10001", "10011", "10012", "10013"):
        sqlite_agency.employee(number)
    for number, manager in (("10011", "10001"), ("10012", "10001"), ("10013", IRIS)):
        sqlite_agency.change(EmployeeRow, {"employee_id": number}, manager_id=manager)
    report = _report(sqlite_agency)
    (section,) = [part for part in report.sections if part.name == "employee_without_account"]
    assert [row[:2] for row in section.tables[0].rows] == [
        ("Team van Iris de Vries (10001)", "10011 Iris de Vries, 10012 Iris de Vries"),
        ("Team van Iris de Vries (10005)", "10013 Iris de Vries"),
        (None, "10001 Iris de Vries"),
    ]


def test_what_to_do_first_is_told_at_the_top_with_who_does_it(sqlite_agency: Agency) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    sqlite_agency.change(EnrolmentRow, {"user_id": ACCOUNT}, status="suspended")
    sqlite_agency.action("dead", NOW - timedelta(days=2))
    _report(sqlite_agency)
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=None)
    sqlite_agency.account("u9", "99999")
    report = _report(sqlite_agency)
    first = report.sections[0]
    assert [row[:6] for row in first.tables[0].rows] == [
        ("Acties die niet zijn uitgevoerd", "Vandaag", "De beheerder van de koppeling", None, 1, 0),
        (
            "Account met een onbekend personeelsnummer in het leersysteem",
            "Deze week",
            "De beheerder van het leersysteem",
            1,
            1,
            1,
        ),
    ]
    assert first.paragraphs[0].startswith("Vandaag te doen: 1. Deze week: 1.")
    facts = {fact.name: fact.value for fact in report.facts}
    assert (facts["open"], facts["new"], facts["resolved"]) == (2, 1, 1)
    (resolved,) = [section for section in report.sections if section.name == "resolved"]
    assert len(resolved.tables[0].rows) == 1


def test_every_kind_has_who_does_something_about_it_and_when() -> None:
    assert set(DUTIES) == set(CODES)


def test_people_and_courses_lead_to_where_something_can_be_done(sqlite_agency: Agency) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    run_id = reconcile(sqlite_agency.parts, as_of=TODAY)
    site = Addresses("https://leren.example.org")
    with sqlite_agency.register.read() as connection:
        report = report_of(connection, run_id, Language.NL, site)
    assert report is not None
    page = html.render(report).decode()
    assert '<a href="https://leren.example.org/medewerkers/10005">10005 Iris de Vries</a>' in page
    assert '<a href="#grant_missing">Inschrijving zonder toekenning</a>' in page


def test_a_large_run_shows_some_of_every_kind_and_says_that_there_are_more(
    sqlite_agency: Agency,
) -> None:
    for number in range(30):
        sqlite_agency.employee(f"2{number:04}")
    sqlite_agency.account("u9", "99999")
    run_id = reconcile(sqlite_agency.parts, as_of=TODAY)
    with sqlite_agency.register.read() as connection:
        run = history.run_by_id(connection, run_id)
        assert run is not None
        kinds = open_kinds(connection, run, TODAY, most=10)
    assert [(one.code, one.count, len(one.shown)) for one in kinds] == [
        ("account_number_unknown", 1, 1),
        ("employee_without_account", 30, 9),
    ]


def test_a_register_in_order_says_that_nothing_was_found(sqlite_agency: Agency) -> None:
    report = _report(sqlite_agency)
    assert report.sections[0].paragraphs == ("Er zijn geen bevindingen.",)
    assert [section.name for section in report.sections] == ["first", "applied", "policy"]


def test_a_comparison_says_what_deciding_again_would_mend(sqlite_agency: Agency) -> None:
    sqlite_agency.change(GrantRow, {"id": GRANT}, revoked_at=NOW)
    (applied,) = [part for part in _report(sqlite_agency).sections if part.name == "applied"]
    assert applied.paragraphs[0].startswith("Bij 1 medewerkers staat een inschrijving anders dan")


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
