"""How often a worker asks whether there is something to do."""

from __future__ import annotations

from adapter.ground.store.waiting import ASKING_SECONDS
from adapter.programs import worker


def test_the_more_share_a_process_the_less_often_each_is_asked() -> None:
    alone, thirty, thousand = worker.Rhythm(), worker.Rhythm(30), worker.Rhythm(1000)
    assert (alone.idle, alone.watch) == (ASKING_SECONDS, worker.WATCH_SECONDS)
    assert alone.idle < thirty.idle < thousand.idle == 5.0
    assert alone.jobs < thirty.jobs < thousand.jobs == worker.JOBS_SECONDS * 12
    assert thousand.watch < worker.HEARTBEAT_SECONDS
