"""What no event told, and what came in or must go out and does not get through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from adapter.queues.inbox import EventState
from adapter.views.reconcile.finding import (
    LMS,
    NEITHER,
    Drift,
    Group,
    local,
)
from adapter.views.reconcile.snapshot import SETTLING, Snapshot, course_name
from adapter.views.reconcile.traffic import RECENT, StuckWork
from policy.model import Severity

MISSED = "event_missed"
FAILED, DEAD, UNDELIVERED = STUCK = ("event_failed", "event_dead", "dead_letter")
A_DAY = timedelta(days=1)


def find_missed(world: Snapshot) -> Iterator[Drift]:
    """Enrolments of the last weeks that only the poll saw, since the LMS sends events at all. Their
    id is unknown, so a self enrolment among them cannot be held."""
    if world.traffic.first_lms_event_at is None:
        return
    first = max(world.traffic.first_lms_event_at, world.now - RECENT)
    for row in world.enrolments:
        employee_id = world.employee_of(row)
        made_at = row.created_at
        if employee_id is None or made_at is None or row.enrolment_id is not None:
            continue
        expected = first < made_at < world.now - SETTLING
        if expected and (row.user_id, row.course_id) not in world.traffic.told:
            yield Drift(
                code=MISSED,
                severity=Severity.INFO,
                employee_id=employee_id,
                course_id=course_name(world.courses[row.course_id]),
                numbers={"made_at": local(made_at)},
                about=(row.method_text,),
            )


def find_stuck(world: Snapshot) -> Iterator[Drift]:
    """Per sender and kind, what has not got through for more than a day."""
    until = world.now - A_DAY
    events = [event for event in world.traffic.stuck_events if event.received_at < until]
    letters = [letter for letter in world.traffic.dead_letters if letter.received_at < until]
    yield from _counted(FAILED, (event for event in events if event.state == EventState.FAILED))
    yield from _counted(DEAD, (event for event in events if event.state == EventState.DEAD))
    yield from _counted(UNDELIVERED, letters)


def _counted(code: str, stuck: Iterable[StuckWork]) -> Iterator[Drift]:
    kinds: dict[tuple[str, str], list[StuckWork]] = defaultdict(list)
    for one in stuck:
        kinds[one.source, one.kind].append(one)
    for (source, kind), same in sorted(kinds.items()):
        oldest = min(one.received_at for one in same)
        yield Drift(
            code=code,
            severity=Severity.ADVISE,
            numbers={
                "kind": kind,
                "source": source or None,
                "count": len(same),
                "oldest": local(oldest),
            },
            about=(source, kind),
        )


MISSED_GROUP = Group("missed_events", (MISSED,), LMS, find_missed)
STUCK_GROUP = Group("stuck", STUCK, NEITHER, find_stuck, of_people=False)
