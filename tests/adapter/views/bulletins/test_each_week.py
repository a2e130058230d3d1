"""HR hears once a week of what became new, and nothing of anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from adapter.deliveries.deliver import deliver_due
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.programs.jobs import jobs_of
from adapter.queues.schedule import run_due
from adapter.register.keys import Principal, Role
from adapter.register.retention.clear import clear_past_terms
from adapter.subjects.requests.acts import acting
from adapter.subjects.sync.accounts import read_accounts
from adapter.views.bulletins.each_week import tell_hr_what_is_new
from adapter.views.reconcile.acknowledgements import Leave, acknowledge
from adapter.views.reconcile.run import reconcile
from config.settings import MailSettings, PagesSettings, ScheduleSettings, Settings
from tests.adapter.deliveries.test_mail import Mailbox, _part, listening
from tests.fixtures.workbench import Workbench

MONDAY = datetime(2027, 3, 8, 6, 30, tzinfo=UTC)
"""Half past seven in Amsterdam, a week after the workbench begins."""
MAIL = MailSettings(host="127.0.0.1", sender="leren@example.org", hr_address="hr@example.org")


def give(bench: Workbench, mail: MailSettings | None = MAIL, **schedule: int) -> None:
    settings = Settings(
        mail=mail,
        pages=PagesSettings(url="https://leren.example.org"),
        schedule=ScheduleSettings(**schedule),
    )
    bench.parts = replace(bench.parts, settings=settings)


def bulletins(bench: Workbench) -> list[OutboxActionRow]:
    with bench.register.read() as connection:
        query = select(OutboxActionRow).where(OutboxActionRow.action_key.like("bulletin:hr:%"))
        return rows_of(connection, query.order_by(OutboxActionRow.created_at))


@pytest.fixture
def eventful(workbench: Workbench) -> Workbench:
    """In its first week a grant came that needs an agreement, and a reconciliation found things."""
    give(workbench)
    read_accounts(workbench.parts)
    workbench.grant("10005", "OPL-003", costs_cents=250_000, starts_on=date(2027, 3, 20))
    reconcile(workbench.parts, as_of=date(2027, 3, 1))
    workbench.clock.moment = MONDAY
    return workbench


def test_the_week_is_told_in_numbers_with_a_link(eventful: Workbench) -> None:
    mailbox = Mailbox()
    with listening(mailbox) as mail:
        give(eventful, mail)
        assert tell_hr_what_is_new(eventful.parts) is True
        deliver_due(eventful.parts)
    [message] = mailbox.received
    assert message["Subject"] == (
        "Nieuw in leren en ontwikkelen: 1 maart 2027 tot en met 7 maart 2027"
    )
    body = _part(message, "plain")
    assert "Nieuwe taken op de werkvoorraad: 1\r\n" in body
    assert "https://leren.example.org/werkvoorraad" in body
    for said in ("10005", "10009", "Sanne", "Hof", "Bakker", "OPL-003", "Excel"):
        assert said not in message.as_string(), "a mail is about nobody"


def test_its_numbers_are_those_of_the_week(eventful: Workbench) -> None:
    tell_hr_what_is_new(eventful.parts)
    with eventful.register.read() as connection:
        found = rows_of(connection, select(ReconciliationFindingRow))
    [action] = bulletins(eventful)
    numbers = action.payload["numbers"]
    assert len(found) > 0
    assert numbers == {
        "tasks": 1,
        "findings": len(found),
        "requests": 0,
        "overdue": numbers["overdue"],
        "first": "2027-03-01",
        "last": "2027-03-07",
    }


def test_what_hr_left_for_now_is_not_told_as_new(eventful: Workbench) -> None:
    with eventful.register.read() as connection:
        keys = tuple(row.key for row in rows_of(connection, select(ReconciliationFindingRow)))
    hr = Principal("k1", "Personeelszaken", Role.HR, None)
    with acting(eventful.parts, hr) as act:
        acknowledge(act, Leave(keys, "bekend", date(2027, 4, 1)))
    tell_hr_what_is_new(eventful.parts)
    [action] = bulletins(eventful)
    assert action.payload["numbers"]["findings"] == 0


def test_a_week_without_news_has_no_mail(eventful: Workbench) -> None:
    assert tell_hr_what_is_new(eventful.parts) is True
    eventful.clock.advance(days=7)
    assert tell_hr_what_is_new(eventful.parts) is False
    assert len(bulletins(eventful)) == 1


def test_it_is_sent_once_whatever_is_started_again_and_cleared(eventful: Workbench) -> None:
    run_due(eventful.parts, jobs_of(eventful.parts)[-8:])
    for _ in range(6):
        eventful.clock.advance(days=1)
        tell_hr_what_is_new(eventful.parts)
        clear_past_terms(eventful.parts)
    assert len(bulletins(eventful)) == 1


def test_of_two_workers_at_once_one_sends_it(eventful: Workbench, database_url: str) -> None:
    def work(_worker: int) -> None:
        mine = replace(eventful.parts, register=open_register(database_url))
        run_due(mine, tuple(j for j in jobs_of(mine) if j.name == "tell_hr_what_is_new"))
        mine.register.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    assert len(bulletins(eventful)) == 1


def test_the_day_and_the_hour_are_settings(eventful: Workbench) -> None:
    give(eventful, hr_bulletin_weekday=3, bulletin_hour=12)
    eventful.clock.moment = MONDAY + timedelta(days=2)
    tell_hr_what_is_new(eventful.parts)
    [earlier] = bulletins(eventful)
    assert earlier.payload["numbers"]["last"] == "2027-03-02", "that of Wednesday is not due"
    eventful.clock.advance(hours=6)
    tell_hr_what_is_new(eventful.parts)
    assert [one.payload["numbers"]["last"] for one in bulletins(eventful)] == ["2027-03-02"]


def test_it_can_be_switched_off(eventful: Workbench) -> None:
    name = "tell_hr_what_is_new"
    assert name in {job.name for job in jobs_of(eventful.parts)}
    give(eventful, hr_bulletin_weekday=0)
    assert name not in {job.name for job in jobs_of(eventful.parts)}


def test_without_an_address_of_hr_nobody_is_told(eventful: Workbench) -> None:
    give(eventful, None)
    assert tell_hr_what_is_new(eventful.parts) is False
    assert bulletins(eventful) == []
