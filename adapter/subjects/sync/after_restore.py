"""Reads the LMS again after a person said that a backup of it was put back."""

from __future__ import annotations

from adapter.ground.parts import Parts
from adapter.register.restore_signs import RestoreSign, note_restore
from adapter.subjects.enrolments.cohorts import maintain_cohorts
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import EnrolmentPoll, poll_courses, poll_enrolments


def read_after_restore(parts: Parts) -> EnrolmentPoll:
    """Accounts, courses, enrolments and cohorts. For a day, releases that the backup undid are done
    again; holds that it undid always are. May be repeated."""
    with parts.register.write() as connection:
        note_restore(connection, RestoreSign.SAID, "", parts.clock.now())
    read_accounts(parts)
    poll_courses(parts)
    polled = poll_enrolments(parts)
    maintain_cohorts(parts)
    return polled
