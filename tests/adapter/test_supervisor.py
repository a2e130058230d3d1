"""The supervisor keeps programs running, and ends them when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from adapter.programs import supervisor
from adapter.programs.supervisor import supervise
from tests.fixtures.programs import wait_until

OBEDIENT = """
import pathlib, signal, sys
def end(*_):
    pathlib.Path(sys.argv[1]).write_text("ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1]).write_text("runs")
signal.pause()
"""
STUBBORN = OBEDIENT.replace("sys.exit(0)", "pass").replace(
    "signal.pause()", "while True: signal.pause()"
)

STOPPED_AT_ONCE = """
import signal, time
from threading import Event
from adapter.programs.supervisor import _Copy
signal.signal(signal.SIGTERM, lambda *_: None)
codes = set()
for _ in range(40):
    copy = _Copy(lambda: time.sleep(60))
    copy.send_signal(signal.SIGTERM)
    codes.add(copy.wait(20))
print(codes)
"""
ORPHANED_AT_ONCE = """
import os, signal, time
from adapter.programs.supervisor import _Copy
supervisor = os.getpid()
def until_it_is_gone():
    while os.getppid() == supervisor:
        time.sleep(0.01)
os.register_at_fork(after_in_child=until_it_is_gone)
_Copy(lambda: os.write(1, b"works"))
os.kill(supervisor, signal.SIGKILL)
"""


class Starts:
    def __init__(self) -> None:
        self.pids: list[tuple[str, int]] = []

    def __call__(self, program: str, pid: int) -> None:
        self.pids.append((program, pid))


@contextmanager
def supervised(commands: dict[str, list[str]], starts: Starts) -> Iterator[Callable[[], float]]:
    """Gives a function that stops it all and tells how many seconds that took."""
    stop = Event()
    thread = Thread(target=supervise, args=(commands, stop), kwargs={"started": starts})
    thread.start()

    def end() -> float:
        began = monotonic()
        stop.set()
        thread.join()
        return monotonic() - began

    try:
        yield end
    finally:
        end()


@pytest.fixture
def starts() -> Starts:
    return Starts()


def _program(code: str, note: Path) -> list[str]:
    return [sys.executable, "-c", code, str(note)]


def _says(note: Path, word: str) -> bool:
    return note.exists() and note.read_text() == word


def test_a_program_that_was_killed_is_started_again_and_the_other_is_left_alone(
    tmp_path: Path, starts: Starts
) -> None:
    notes = {name: tmp_path / name for name in ("web", "worker")}
    commands = {name: _program(OBEDIENT, note) for name, note in notes.items()}
    with supervised(commands, starts) as end:
        wait_until(lambda: all(_says(note, "runs") for note in notes.values()), "not started")
        first = dict(starts.pids)
        notes["worker"].unlink()
        os.kill(first["worker"], signal.SIGKILL)
        wait_until(lambda: _says(notes["worker"], "runs"), "not started again")
        assert end() < supervisor.GRACE_SECONDS
    assert [name for name, _ in starts.pids] == ["web", "worker", "worker"]
    assert {note.read_text() for note in notes.values()} == {"ended"}


def test_a_program_that_keeps_ending_is_started_ever_more_slowly(
    tmp_path: Path, starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "POLL_SECONDS", 0.01)
    moments: list[float] = []

    def started(program: str, pid: int) -> None:
        starts(program, pid)
        moments.append(monotonic())

    stop = Event()
    thread = Thread(
        target=supervise,
        args=({"broken": [sys.executable, "-S", "-c", "raise SystemExit(3)"]}, stop),
        kwargs={"started": started},
    )
    thread.start()
    wait_until(lambda: len(moments) >= 3, "not started again")
    stop.set()
    thread.join()
    first, second = moments[1] - moments[0], moments[2] - moments[1]
    assert first >= 0.5
    assert second >= 1.0


def test_a_program_that_does_not_listen_is_ended_all_the_same(
    tmp_path: Path, starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.5)
    note = tmp_path / "stubborn"
    with supervised({"stubborn": _program(STUBBORN, note)}, starts) as end:
        wait_until(lambda: _says(note, "runs"), "not started")
        end()
    [(_, pid)] = starts.pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert note.read_text() == "ended"


def test_nothing_is_copied_while_another_thread_runs() -> None:
    """What that thread holds would be locked in the copy for ever."""
    told: list[str] = []

    def run() -> None:
        with pytest.raises(RuntimeError) as refused:
            supervise({"copy": lambda: None}, Event())
        told.append(str(refused.value))

    thread = Thread(target=run, name="another")
    thread.start()
    thread.join()
    assert len(told) == 1
    assert "another" in told[0]


def test_a_copy_that_is_stopped_as_it_begins_stops() -> None:
    """What the supervisor does with a signal is not what its copy is to do with one."""
    assert _said(STOPPED_AT_ONCE) == "{-15}"


def test_a_copy_whose_supervisor_is_gone_as_it_begins_works_on_nothing() -> None:
    assert _said(ORPHANED_AT_ONCE) == ""


def _said(code: str) -> str:
    """By the program and all that it leaves behind."""
    run = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=False, timeout=60, text=True
    )
    return run.stdout.strip()
