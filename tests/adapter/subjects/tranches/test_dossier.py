"""What the management team decides from, in every form."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, event

from adapter.ground.rendering.content import Report
from adapter.ground.rendering.linked_text import Linked
from adapter.register.keys import Role, create_key
from adapter.subjects.requests.acts import looking
from adapter.subjects.requests.hours import projected_hours
from adapter.views.dossier import report as dossier_report
from adapter.views.dossier.decision_sheet import HEADER_ROW, PLACE
from adapter.views.dossier.documents import dossier_document
from adapter.views.dossier.dossier import make_dossier
from adapter.views.dossier.report import Layout
from config.catalogue import Language
from policy.tranches import tranche_named
from tests.adapter.subjects.requests.conftest import GRANT, TEAM, Body
from tests.adapter.subjects.tranches.conftest import HR, REASON, Tranches

MADE_AT = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
LANGUAGES = pytest.mark.parametrize("language", Language)


def _report(tranches: Tranches, layout: Layout, language: Language = Language.NL) -> Report:
    policy = tranches.office.parts.policy
    return dossier_report.dossier_report(tranches.dossier(), policy, language, MADE_AT, layout)


def _texts(report: Report) -> str:
    lists = (item for section in report.sections for items in section.lists for item in items)
    return "\n".join([*(notice.text for notice in report.notices), *lists])


@pytest.fixture
def filled(tranches: Tranches) -> Body:
    """A weighed and proposed request, and one that asks for the same and is neither."""
    request = tranches.office.proposed(employeeIds=list(TEAM[:2]), hours="81.00")
    tranches.weigh(request, 0, 4, 3, 2, 1)
    tranches.at("2026-11-12 12:00:00")
    tranches.submitted(employeeIds=["10002", "10003"])
    tranches.at("2027-01-12 10:00:00")
    tranches.budget("1000.00")
    return request


def test_a_page_tells_all_that_the_decision_needs(tranches: Tranches, filled: Body) -> None:
    report = _report(tranches, Layout.PAGES)
    page = next(one for one in report.sections if one.name == f"request-{filled['id']}")
    told = "\n".join(item for items in page.lists for item in items)
    for part in (
        f"Kenmerk: {filled['id']}",
        "Sanne Test10001 (10001), Sanne Test10002 (10002)",
        "Kosten: € 2.400,00",
        "Kosten per medewerker: € 1.200,00",
        "2 Bijdrage aan de doelen van de organisatie: 4 (weegt 30 %). " + REASON,
        "2027: 81 van 80 uur als dit wordt toegekend; 1 uur te veel",
        "Een opleidingsovereenkomst is nodig voor de start: per medewerker € 1.200,00",
        "Nog 1 andere aanvragen voor dezelfde opleiding, samen 3 deelnemers.",
        "Voorstel HR: toekennen, door hr op 10 november 2026. Past in het plan.",
        "Besluit MT: nog niet",
    ):
        assert part in told.replace("\N{NO-BREAK SPACE}", " ")


def test_a_grant_that_was_revoked_takes_nothing_of_the_budget(tranches: Tranches) -> None:
    """One of three, and then all."""
    office = tranches.office
    terms = GRANT | {"costsEur": "3000.00"}
    request = office.proposed(grant=terms, employeeIds=list(TEAM))
    grants = office.decide(request, grant=terms).get_json()["grants"]
    costs = []
    for number in range(4):
        [(entry, ranked)] = tranches.dossier().ranked
        costs.append((entry.costs_cents, ranked.cumulative_cents, entry.per_employee_cents))
        if number < 3:
            path = f"/grants/{grants[number]['id']}/revocations"
            answer = office.call("POST", path, Role.MANAGEMENT_TEAM, {"reason": "Gaat niet door."})
            assert answer.status_code in (200, 201), answer.get_json()
    assert costs == [
        (300_000, 300_000, 100_000),
        (200_000, 200_000, 100_000),
        (100_000, 100_000, 100_000),
        (0, 0, 0),
    ]


def test_short_requests_share_a_page_and_none_is_cut_in_two(
    tranches: Tranches, filled: Body
) -> None:
    report = _report(tranches, Layout.PRINT)
    pages = [(one.new_page, one.whole) for one in report.sections if one.name.startswith("request")]
    assert pages == [(True, False), (False, True), (False, True)]


@pytest.mark.parametrize("layout", [Layout.SCREEN, Layout.PRINT])
def test_the_first_page_tells_what_hr_proposes_and_where_the_line_is(
    tranches: Tranches, filled: Body, layout: Layout
) -> None:
    report = _report(tranches, layout)
    facts = {fact.name: fact.value for fact in report.facts}
    assert (facts["proposed"], facts["available"], facts["leftOver"]) == (
        240_000,
        100_000,
        -140_000,
    )
    in_short, ranking = report.sections[:2]
    told = " ".join(in_short.paragraphs).replace("\N{NO-BREAK SPACE}", " ")
    assert "1 toekennen, samen € 2.400,00" in told
    assert "€ 1.400,00 meer dan de ruimte van € 1.000,00" in told
    (table,) = ranking.tables
    assert table.cut is not None
    assert table.cut.rows == 0
    assert table.rows[0][0] == Linked(f"1. {filled['title']}", f"#request-{filled['id']}")
    assert table.total is not None
    assert table.total[4] == 240_000


def test_a_row_to_decide_on_says_whose_it_is(tranches: Tranches, filled: Body) -> None:
    ranking = next(
        table
        for section in _report(tranches, Layout.PAGES).sections
        for table in section.tables
        if table.name == "ranking"
    )
    assert [column.name for column in ranking.columns[:2]] == ["title", "manager"]
    with looking(tranches.office.parts, HR) as act:
        tranche = tranche_named("2027-1", act.policy)
        workbook = dossier_document(act, tranche, "xlsx", Language.NL).read()
    sheets = CalamineWorkbook.from_filelike(BytesIO(workbook))
    rows = sheets.get_sheet_by_name("Besluiten").to_python()
    names = {row[PLACE["people"]] for row in rows[HEADER_ROW + 1 :]}
    assert "Sanne Test10001 (10001), Sanne Test10002 (10002)" in names


def test_the_summary_says_what_is_missing(tranches: Tranches, filled: Body) -> None:
    told = _texts(_report(tranches, Layout.PAGES))
    assert "Nog niet gewogen: 1 aanvragen" in told
    assert "Nog zonder voorstel van HR: 1 aanvragen" in told
    assert "Over de urennorm bij toekennen: 1 aanvragen" in told
    assert "Er is geen budget vastgesteld" not in told


@LANGUAGES
@pytest.mark.parametrize("layout", Layout)
def test_every_layout_can_be_written_in_every_language(
    tranches: Tranches, filled: Body, layout: Layout, language: Language
) -> None:
    report = _report(tranches, layout, language)
    assert report.language is language
    assert any(table.name == "ranking" for one in report.sections for table in one.tables)


def test_an_empty_tranche_has_a_dossier_too(tranches: Tranches) -> None:
    report = _report(tranches, Layout.PAGES)
    assert "Er is geen budget vastgesteld" in _texts(report)
    assert [one.name for one in report.sections] == ["ranking", "policy"]


def test_an_inadmissible_interim_request_is_not_ranked(tranches: Tranches) -> None:
    interim = tranches.submitted(startDate="2026-12-15", endDate="2026-12-20")
    ordinary = tranches.submitted()
    dossier = tranches.dossier()
    assert [one.row.id for one, _ in dossier.ranked] == [ordinary["id"]]
    assert [one.row.id for one in dossier.not_considered] == [interim["id"]]
    assert "not_considered" in [one.name for one in _report(tranches, Layout.PAGES).sections]


def test_in_the_transition_year_an_interim_request_is_ranked(tranches: Tranches) -> None:
    """Tranche 2026-2 is decided in July and August 2026, when the policy only advises."""
    tranches.at("2026-07-01 12:00:00")
    interim = tranches.submitted(startDate="2026-07-10", endDate="2026-07-20", appraisalDate=None)
    assert [one.row.id for one, _ in tranches.dossier("2026-2").ranked] == [interim["id"]]


def test_the_hours_are_those_of_the_intake_check(tranches: Tranches, filled: Body) -> None:
    entry = next(one for one in tranches.dossier().entries if one.row.id == filled["id"])
    with looking(tranches.office.parts, HR) as act:
        asked = projected_hours(act, entry.row, entry.row.employee_ids)
    assert [(one.employee_id, one.hours) for one in entry.norm] == [
        (one.employee_id, year) for one in asked for year in one.projection.years
    ]


def test_the_version_stays_while_deciding_and_changes_with_what_is_decided_on(
    tranches: Tranches, filled: Body
) -> None:
    before = tranches.dossier().version
    decided = tranches.office.decide(filled, grant=GRANT)
    assert decided.status_code == 201
    after = tranches.dossier()
    assert after.version == before
    assert after.entries[0].decision is not None
    tranches.budget("2000.00")
    assert tranches.dossier().version != before


def test_a_rejected_request_takes_nothing_of_the_budget(tranches: Tranches, filled: Body) -> None:
    answer = tranches.office.decide(filled, outcome="reject", reason="Geen geld.", grant=None)
    assert answer.status_code == 201
    costs = {one.row.id: one.costs_cents for one in tranches.dossier().entries}
    assert costs[filled["id"]] == 0


@pytest.mark.parametrize(
    ("accept", "media_type", "start"),
    [
        ("application/json", "application/json", b"{"),
        ("text/html", "text/html", b"<!doctype html>"),
        ("application/pdf", "application/pdf", b"%PDF-"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK",
        ),
    ],
)
def test_the_form_follows_accept(
    tranches: Tranches, filled: Body, accept: str, media_type: str, start: bytes
) -> None:
    answer = _get(tranches, accept)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.data.startswith(start)
    if media_type == "application/json":
        assert json.loads(answer.data)["name"] == "tranche-dossier"


def test_the_decision_sheet_is_the_second_of_the_workbook(tranches: Tranches, filled: Body) -> None:
    accept = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = CalamineWorkbook.from_filelike(BytesIO(_get(tranches, accept).data))
    assert book.sheet_names[1] == "Besluiten"
    assert len(book.sheet_names) < 12


def test_an_unknown_tranche_has_no_dossier(tranches: Tranches) -> None:
    path = "/tranches/2027-9/dossier"
    assert tranches.office.call("GET", path, Role.MANAGEMENT_TEAM).status_code == 404


def test_a_long_dossier_is_printed_short_and_says_so(
    tranches: Tranches, filled: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_report, "LONG", 1)
    monkeypatch.setattr(dossier_report, "PRINTED", 1)
    report = _report(tranches, Layout.PRINT)
    assert sum(one.name.startswith("request-") for one in report.sections) == 1
    assert "te lang om helemaal af te drukken" in _texts(report)
    whole = _report(tranches, Layout.PAGES)
    assert sum(one.name.startswith("request-") for one in whole.sections) == 2


def test_the_number_of_queries_does_not_grow_with_the_tranche(
    tranches: Tranches, filled: Body
) -> None:
    few = _queries(tranches)
    for _ in range(5):
        tranches.submitted()
    assert _queries(tranches) == few


def _queries(tranches: Tranches) -> int:
    seen: list[str] = []

    def note(_: Connection, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    engine = tranches.office.parts.register.engine
    with looking(tranches.office.parts, HR) as act:
        event.listen(engine, "before_cursor_execute", note)
        make_dossier(act, tranche_named("2027-1", act.policy))
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def _get(tranches: Tranches, accept: str) -> Any:
    office = tranches.office
    key = create_key(office.parts.register, office.clock, "MT", Role.MANAGEMENT_TEAM, None)
    headers = {"Authorization": f"Bearer {key}", "Accept": accept}
    return tranches.office.client.get("/v1/tranches/2027-1/dossier", headers=headers)
