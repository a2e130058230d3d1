"""Log and metrics are told of what stays, in the step in which it was done."""

from __future__ import annotations

import pytest

from adapter.ground import correlation
from adapter.ground.store.committed import once_committed
from adapter.ground.store.register import Register
from adapter.ground.traces import Step


class Rollback(Exception): ...


def test_what_is_committed_is_told_afterwards(register: Register) -> None:
    told: list[str] = []
    with register.write() as connection:
        once_committed(connection, lambda: told.append("first"))
        once_committed(connection, lambda: told.append("second"))
        assert told == []
    assert told == ["first", "second"]


def test_what_is_rolled_back_is_never_told(register: Register) -> None:
    told: list[str] = []
    with pytest.raises(Rollback), register.write() as connection:
        once_committed(connection, lambda: told.append("undone"))
        raise Rollback
    # A pool gives the same connection again.
    with register.write() as connection:
        once_committed(connection, lambda: told.append("done"))
    assert told == ["done"]


def test_it_is_told_within_the_step_that_did_it(register: Register) -> None:
    told: list[correlation.Correlation | None] = []
    with register.write() as connection, Step("outer"):
        outer = correlation.current()
        with Step("inner", own=True):
            inner = correlation.current()
            once_committed(connection, lambda: told.append(correlation.current()))
    assert told == [inner]
    assert inner != outer
    assert correlation.current() is None
