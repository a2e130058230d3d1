"""On which clock a register runs. Moments of a rehearsal in the live register would be decisions,
exits and holds that never were; so each register keeps to the clock that it first ran on."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from adapter.ground.clock import Clock, SystemClock
from adapter.ground.store.register import Register
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.register_facts import RegisterFactRow

CLOCK, MADE_BY = "clock", "made_by"
DEMO = "demo"


class RunsOn(StrEnum):
    REAL_TIME = "real"
    REHEARSAL = "rehearsal"


class OtherClock(Exception):
    """The register ran on another clock; the message says what to do."""


def clock_kind(clock: Clock) -> RunsOn:
    return RunsOn.REAL_TIME if isinstance(clock, SystemClock) else RunsOn.REHEARSAL


def refuse_rehearsal_of_a_live_register(register: Register, clock: Clock, *, copy: bool) -> None:
    """`copy`: the administrator says that this register is a copy to rehearse in."""
    if copy or clock_kind(clock) is RunsOn.REAL_TIME:
        return
    if register_fact(register, CLOCK) == RunsOn.REAL_TIME:
        raise OtherClock(
            "ODWH_REHEARSAL_CLOCK: this register ran on real time, and a rehearsal writes moments "
            "that never were. Rehearse in an empty register, or in a copy, and say that it is one "
            "with ODWH_REHEARSAL_OF_A_COPY=true"
        )


def refuse_real_time_after_a_rehearsal(register: Register, clock: Clock) -> None:
    if clock_kind(clock) is RunsOn.REAL_TIME and register_fact(register, CLOCK) == RunsOn.REHEARSAL:
        raise OtherClock(
            "ODWH_DATABASE_URL: in this register a rehearsal was run, so what it holds never "
            "happened. Name the live register, or set ODWH_REHEARSAL_CLOCK"
        )


def record(register: Register, **facts: str) -> None:
    """What is known already is not written again: a program that starts waits for no writer."""
    if all(register_fact(register, name) == value for name, value in facts.items()):
        return
    with register.write() as connection:
        for name, value in facts.items():
            upsert(connection, RegisterFactRow, {"name": name}, {"value": value})


def register_fact(register: Register, name: str) -> str | None:
    with register.read() as connection:
        value: str | None = connection.execute(
            select(RegisterFactRow.value).where(RegisterFactRow.name == name)
        ).scalar_one_or_none()
    return value
