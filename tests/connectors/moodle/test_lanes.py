"""Calls that are made at once know what the one who asked for them knows."""

from __future__ import annotations

from contextvars import ContextVar

import structlog

from connectors.deadline import deadline, seconds_left
from connectors.moodle.lanes import lanes

WHOSE: ContextVar[str] = ContextVar("whose", default="nobody's")


def test_each_call_is_for_whom_it_was_asked() -> None:
    for organisation in ("noord", "zuid"):
        token = WHOSE.set(organisation)
        with lanes(4, "call") as calls:
            assert set(calls.map(lambda _: WHOSE.get(), range(20))) == {organisation}
        WHOSE.reset(token)


def test_a_call_ends_with_the_deadline_of_the_one_who_asked() -> None:
    with deadline(5.0), lanes(2, "call") as calls:
        assert max(calls.map(lambda _: seconds_left(100.0), range(10))) <= 5.0


def test_its_lines_in_the_log_name_the_organisation() -> None:
    with structlog.contextvars.bound_contextvars(organisation="noord"), lanes(2, "call") as calls:
        named = calls.map(lambda _: structlog.contextvars.get_contextvars(), range(4))
        assert {one["organisation"] for one in named} == {"noord"}
