"""What an account has only one of is used by one process at a time, also when one of them dies."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import insert, select

from adapter.ground.store.register import Register
from adapter.ground.store.tables.work import TurnRow
from adapter.queues.leases import worker_name
from adapter.queues.turns import LONGEST_TURN, RegisterTurns
from connectors.errors import Transient
from tests.fixtures.workbench import StandingClock

REPORT = "the report"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
COUNT_UP = """
import sys
from pathlib import Path
from adapter.ground.store.register import open_register
from adapter.queues.turns import RegisterTurns

turns, file = RegisterTurns(open_register(sys.argv[1])), Path(sys.argv[2])
for _ in range(25):
    with turns.take("the report"):
        number = int(file.read_text())
        file.write_text(str(number + 1))
"""


def _hurried(register: Register, clock: StandingClock | None = None) -> RegisterTurns:
    return RegisterTurns(register, clock, patience_seconds=0)


def _is_free(register: Register) -> bool:
    with register.read() as connection:
        return connection.execute(select(TurnRow)).first() is None


def test_processes_take_turns(database_url: str, register: Register, tmp_path: Path) -> None:
    file = tmp_path / "number"
    file.write_text("0")
    programs = [
        subprocess.Popen([sys.executable, "-c", COUNT_UP, database_url, str(file)])
        for _ in range(3)
    ]
    assert [program.wait(100) for program in programs] == [0, 0, 0]
    assert file.read_text() == "75", "none wrote over what another had written"
    assert _is_free(register)


def test_who_waits_too_long_is_told_to_come_again(register: Register) -> None:
    with _hurried(register).take(REPORT):
        busy = pytest.raises(Transient, match="the report: another process has been at it")
        with busy, _hurried(register).take(REPORT):
            pytest.fail("two at once")
        with _hurried(register).take("something else"):
            pass


def test_who_waits_gets_its_turn_when_it_comes(register: Register) -> None:
    order: list[str] = []

    def second() -> None:
        with RegisterTurns(register).take(REPORT):
            order.append("second")

    with RegisterTurns(register).take(REPORT):
        thread = Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_turn_ends_with_an_error_too(register: Register) -> None:
    with pytest.raises(ZeroDivisionError), _hurried(register).take(REPORT):
        raise ZeroDivisionError
    assert _is_free(register)


def test_the_turn_of_a_process_that_is_gone_is_free_at_once(register: Register) -> None:
    here = worker_name().rsplit(":", 2)[0]
    _taken(register, f"{here}:1999999:before", NOW + LONGEST_TURN)
    with _hurried(register, StandingClock(NOW)).take(REPORT):
        pass


def test_the_turn_of_another_machine_ends_by_itself(register: Register) -> None:
    _taken(register, "elsewhere:1:x", NOW + timedelta(seconds=1))
    with pytest.raises(Transient), _hurried(register, StandingClock(NOW)).take(REPORT):
        pytest.fail("it is still its turn")
    with _hurried(register, StandingClock(NOW + timedelta(seconds=1))).take(REPORT):
        pass


def test_a_turn_taken_before_the_clock_was_set_back_keeps_nobody_out(register: Register) -> None:
    _taken(register, "elsewhere:1:x", NOW + timedelta(hours=1) + LONGEST_TURN)
    with _hurried(register, StandingClock(NOW)).take(REPORT):
        pass


def test_what_was_done_in_a_turn_that_was_lost_is_not_believed(register: Register) -> None:
    clock = StandingClock(NOW)
    with (
        pytest.raises(Transient, match="another process began"),
        _hurried(register, clock).take(REPORT),
    ):
        clock.advance(minutes=6)
        with _hurried(register, clock).take(REPORT):
            pass


def test_who_goes_on_after_its_turn_was_lost_is_stopped(register: Register) -> None:
    clock = StandingClock(NOW)
    with pytest.raises(Transient), _hurried(register, clock).take(REPORT) as turn:
        clock.advance(minutes=6)
        with _hurried(register, clock).take(REPORT):
            turn.keep()
            pytest.fail("it is another's turn")


def test_long_work_keeps_its_turn(register: Register) -> None:
    clock = StandingClock(NOW)
    with _hurried(register, clock).take(REPORT) as turn:
        for _ in range(4):
            clock.advance(minutes=4)
            turn.keep()
        with pytest.raises(Transient), _hurried(register, clock).take(REPORT):
            pytest.fail("it is still its turn")


def _taken(register: Register, held_by: str, until: datetime) -> None:
    with register.write() as connection:
        connection.execute(
            insert(TurnRow).values(what=REPORT, mark="other", held_by=held_by, until=until)
        )
