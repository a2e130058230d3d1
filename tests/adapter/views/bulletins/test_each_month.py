"""Each manager hears once a month how the own team stands, in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from adapter.deliveries.deliver import deliver_due
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.programs.jobs import jobs_of
from adapter.programs.worker import work_once
from adapter.register.keys import Principal, Role
from adapter.register.retention.clear import clear_past_terms
from adapter.subjects.requests.acts import looking
from adapter.subjects.sync.accounts import read_accounts
from adapter.views.bulletins.each_month import tell_managers_of_their_teams
from adapter.views.tasks.work_list import TaskState, list_tasks
from config.settings import PagesSettings, ScheduleSettings, Settings
from tests.fixtures.lms_events import tell
from tests.fixtures.workbench import EXCEL, MANAGER, PIET, Workbench

APRIL = datetime(2027, 4, 1, 5, 30, tzinfo=UTC)
"""Half past seven in Amsterdam."""


def give(bench: Workbench, **schedule: int) -> None:
    settings = Settings(
        pages=PagesSettings(url="https://leren.example.org"), schedule=ScheduleSettings(**schedule)
    )
    bench.parts = replace(bench.parts, settings=settings)


def bulletins(bench: Workbench) -> list[OutboxActionRow]:
    with bench.register.read() as connection:
        query = select(OutboxActionRow).where(OutboxActionRow.action_key.like("bulletin:team:%"))
        return rows_of(connection, query.order_by(OutboxActionRow.action_key))


@pytest.fixture
def team(workbench: Workbench) -> Workbench:
    """Piet is held for want of a grant, and has an agreement to sign for another course."""
    give(workbench)
    read_accounts(workbench.parts)
    workbench.hire("10009", manager=None)
    workbench.enrol(EXCEL, PIET)
    tell(workbench, "user_enrolment_created", PIET, EXCEL, method="manual")
    work_once(workbench.parts)
    grant = workbench.grant("10005", "OPL-002", costs_cents=250_000, starts_on=date(2027, 4, 20))
    workbench.agree(grant, "10005", "OPL-002", "employee")
    workbench.clock.moment = APRIL
    return workbench


def test_a_manager_is_told_in_numbers_with_a_link(team: Workbench) -> None:
    assert tell_managers_of_their_teams(team.parts) == 1
    deliver_due(team.parts)
    [told] = [text for text in team.messages_to(MANAGER) if "Het leren van je team" in text]
    assert "stand op 1 april 2027" in told
    assert "Medewerkers in je team: 2<br />" in told
    assert "Inschrijvingen die stilstaan: 1<br />" in told
    assert "https://leren.example.org/mijn-team" in told
    for said in ("10005", "Piet", "Bakker", "OPL-00", "Excel"):
        assert said not in told


def test_the_tasks_are_those_that_the_manager_sees(team: Workbench) -> None:
    manager = Principal("k2", "10009", Role.MANAGER, "10009")
    with looking(team.parts, manager) as act:
        seen = list_tasks(act, None, TaskState.OPEN)
    tell_managers_of_their_teams(team.parts)
    [action] = bulletins(team)
    assert len(seen) > 0
    assert action.payload["numbers"]["tasks"] == len(seen)


def test_it_is_sent_once_a_month_whatever_is_cleared(team: Workbench) -> None:
    for _ in range(30):
        tell_managers_of_their_teams(team.parts)
        clear_past_terms(team.parts)
        team.clock.advance(days=1)
    assert len(bulletins(team)) == 1
    tell_managers_of_their_teams(team.parts)
    assert len(bulletins(team)) == 2


def test_a_month_that_began_long_ago_is_passed_over(team: Workbench) -> None:
    team.clock.advance(days=7)
    assert tell_managers_of_their_teams(team.parts) == 0
    assert bulletins(team) == []


def test_a_register_that_was_just_read_in_tells_nobody(team: Workbench) -> None:
    team.clock.moment = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    assert tell_managers_of_their_teams(team.parts) == 0


def test_a_manager_who_left_is_not_told(team: Workbench) -> None:
    team.hire("10009", manager=None, ends=date(2027, 3, 31))
    assert tell_managers_of_their_teams(team.parts) == 0


def test_it_can_be_switched_off(team: Workbench) -> None:
    name = "tell_managers_of_their_teams"
    assert name in {job.name for job in jobs_of(team.parts)}
    give(team, team_bulletin_day=0)
    assert name not in {job.name for job in jobs_of(team.parts)}
