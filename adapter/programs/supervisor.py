"""Runs several programs of ours as one: `serve` is a web service and a worker on one machine.

A program is a command line, or a function that runs in a copy of this process: what this one has
imported is then there at once, and is in memory once for all.

A program that ends is started again, ever more slowly when it keeps ending; a signal to stop
is passed on to all, and they are waited for. Whoever kills the supervisor ends its programs too:
an orphan would keep the port, and go on working beside the next supervisor's.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkProcess
from threading import Event
from time import monotonic
from typing import IO, Protocol

import structlog

_log = structlog.get_logger(__name__)

POLL_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
GRACE_SECONDS = 30.0
SETTLED_SECONDS = 60.0
_SUPERVISOR = "LEARNING_ADAPTER_SUPERVISOR"
"""In the environment of a supervised program: the process id of who looks after it."""
_PR_SET_PDEATHSIG = 1
_TO_STOP = (signal.SIGTERM, signal.SIGINT)


Started = Callable[[str, int], None]
"""Told of every start: the program's name and process id."""


def _log_start(program: str, pid: int) -> None:
    _log.info("supervisor.started", program=program, pid=pid)


Supervised = Sequence[str] | Callable[[], None]
"""A command line, or what a copy of this process runs."""


class _Process(Protocol):
    """What is asked of a process, as `subprocess.Popen` has it."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


class _Copy:
    """A copy of this process that runs one function. Nothing may run beside it here: a lock that
    another thread holds would stay locked in the copy for ever."""

    def __init__(self, run: Callable[[], None]) -> None:
        if threading.active_count() > 1:
            names = [one.name for one in threading.enumerate()]
            raise RuntimeError(f"cannot be copied while other threads run: {names}")
        # What is sent before the copy listens by itself waits until then: what listens here is in
        # the copy nobody's.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _TO_STOP)
        try:
            self._process: ForkProcess = multiprocessing.get_context("fork").Process(
                target=_begin_anew, args=(run, os.getpid(), before)
            )
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        assert self._process.pid is not None, "it was started"
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise subprocess.TimeoutExpired("a copy of the supervisor", timeout or 0.0)
        return code

    def kill(self) -> None:
        self._process.kill()


def _begin_anew(run: Callable[[], None], supervisor: int, listens_to: set[signal.Signals]) -> None:
    """In the copy: what was the supervisor's own is left behind."""
    os.setsid()
    for number in _TO_STOP:
        signal.signal(number, signal.SIG_DFL)
    # Not whoever is the parent by now: the supervisor may be gone already.
    os.environ[_SUPERVISOR] = str(supervisor)
    end_with_supervisor()
    signal.pthread_sigmask(signal.SIG_SETMASK, listens_to)
    run()


class _Child:
    def __init__(
        self, name: str, program: Supervised, started: Started, output: IO[bytes] | None
    ) -> None:
        self.name = name
        self._program = program
        self._tell = started
        self._output = output
        self._pause = 0.5
        self._start_at = 0.0
        self._started = 0.0
        self.process: _Process | None = None

    def keep_alive(self) -> None:
        now = monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            self._ended(now, self.process.returncode or 0)
        if now >= self._start_at:
            self.process = self._begun()
            self._started = now
            self._tell(self.name, self.process.pid)

    def _begun(self) -> _Process:
        if callable(self._program):
            return _Copy(self._program)
        return subprocess.Popen(  # noqa: S603 - our own command line
            self._program,
            stdout=self._output,
            stderr=self._output,
            env=os.environ | {_SUPERVISOR: str(os.getpid())},
            # Ctrl-C is for the supervisor, which lets each finish what it has in hand.
            start_new_session=True,
        )

    def _ended(self, now: float, code: int) -> None:
        self.process = None
        if now - self._started > SETTLED_SECONDS:
            self._pause = 0.5
        _log.error("supervisor.ended", program=self.name, code=code, again_in=self._pause)
        self._start_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            _log.error("supervisor.killed", program=self.name)
            self.process.kill()
            self.process.wait()


def supervise(
    programs: Mapping[str, Supervised],
    stop: Event,
    *,
    started: Started = _log_start,
    output: IO[bytes] | None = None,
) -> None:
    """Keep the programs, by name, running until `stop` is set.

    `output` is where command lines write; None is where this program writes.
    """
    children = [_Child(name, program, started, output) for name, program in programs.items()]
    try:
        for child in children:
            child.keep_alive()
        while not stop.wait(POLL_SECONDS):
            for child in children:
                child.keep_alive()
    finally:
        for child in children:
            child.stop()
        deadline = monotonic() + GRACE_SECONDS
        for child in children:
            child.wait(deadline - monotonic())


def end_with_supervisor() -> None:
    """Asked for by a program that may be supervised: the kernel tells it to stop as soon as its
    supervisor is gone, however that ended. Linux only; elsewhere nothing is asked."""
    supervisor = os.environ.pop(_SUPERVISOR, None)
    if supervisor is None or not hasattr(ctypes.CDLL(None), "prctl"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != int(supervisor):
        # It was killed between starting this program and the line above.
        os.kill(os.getpid(), signal.SIGTERM)
