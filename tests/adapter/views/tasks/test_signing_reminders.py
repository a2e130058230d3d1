"""Who must sign an agreement hears of it in the LMS, and not every day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, update

from adapter.deliveries.deliver import deliver_due
from adapter.ground.store.register import Register
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.subjects.sync.accounts import read_accounts
from adapter.views.tasks.signing_reminders import remind_to_sign
from tests.fixtures.workbench import MANAGER, PIET, Workbench


@pytest.fixture
def register(sqlite_register: Register) -> Register:
    return sqlite_register


def _days(bench: Workbench, days: int) -> None:
    for _ in range(days):
        remind_to_sign(bench.parts)
        bench.clock.advance(days=1)
    remind_to_sign(bench.parts)
    deliver_due(bench.parts)


def _told(bench: Workbench, user: int) -> list[str]:
    return [text for text in bench.messages_to(user) if "Teken" in text]


def test_the_employee_is_told_once_and_again_a_week_before(workbench: Workbench) -> None:
    read_accounts(workbench.parts)
    values = {"costs_cents": 250_000, "starts_on": date(2027, 3, 20)}
    workbench.agree(workbench.grant("10005", "OPL-003", **values), "10005", "OPL-003")
    _days(workbench, 3)
    assert len(_told(workbench, PIET)) == 1
    assert _told(workbench, MANAGER) == []
    _days(workbench, 18)
    assert len(_told(workbench, PIET)) == 2


def test_after_the_employee_it_is_the_managers_turn(workbench: Workbench) -> None:
    read_accounts(workbench.parts)
    values = {"costs_cents": 250_000, "starts_on": date(2027, 3, 20)}
    grant = workbench.grant("10005", "OPL-003", **values)
    workbench.agree(grant, "10005", "OPL-003", "employee")
    _days(workbench, 1)
    assert len(_told(workbench, MANAGER)) == 1
    assert _told(workbench, PIET) == []


def test_a_signed_agreement_reminds_nobody(workbench: Workbench) -> None:
    values = {"costs_cents": 250_000, "starts_on": date(2027, 3, 20)}
    grant = workbench.grant("10005", "OPL-003", **values)
    workbench.agree(grant, "10005", "OPL-003", "employee", "manager")
    assert remind_to_sign(workbench.parts) == 0


def test_before_the_adoption_nobody_is_reminded_of_what_is_not_offered(
    workbench: Workbench,
) -> None:
    values = {"costs_cents": 250_000, "starts_on": date(2027, 3, 20)}
    workbench.agree(workbench.grant("10005", "OPL-003", **values), "10005", "OPL-003")
    with workbench.register.write() as connection:
        connection.execute(delete(PolicyAdoptionRow))
    assert remind_to_sign(workbench.parts) == 0
    with workbench.register.write() as connection:
        connection.execute(update(AgreementRow).values(offered_before_adoption=1))
    assert remind_to_sign(workbench.parts) == 1
