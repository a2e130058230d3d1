"""*Toezicht* for the auditor: decisions and their facts, the audit trail and the logs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapter.ground.store.tables.decisions import DecisionRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register import decision_log
from adapter.register.audit_log import note_act
from adapter.register.enrolment_facts import CollectedFacts
from adapter.register.keys import Role
from config.catalogue import Language, keys
from policy.decide import decide_enrolment
from policy.model import (
    Activity,
    ActivityState,
    Agreement,
    Commitment,
    CourseFacts,
    EnrolmentFacts,
    Exemption,
    Grant,
    Ground,
    MandatoryByLaw,
    Part,
    Session,
)
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import TEAM, Office
from tests.fixtures.past_the_triggers import force
from tests.fixtures.workbench import POLICY

SignIn = Callable[..., Browser]
AUDITOR = "10011"
ADAPTER = Path(__file__).parents[4] / "adapter"
FACTS = EnrolmentFacts(
    employee_id=TEAM[0],
    course=CourseFacts(
        "OPL-001", None, Decimal(24), 45_000, Ground.TEAM, date(2027, 3, 1), date(2027, 6, 30)
    ),
    enrolled_on=date(2027, 2, 1),
    grant=None,
    commitment=None,
    agreement=None,
    in_company_consent=False,
    employment_ends_on=None,
    activity=Activity(
        "OPL-001",
        Decimal(24),
        Decimal(1),
        date(2027, 3, 1),
        date(2027, 6, 30),
        ActivityState.RUNNING,
        sessions=(Session(date(2027, 3, 1), Decimal(24)),),
    ),
    other_activities=(),
    exemptions=(Exemption(2027, Decimal(16), date(2027, 1, 12), "OPL-001"),),
)


@pytest.fixture
def auditor(sign_in: SignIn) -> Browser:
    return sign_in(AUDITOR, Role.AUDITOR)


def decided(office: Office, facts: EnrolmentFacts = FACTS) -> str:
    with office.parts.register.write() as connection:
        return decision_log.record(
            connection,
            CollectedFacts(facts, {"course": "LMS course 7", "grant": "register: none"}),
            decide_enrolment(facts, POLICY),
            POLICY,
            office.clock.now(),
        )


def trail(office: Office) -> list[tuple[str, str, str, str]]:
    lines = select(
        AuditLineRow.actor, AuditLineRow.action, AuditLineRow.record, AuditLineRow.result
    ).order_by(AuditLineRow.at, AuditLineRow.id)
    with office.parts.register.read() as connection:
        return [(a, b, c, d) for a, b, c, d in connection.execute(lines)]


def test_the_auditor_is_led_to_what_an_auditor_opens(auditor: Browser) -> None:
    page = auditor.page("/toezicht")
    paths = set(re.findall(r'<h2><a href="(/toezicht/[^"]+)"', page))
    assert paths == {
        "/toezicht/besluiten",
        "/toezicht/auditspoor",
        "/toezicht/logboeken",
        "/toezicht/archief",
        "/toezicht/rollen",
    }
    assert {path: auditor.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_decisions_are_listed_newest_first_without_whom_they_are_about(
    office: Office, auditor: Browser
) -> None:
    assert "Er zijn geen besluiten gevonden." in auditor.page("/toezicht/besluiten")
    first = decided(office)
    office.clock.advance(minutes=1)
    second = decided(office, replace(FACTS, enrolled_on=date(2027, 2, 2)))
    page = auditor.page("/toezicht/besluiten")
    assert page.index(second) < page.index(first)
    assert TEAM[0] not in page


def test_decisions_are_searched_by_course(office: Office, auditor: Browser) -> None:
    mine = decided(office)
    other = decided(office, replace(FACTS, course=replace(FACTS.course, course_id="OPL-003")))
    page = auditor.page("/toezicht/besluiten?cursus=OPL-003")
    assert other in page
    assert mine not in page
    assert 'value="OPL-003"' in page


def test_decisions_come_in_stretches(office: Office, auditor: Browser) -> None:
    ids = []
    for number in range(51):
        office.clock.advance(seconds=1)
        facts = replace(FACTS, enrolled_on=date(2027, 2, 1) + timedelta(days=number))
        ids.append(decided(office, facts))
    first = auditor.page("/toezicht/besluiten?cursus=OPL-001")
    assert ids[1] in first
    assert ids[0] not in first
    older = re.search(r'href="(/toezicht/besluiten\?[^"]*na=[^"]+)"', first)
    assert older is not None
    second = auditor.page(older[1].replace("&amp;", "&"))
    assert ids[0] in second
    assert ids[1] not in second
    assert "Naar het nieuwste" in second
    assert auditor.get("/toezicht/besluiten?na=niets").status_code == 404


def test_a_decision_is_shown_with_facts_and_findings_and_the_look_is_noted(
    office: Office, auditor: Browser
) -> None:
    one = decided(office)
    page = auditor.page(f"/toezicht/besluiten/{one}")
    assert TEAM[0] in page
    assert "Voor OPL-001 is er geen toegekende opleidingsaanvraag" in page
    assert "Cursus: kosten" in page
    assert "€\xa0450,00" in page
    assert "LMS course 7" in page
    assert "Deze opleiding: bijeenkomst 1: dag" in page
    assert page.index("Cursus: kosten") < page.index("Toekenning") < page.index("Deze opleiding")
    assert "1 maart 2027" in page
    assert (AUDITOR, "view-decision", one, "shown") in trail(office)


def test_a_decision_is_recomputed(office: Office, auditor: Browser) -> None:
    one = decided(office)
    answer = auditor.post(f"/toezicht/besluiten/{one}/narekenen")
    assert answer.status_code == 200
    assert "Nagerekend: de uitkomst is dezelfde" in answer.text
    assert (AUDITOR, "recompute-decision", one, "same") in trail(office)


def test_a_decision_that_comes_out_otherwise_is_said(
    office: Office, auditor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = decided(office)
    granted = Grant(
        "g", date(2027, 1, 12), 45_000, Decimal(24), Ground.TEAM, MandatoryByLaw.NO, False
    )
    # Today's code decides otherwise: the log itself cannot be changed.
    monkeypatch.setattr(
        decision_log,
        "decide_again",
        lambda _row, policy: decide_enrolment(replace(FACTS, grant=granted), policy),
    )
    answer = auditor.post(f"/toezicht/besluiten/{one}/narekenen")
    assert "er komt iets anders uit (toegestaan)" in answer.text
    assert (AUDITOR, "recompute-decision", one, "different") in trail(office)


def test_an_unknown_decision_is_said(auditor: Browser) -> None:
    assert auditor.get("/toezicht/besluiten/niets").status_code == 404
    assert auditor.post("/toezicht/besluiten/niets/narekenen").status_code == 404


def test_every_fact_of_a_decision_has_words() -> None:
    kinds = (
        EnrolmentFacts,
        CourseFacts,
        Grant,
        Commitment,
        Agreement,
        Activity,
        Session,
        Exemption,
        Part,
    )
    members = {name for kind in kinds for name in kind.__dataclass_fields__}
    assert {f"oversight.fact.{name}" for name in members} - keys(Language.NL) == set()


def test_every_act_of_the_audit_trail_has_words() -> None:
    noted = re.compile(r'action(?:=| = )"([a-z-]+)"')
    sources = (file.read_text("utf-8") for file in ADAPTER.rglob("*.py"))
    actions = {action for source in sources for action in noted.findall(source)}
    assert "give-role" in actions
    known = keys(Language.NL)
    assert [
        one for one in actions if f"oversight.action.{one.replace('-', '_')}" not in known
    ] == []


def test_the_audit_trail_is_read_by_action(office: Office, auditor: Browser) -> None:
    now = office.clock.now()
    with office.parts.register.write() as connection:
        for number in range(51):
            note_act(
                connection,
                now + timedelta(seconds=number),
                actor="beheer",
                action="invite-lms",
                record=f"lms-{number:02}",
                result="made",
            )
    everything = auditor.page("/toezicht/auditspoor")
    assert '<option value="give-role">rol gegeven</option>' in everything
    assert everything.index("lms-50") < everything.index("lms-49")
    assert "leersysteem uitgenodigd" in everything
    chosen = auditor.page("/toezicht/auditspoor?handeling=invite-lms")
    assert "lms-01" in chosen
    assert "lms-00" not in chosen
    assert "give-role" not in chosen.partition("<table")[2]
    assert '<option value="invite-lms" selected>' in chosen
    older = re.search(r'href="(/toezicht/auditspoor\?[^"]*na=[^"]+)"', chosen)
    assert older is not None
    assert "lms-00" in auditor.page(older[1].replace("&amp;", "&"))
    assert auditor.get("/toezicht/auditspoor?na=niets").status_code == 404
    assert "Er zijn geen regels" in auditor.page("/toezicht/auditspoor?handeling=niets")


def test_the_logs_are_verified_on_request(office: Office, auditor: Browser) -> None:
    one = decided(office)
    assert "Dat is nog niet gebeurd." in auditor.page("/toezicht/logboeken")
    answer = auditor.post("/toezicht/logboeken")
    assert answer.status_code == 200
    # A policy and a decision; the rest is the audit trail.
    whole = re.search(r"Alle (\d+) regels kloppen\.", answer.text)
    assert whole is not None
    assert int(whole[1]) > 2
    with office.parts.register.write() as connection:
        force(connection, update(DecisionRow).values(outcome="allow"))
    answer = auditor.post("/toezicht/logboeken")
    assert re.search(r"1 van de \d+ regels kloppen niet", answer.text)
    assert one in answer.text
    assert "is gewijzigd nadat het was geschreven" in answer.text


def test_the_auditor_reads_roles_and_changes_none(office: Office, auditor: Browser) -> None:
    page = auditor.page("/toezicht/rollen")
    assert "toezichthouder" in page
    assert "Rol geven" not in page
    assert "<form class" not in page
    form = {"medewerker": TEAM[0], "rol": "hr"}
    assert auditor.post("/toezicht/rollen", form).status_code == 403
    assert auditor.post("/toezicht/rollen/intrekken", form).status_code == 403
    assert [line for line in trail(office) if line[2] == TEAM[0]] == []


def test_a_form_without_our_token_verifies_nothing(office: Office, auditor: Browser) -> None:
    one = decided(office)
    path = f"/toezicht/besluiten/{one}/narekenen"
    assert auditor.client.post(path).status_code == 403
    assert auditor.client.post("/toezicht/logboeken").status_code == 403
    assert [line for line in trail(office) if line[1] == "recompute-decision"] == []


def test_the_pages_speak_english_too(office: Office, auditor: Browser) -> None:
    one = decided(office)
    english = {"Accept-Language": "en"}
    for path in ("", "/besluiten", f"/besluiten/{one}", "/auditspoor", "/logboeken", "/rollen"):
        answer = auditor.get(f"/toezicht{path}", headers=english)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == "en"
    assert "Course: costs" in auditor.get(f"/toezicht/besluiten/{one}", headers=english).text
