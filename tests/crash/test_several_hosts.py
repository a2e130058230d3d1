"""Several machines on one PostgreSQL: one is killed, one has a clock that is off, one was cut off
from the database. Each event has its effect once.

`python -m tests.crash.hosts` does it for longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from adapter.ground.store.register import Register
from tests.crash.hosts import Machines
from tests.fixtures.programs import wait_until

ENROLMENTS = 18
KEEPALIVE_SECONDS = 30.0
"""After which a server hears that a machine is gone. One that was cut off within a transaction
keeps its locks until then."""


@pytest.fixture
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machines]:
    databases = request.getfixturevalue("postgres_databases")
    name = databases.take()
    register: Register = databases.register(name)
    machines = Machines(tmp_path, register, databases.url(name), ENROLMENTS)
    with machines.running():
        yield machines
    databases.give_back(name)


def test_what_a_machine_had_in_hand_when_it_died_or_was_cut_off_is_done_once_by_another(
    machines: Machines,
) -> None:
    killed, left, cut_off = machines.hosts
    learners = list(machines.rush.learners)
    machines.rush.moodle.switches.delay_seconds = 1.0
    machines.enrol(learners[:12], [killed, left])
    wait_until(lambda: machines.held_by(killed), "it took nothing")
    killed.kill()
    in_hand = machines.held_by(killed)
    wait_until(lambda: machines.held_by(cut_off), "it took nothing")
    cut_off.cable.pull_out()
    assert in_hand
    machines.rush.moodle.switches.delay_seconds = 0.02
    machines.enrol(learners[12:], [left])
    machines.outlive_leases()
    unheard_from = monotonic() + KEEPALIVE_SECONDS

    def all_done() -> bool:
        if monotonic() > unheard_from:
            cut_off.cable.server_gives_up()
            machines.outlive_turns()
        return machines.rush.all_done()

    wait_until(all_done, "the machine that is left did not do it all")
    cut_off.cable.put_in()
    if not cut_off.cable.server_gave_up:
        wait_until(lambda: cut_off.logged("inbox.lease_lost"), "it did not see that it is too late")
    left.stop()
    cut_off.stop()
    assert machines.rush.faults() == []
    assert machines.periods_run_twice() == []
