"""The adapter itself: a switch that is still off, a system that has not been read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapter.views.reconcile.finding import (
    NEITHER,
    Drift,
    Group,
    local,
)
from adapter.views.reconcile.snapshot import Snapshot
from policy.model import Severity

PAUSED, SILENT = CODES = ("enforcement_paused", "source_silent")
SILENCE = timedelta(hours=24)
LMS_NAME = "LMS"


def find(world: Snapshot) -> Iterator[Drift]:
    if world.pause is not None:
        yield Drift(
            code=PAUSED,
            severity=Severity.ADVISE,
            clause="Visie §9",
            numbers={
                "reason": world.pause.reason,
                "by": world.pause.by,
                "since": local(world.pause.since),
            },
        )
    for source, read_at in _last_readings(world).items():
        if read_at is None or read_at < world.now - SILENCE:
            yield Drift(
                code=SILENT,
                severity=Severity.ADVISE,
                numbers={"source": source, "last": None if read_at is None else local(read_at)},
                about=(source,),
            )


def _last_readings(world: Snapshot) -> dict[str, datetime | None]:
    """By system, None for one that was never read; an HRIS that was replaced may be silent."""
    read = world.traffic
    hris = (world.hris,) if world.hris else tuple(read.scanned_at)[:1]
    readings: dict[str, datetime | None] = {name: read.scanned_at.get(name) for name in hris}
    if world.lms or read.lms_read_at is not None:
        readings[LMS_NAME] = read.lms_read_at
    return readings


GROUP = Group("service", CODES, NEITHER, find, of_people=False)
