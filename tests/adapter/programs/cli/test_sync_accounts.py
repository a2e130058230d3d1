"""`sync employees` from the HRIS to the accounts, as an administrator sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from click.testing import Result
from sqlalchemy import delete, select

from adapter.ground.store.register import Register
from adapter.ground.store.tables.accounts import AccountLinkRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow
from adapter.programs.jobs import jobs_of
from adapter.queues.schedule import run_due
from adapter.subjects.accounts.sync import sync_accounts
from config.settings import Settings
from tests.fixtures.accounts import SETTINGS, accounts_of, sync
from tests.fixtures.workbench import Workbench

Run = Callable[..., Result]


@pytest.fixture
def register(sqlite_register: Register) -> Register:
    return sqlite_register


def test_both_halves_are_shown_and_then_written(bench: Workbench, run: Run) -> None:
    bench.hire("10020")
    shown = run(bench.parts, "sync", "employees", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "accounts new: 1: 10020" in shown.output
    assert "team cohorts: 1 in, 0 out" in shown.output
    assert "mails by Moodle: 1, with a password for each new account" in shown.output
    assert accounts_of(bench, "10020") == []
    written = run(bench.parts, "sync", "employees")
    assert "accounts written: 1 made, 0 changed" in written.output
    assert "team cohorts: 1 in, 0 out" in written.output
    assert len(accounts_of(bench, "10020")) == 1


def test_a_dry_run_on_an_empty_register_shows_what_the_first_run_does(
    bench: Workbench, run: Run
) -> None:
    bench.hire("10020")
    with bench.register.write() as connection:
        for table in (AccountLinkRow, EmploymentRow, EmployeeRow):
            connection.execute(delete(table))
    shown = run(bench.parts, "sync", "employees", "--dry-run")
    written = run(bench.parts, "sync", "employees")
    for line in ("employees new: 4: ", "accounts new: 1: 10020", "team cohorts: "):
        (said,) = (one for one in shown.output.splitlines() if one.startswith(line))
        assert said in written.output.splitlines()
    with bench.register.read() as connection:
        assert connection.execute(select(EmployeeRow)).first() is not None
    assert "mails to HR and the administrator: none, no mail server" in shown.output


def test_a_dry_run_keeps_nothing(bench: Workbench, run: Run) -> None:
    bench.hire("10020")
    with bench.register.write() as connection:
        connection.execute(delete(AccountLinkRow))
        connection.execute(delete(EmploymentRow))
        connection.execute(delete(EmployeeRow))
    run(bench.parts, "sync", "employees", "--dry-run")
    with bench.register.read() as connection:
        assert connection.execute(select(EmployeeRow)).first() is None
    assert accounts_of(bench, "10020") == []


def test_a_difference_is_named_by_number_and_field(bench: Workbench, run: Run) -> None:
    person = bench.staff.people["10005"]
    changed = replace(person, family_name="Bakker", email="piet@example.org")
    bench.staff.people["10005"] = changed
    run(bench.parts, "sync", "employees")
    (piet,) = accounts_of(bench, "10005")
    assert (piet.lastname, piet.email) == ("van 't Bakker", "piet@example.org")
    bench.hire("10020")
    bench.hire("10021")
    bench.staff.people["10021"] = replace(bench.staff.people["10021"], email="10020@example.org")
    output = run(bench.parts, "sync", "employees").output
    assert "accounts in doubt: 2: 10020 (email_of_two_employees) 10021" in output


def test_the_brake_ends_the_command_with_an_error_until_it_is_confirmed(
    bench: Workbench, run: Run
) -> None:
    numbers = [f"3{number:04}" for number in range(4)]
    for number in numbers:
        bench.hire(number)
    sync(bench)
    for number in numbers:
        bench.hire(number, ends=date(2027, 2, 1))
    stopped = run(bench.parts, "sync", "employees")
    assert stopped.exit_code == 1
    assert "BRAKE: 4 accounts would be suspended" in stopped.output
    assert "--confirm" in stopped.output
    assert run(bench.parts, "sync", "employees", "--confirm").exit_code == 0
    assert all(accounts_of(bench, number)[0].suspended for number in numbers)


def test_switched_off_it_says_what_would_switch_it_on(bench: Workbench, run: Run) -> None:
    off = Settings(moodle=SETTINGS.model_copy(update={"write_accounts": False}))
    bench.hire("10020")
    output = run(replace(bench.parts, settings=off), "sync", "employees").output
    assert "accounts new: 1: 10020" in output
    assert "ODWH_MOODLE_WRITE_ACCOUNTS" in output
    assert not {job.name for job in jobs_of(replace(bench.parts, settings=off))} & {
        "write_accounts",
        "check_accounts",
    }


def test_the_scheduled_jobs_write_accounts(bench: Workbench) -> None:
    bench.hire("10020")
    jobs = [job for job in jobs_of(bench.parts) if job.name.endswith("_accounts")]
    assert [job.name for job in jobs] == ["read_accounts", "check_accounts", "write_accounts"]
    run_due(bench.parts, tuple(jobs))
    assert len(accounts_of(bench, "10020")) == 1
    assert sync_accounts(bench.parts, dry_run=True).plan.alterations == []
