"""The periodic jobs, one line each; which there are depends on what is configured."""

from __future__ import annotations

from datetime import timedelta

from adapter.enrolments.cohorts import maintain_cohorts
from adapter.parts import Parts
from adapter.schedule import Every, Job
from adapter.sync.poll import poll_courses, poll_enrolments


def jobs_of(parts: Parts) -> tuple[Job, ...]:
    """In the order in which they run when several are due: employees and courses come first,
    since an enrolment is decided upon with what is known of both."""
    times = parts.settings.schedule
    jobs: list[Job] = []
    if parts.lms is not None:
        jobs += [
            Job("poll_courses", Every(timedelta(minutes=times.course_poll_minutes)), poll_courses),
            Job(
                "poll_enrolments",
                Every(timedelta(minutes=times.enrolment_poll_minutes)),
                poll_enrolments,
            ),
            Job("maintain_cohorts", Every(timedelta(hours=1)), maintain_cohorts),
        ]
    return tuple(jobs)
