"""What a person asks when something may be wrong: is the register there, which part fails and since
when, what waits, is the enforcement paused, and did the jobs run. Read from the register alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from adapter.ground.clock import today
from adapter.ground.parts import Parts
from adapter.ground.register_clock import CLOCK, register_fact
from adapter.ground.store.failures import named
from adapter.ground.store.migrate import current_revision
from adapter.ground.store.tables.work import HeartbeatRow
from adapter.programs.jobs import jobs_of
from adapter.register.adoption import adoptions, in_effect_from
from adapter.register.enforcement_switch import Pause, pause_in_force
from adapter.register.part_states import State
from adapter.views.service.health import PartHealth, health_of
from adapter.views.service.job_states import JobState, job_states
from adapter.views.service.waiting import Waiting, waiting_actions, waiting_events
from adapter.views.tasks.letters_left import DeadLetter, dead_letters

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Status:
    """`adopted_from` is the first day on which the adopted policy is in effect. `heartbeat` is the
    last of any worker."""

    at: datetime
    register: str
    revision: str | None
    clock: str | None
    parts: dict[str, PartHealth]
    heartbeat: datetime | None
    pause: Pause | None
    adopted_from: date | None
    in_effect: bool
    events: Waiting
    actions: Waiting
    letters: Sequence[DeadLetter]
    jobs: Sequence[JobState]

    @property
    def waiting_letters(self) -> int:
        return sum(one.left_because is None for one in self.letters)

    @property
    def attention(self) -> list[str]:
        """What somebody must look at, and with which command. Not what somebody chose: a pause, a
        policy that is not adopted, a system that is not set up, a letter that was left."""
        return list(_attention(self))


def status_of(parts: Parts) -> Status:
    """Of a register that is migrated."""
    now = parts.clock.now()
    clock = register_fact(parts.register, CLOCK)
    health = health_of(parts)
    with parts.register.read() as connection:
        effective = in_effect_from(adoptions(connection))
        return Status(
            at=now,
            register=named(parts.register.engine.url),
            revision=current_revision(parts.register),
            clock=clock,
            parts=health,
            heartbeat=connection.execute(select(func.max(HeartbeatRow.at))).scalar_one(),
            pause=pause_in_force(connection),
            adopted_from=effective,
            in_effect=effective is not None and effective <= today(parts.clock),
            events=waiting_events(connection),
            actions=waiting_actions(connection),
            letters=dead_letters(connection),
            jobs=job_states(connection, [job.name for job in jobs_of(parts)]),
        )


def _attention(status: Status) -> Iterator[str]:
    for name, part in status.parts.items():
        if part.state is State.FAILING:
            yield f"{name} is failing: {part.reason or 'see `odwh-adapter doctor`'}"
    for job in status.jobs:
        if job.error is not None:
            yield f"the job {job.name} failed when it last ran: {job.error}"
    if status.heartbeat is None:
        yield "no worker ever ran on this register: start the service"
    if status.waiting_letters:
        yield (
            f"{status.waiting_letters} dead letters wait: `odwh-adapter dead-letters list`, then "
            "replay or leave each"
        )
