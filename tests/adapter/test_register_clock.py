"""A register keeps to the clock that it first ran on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapter.ground.clock import Clock, FileClock, SystemClock
from adapter.ground.register_clock import (
    OtherClock,
    RunsOn,
    record,
    refuse_real_time_after_a_rehearsal,
    refuse_rehearsal_of_a_live_register,
    register_fact,
)
from adapter.ground.store.register import Register
from tests.fixtures.programs import ROOT, clean_environment


@pytest.fixture
def rehearsal(tmp_path: Path) -> Clock:
    file = tmp_path / "clock"
    file.write_text("2027-03-01T10:00:00+01:00")
    return FileClock(file)


def test_what_is_known_of_the_clock_waits_for_no_writer(sqlite_register: Register) -> None:
    record(sqlite_register, clock=RunsOn.REAL_TIME)
    with sqlite_register.write():
        record(sqlite_register, clock=RunsOn.REAL_TIME)
    assert register_fact(sqlite_register, "clock") == RunsOn.REAL_TIME


def test_a_rehearsal_refuses_a_register_that_ran_on_real_time(
    register: Register, rehearsal: Clock
) -> None:
    refuse_rehearsal_of_a_live_register(register, rehearsal, copy=False)
    record(register, clock=RunsOn.REAL_TIME)
    with pytest.raises(OtherClock, match="ODWH_REHEARSAL_OF_A_COPY=true"):
        refuse_rehearsal_of_a_live_register(register, rehearsal, copy=False)
    refuse_rehearsal_of_a_live_register(register, rehearsal, copy=True)
    refuse_rehearsal_of_a_live_register(register, SystemClock(), copy=False)


def test_real_time_does_not_go_on_with_what_was_rehearsed(
    register: Register, rehearsal: Clock
) -> None:
    refuse_real_time_after_a_rehearsal(register, SystemClock())
    record(register, clock=RunsOn.REHEARSAL)
    with pytest.raises(OtherClock, match="ODWH_DATABASE_URL"):
        refuse_real_time_after_a_rehearsal(register, SystemClock())
    refuse_real_time_after_a_rehearsal(register, rehearsal)


def test_a_command_on_a_rehearsal_clock_changes_nothing_in_a_live_register(
    sqlite_register: Register, tmp_path: Path, rehearsal: Clock
) -> None:
    url = sqlite_register.engine.url.render_as_string()
    live = clean_environment() | {"ODWH_DATABASE_URL": url}
    rehearsed = live | {"ODWH_REHEARSAL_CLOCK": str(tmp_path / "clock")}
    _command(live, 0, "reconcile", "--format", "json")
    assert register_fact(sqlite_register, "clock") == RunsOn.REAL_TIME
    for command in (["worker"], ["sync"], ["key", "create", "--name", "x", "--role", "hr"]):
        assert "ran on real time" in _command(rehearsed, 1, *command)
    copy = rehearsed | {"ODWH_REHEARSAL_OF_A_COPY": "true"}
    _command(copy, 0, "reconcile", "--format", "json")
    assert register_fact(sqlite_register, "clock") == RunsOn.REHEARSAL
    assert "a rehearsal was run" in _command(live, 1, "worker")


def _command(environment: dict[str, str], code: int, *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "adapter", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    return ended.stderr
