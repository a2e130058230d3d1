"""One worker for several organisations: for each the threads that a worker of its own would have,
in one process.

Their faults are kept apart: what stops the work for one, also what nobody thought of, is logged,
and that one begins again after a pause, while the others go on. Which organisations there are is
looked at while it runs. Several such workers share them out by name.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from time import monotonic

import structlog

from adapter.doors.worker_port import Pulse
from adapter.ground.log import log_of
from adapter.ground.parts import Parts
from adapter.programs import worker
from config.organisations import CannotServe, Organisation, Organisations

LOOK_SECONDS = 2.0
NEXT_SECONDS = 0.05
"""How often it is looked whether the next one may begin."""
LONGEST_PAUSE_SECONDS = 60.0
SWITCH_SECONDS = 0.05
"""How long a thread of such a process computes before another may: at the 5 ms of Python hundreds
that wait for their turn wake up so often that a processor does little else."""
WIND_UP_SECONDS = 3.0
"""For giving back what hangs, after the grace that it had."""
BEGINNING_SECONDS = 2.0
"""How long the next organisation waits for one that begins. Hundreds that began at once would keep
a processor from all of them, also from those that have work; one that hangs keeps up nobody."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of `of` that is this process's; the first is 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, organisation: str) -> bool:
        """The same in every process and after every start."""
        return zlib.crc32(organisation.encode()) % self.of == self.number - 1


WHOLE = Share(1, 1)


class _Running:
    """The work for one organisation, with the settings that it had when this began."""

    def __init__(
        self,
        organisation: Organisation,
        open_parts: Callable[[Organisation], Parts],
        rhythm: worker.Rhythm,
    ) -> None:
        self.organisation = organisation
        self._open_parts = open_parts
        self._rhythm = rhythm
        self._stop = Event()
        self._run = Event()
        self._pulse = Pulse()
        self._began_at = monotonic()
        self._was_over = False
        self._thread = Thread(target=self._work, name=organisation.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._run.set()

    def is_beginning(self) -> bool:
        has_begun = self._pulse.has_beaten or self._was_over
        return not has_begun and monotonic() - self._began_at < BEGINNING_SECONDS

    def is_over(self) -> bool:
        """Also what hung when it stopped: nobody takes that up while it may still be done."""
        return not self._thread.is_alive() and not self._hanging()

    def wait(self, seconds: float) -> None:
        self._thread.join(max(seconds, 0.0))

    def _hanging(self) -> list[Thread]:
        of_ours = worker.thread_name("", self.organisation.name)
        return [one for one in enumerate_threads() if one.name.startswith(of_ours)]

    def _work(self) -> None:
        pause, told = 1.0, ""
        with log_of(self.organisation.name):
            while not self._stop.is_set():
                began = monotonic()
                fault = self._one_run()
                self._was_over = True
                if fault is None:
                    continue
                if monotonic() - began > LONGEST_PAUSE_SECONDS:
                    pause = 1.0
                if fault != told:
                    _log.error("organisation.not_worked_for", reason=fault, again_in=pause)
                told = fault
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                while self._hanging() and not self._stop.wait(1.0):
                    pass

    def _one_run(self) -> str | None:
        """Until it is told to stop; returns what else ended it."""
        parts: Parts | None = None
        try:
            parts = self._open_parts(self.organisation)
            # A fault sets the event of its run; that of ours would keep it from beginning again.
            self._run = Event()
            if not self._stop.is_set():
                worker.run(parts, self._run, self._rhythm, self._pulse)
        except CannotServe as error:
            return str(error)
        except BaseException as error:  # noqa: BLE001 - the others go on, whatever it is
            _log.error("organisation.fault", exc_info=error)
            return type(error).__name__
        finally:
            if parts is not None:
                parts.register.close()
        return None


def is_ready() -> bool:
    """The process is: which organisation is not worked for, that one's own health says."""
    return True


def run(
    organisations: Organisations,
    open_parts: Callable[[Organisation], Parts],
    stop: Event,
    share: Share = WHOLE,
    pulse: Pulse | None = None,
) -> None:
    """Work for every organisation of `share` until `stop` is set; then what is in hand is finished.
    `open_parts` raises `CannotServe`. `pulse` beats with the main loop."""
    pulse = pulse or Pulse()
    running: dict[str, _Running] = {}
    rhythm = worker.Rhythm()
    while not stop.is_set():
        pulse.beat()
        wanted = {one.name: one for one in organisations.all() if share.has(one.name)}
        rhythm.organisations = len(wanted)
        begin = partial(_Running, open_parts=open_parts, rhythm=rhythm)
        all_have_begun = _bring_along(running, wanted, begin)
        stop.wait(LOOK_SECONDS if all_have_begun else NEXT_SECONDS)
    for one in running.values():
        one.stop()
    ends_at = monotonic() + worker.GRACE_SECONDS
    for one in running.values():
        one.wait(ends_at + WIND_UP_SECONDS - monotonic())


def _bring_along(
    running: dict[str, _Running],
    wanted: Mapping[str, Organisation],
    begin: Callable[[Organisation], _Running],
) -> bool:
    """One begins after the other; whether all have begun."""
    for name, one in list(running.items()):
        if name not in wanted or wanted[name].settings is not one.organisation.settings:
            one.stop()
            if one.is_over():
                del running[name]
    for name, organisation in wanted.items():
        if name in running or organisation.settings is None:
            continue
        if any(one.is_beginning() for one in running.values()):
            return False
        running[name] = begin(organisation)
    return True
