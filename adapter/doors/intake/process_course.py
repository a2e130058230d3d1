"""A course that was made, changed or deleted in the LMS: read back, so that the check at enrolment
knows it without waiting for the next reading of all courses."""

from __future__ import annotations

from adapter.ground.parts import Parts
from adapter.queues.inbox import StoredEvent, finish
from adapter.register.courses import keep_courses, mark_gone
from connectors.ports import Lms

COURSE_KINDS = frozenset({"course_created", "course_updated", "course_deleted"})


def process_course(parts: Parts, lms: Lms, event: StoredEvent, course_id: str) -> None:
    course = lms.course_by_id(course_id)
    now = parts.clock.now()
    with parts.register.write() as connection:
        if course is None:
            mark_gone(connection, [course_id], now)
        else:
            keep_courses(connection, [course], now)
        finish(connection, event.id, now)
