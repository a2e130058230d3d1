"""Several workers read the one participants report of a slow LMS, whose filter belongs to the
account that they share: none believes what another asked for.

`RUSH_ENROLMENTS=2000` tries that many; it takes some minutes on each engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from adapter.ground.store.register import Register
from tests.crash.rush import Rush
from tests.fixtures.programs import running

WORKERS = 3
ENROLMENTS = int(os.environ.get("RUSH_ENROLMENTS", "24"))
SECONDS_EACH = 5.0
"""A busy machine is slow; a lost event is told by its absence, never by its time."""


@pytest.fixture
def rush(register: Register, database_url: str, tmp_path: Path) -> Iterator[Rush]:
    rush = Rush(tmp_path, register, database_url, ENROLMENTS)
    with rush.moodle:
        rush.open()
        yield rush


def test_no_enrolment_is_lost_among_workers_that_read_one_report_at_the_same_time(
    rush: Rush,
) -> None:
    rush.enrol_everybody()
    with ExitStack() as programs:
        for _ in range(WORKERS):
            programs.enter_context(running("--config", str(rush.config), "worker"))
        deadline = monotonic() + 60 + SECONDS_EACH * ENROLMENTS
        while not rush.all_done():
            assert monotonic() < deadline, rush.progress()
            sleep(0.2)
    assert rush.faults() == []
