"""A circuit opens after calls without an answer, lets one through after a pause, and closes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connectors.circuit import (
    CALLS_ALLOWED,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    REFUSED,
    Circuit,
)
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)

SILENT = Transient("no answer in time", code="timeout")


@dataclass
class Clock:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit("lms", clock=clock)


def fail(circuit: Circuit, error: ConnectorError = SILENT, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(type(error)), circuit.call():
            raise error


def refusal(circuit: Circuit) -> Transient:
    with pytest.raises(Transient) as refused, circuit.call():
        raise AssertionError("the call was let through")
    return refused.value


def test_it_opens_after_calls_in_a_row_and_says_why_and_for_how_long(circuit: Circuit) -> None:
    fail(circuit, times=CALLS_ALLOWED - 1)
    assert not circuit.state().open
    fail(circuit)
    assert circuit.state().open
    assert circuit.state().why == "no answer in time"
    refused = refusal(circuit)
    assert refused.code == REFUSED
    assert refused.retry_after == FIRST_PAUSE
    assert "no answer in time" in str(refused)


@pytest.mark.parametrize(
    "answer",
    [
        Permanent("refused", code="422"),
        Misconfigured("no rights", code="403"),
        Transient("in maintenance", code="sitemaintenance"),
        Transient("a fault of theirs", code="500"),
    ],
)
def test_an_answer_of_any_kind_is_one(circuit: Circuit, answer: ConnectorError) -> None:
    fail(circuit, times=CALLS_ALLOWED - 1)
    fail(circuit, answer)
    fail(circuit, times=CALLS_ALLOWED - 1)
    assert not circuit.state().open


def test_a_lost_race_of_our_own_says_nothing_of_the_system(circuit: Circuit) -> None:
    fail(circuit, times=CALLS_ALLOWED - 1)
    fail(circuit, Transient("somebody else changed it"))
    fail(circuit)
    assert circuit.state().open


def test_one_call_is_let_through_after_the_pause_and_closes_it(
    circuit: Circuit, clock: Clock
) -> None:
    fail(circuit, times=CALLS_ALLOWED)
    assert not circuit.ready()
    clock.at += FIRST_PAUSE
    assert circuit.ready()
    with circuit.call():
        assert not circuit.ready()
        refusal(circuit)
    assert circuit.ready()
    assert not circuit.state().open


def test_the_pause_grows_to_a_minute_and_starts_anew(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, times=CALLS_ALLOWED)
    for _ in range(10):
        clock.at += LONGEST_PAUSE
        fail(circuit)
    clock.at += LONGEST_PAUSE - 1
    assert not circuit.ready()
    clock.at += 1
    with circuit.call():
        pass
    fail(circuit, times=CALLS_ALLOWED)
    clock.at += FIRST_PAUSE
    assert circuit.ready()


def test_a_fault_during_the_call_that_was_let_through_keeps_nobody_out(
    circuit: Circuit, clock: Clock
) -> None:
    fail(circuit, times=CALLS_ALLOWED)
    clock.at += FIRST_PAUSE
    with pytest.raises(KeyError), circuit.call():
        raise KeyError
    assert circuit.ready()
