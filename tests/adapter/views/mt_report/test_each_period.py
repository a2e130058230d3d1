"""Once a quarter is over its report is made by itself, and told of by a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from adapter.deliveries.page_links import page_link
from adapter.ground.parts import Parts
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.reports import KeptReportRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.views.mt_report.each_period import make_due_report
from config.catalogue import Language, text
from config.settings import Settings
from tests.adapter.views.mt_report.conftest import Agency
from tests.fixtures.workbench import POLICY, StandingClock

MAIL = {
    "host": "127.0.0.1",
    "sender": "leren@example.org",
    "hr_address": "hr@example.org",
    "mt_address": "mt@example.org",
}
PAGES = {"url": "https://leren.example.org"}


def parts_of(agency: Agency, **settings: object) -> Parts:
    clock = StandingClock(agency.now)
    return Parts(agency.register, POLICY, clock, Settings.model_validate(settings))


def told(register: Register) -> list[OutboxActionRow]:
    with register.read() as connection:
        return rows_of(connection, select(OutboxActionRow).order_by(OutboxActionRow.kind))


def test_it_is_made_once_and_mailed_to_management_team_and_hr(
    agency_of: Callable[[int], Agency],
) -> None:
    agency = agency_of(12)
    parts = parts_of(agency, mail=MAIL, pages=PAGES)
    assert make_due_report(parts) is True
    assert make_due_report(parts_of(agency.later(1), mail=MAIL)) is False
    actions = told(agency.register)
    assert [(one.kind, one.payload["text"]) for one in actions] == [
        ("mail.hr", "report_made_hr"),
        ("mail.mt", "report_made_mt"),
    ]
    for action in actions:
        name, numbers = action.payload["text"], action.payload["numbers"]
        assert set(numbers) == {"period", "first", "last"}, "nothing of anybody"
        subject = text(f"messages.subject.{name}", Language.NL, **numbers)
        assert subject == "MT-rapport leren en ontwikkelen: 2027-Q1"
        assert "31 maart 2027" in text(f"messages.body.{name}", Language.NL, **numbers)
        link = page_link(parts.settings, name[-2:], name, numbers)
        assert link == "https://leren.example.org/rapporten?periode=2027-Q1"


def test_each_quarter_gets_its_own(agency_of: Callable[[int], Agency]) -> None:
    agency = agency_of(12)
    assert make_due_report(parts_of(agency)) is True
    following = parts_of(Agency(agency.register, agency.now + timedelta(days=91)))
    assert make_due_report(following) is True
    with agency.register.read() as connection:
        kept = rows_of(connection, select(KeptReportRow).order_by(KeptReportRow.period))
    assert [row.period for row in kept] == ["2027-Q1", "2027-Q2"]


def test_without_mail_it_is_made_and_nobody_is_told(agency_of: Callable[[int], Agency]) -> None:
    agency = agency_of(12)
    assert make_due_report(parts_of(agency)) is True
    assert told(agency.register) == []


def test_a_quarter_in_which_the_register_knew_nobody_has_none(register: Register) -> None:
    assert make_due_report(parts_of(Agency(register), mail=MAIL)) is False
    assert told(register) == []
