"""Two writers of one enrolment at the same time."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.moodle import Moodle, MoodleConfig
from sandboxes.moodle import Fault
from sandboxes.moodle.state import SUSPENDED
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.lab_cases import NINE, YEAR_ON, enrol


def test_the_loser_of_a_race_keeps_the_dates_that_the_winner_set() -> None:
    lab = Lab()
    enrol(2, 6, start=NINE, end=YEAR_ON)(lab)
    (mine,) = lab.state.enrolments.values()
    with lab.moodle:
        lms = Moodle(
            MoodleConfig(
                lab.moodle.url,
                TOKEN,
                known_user="j.devries",
                known_course="OPL-001",
                enrolment_report_id=1,
            ),
            now=lambda: datetime.fromtimestamp(lab.clock(), UTC),
            sleep=lambda _: None,
        )
        (seen,) = lms.enrolments_of("6", "2").rows
        mine.timeend = YEAR_ON + 86_400
        lab.moodle.switches.fail_next(Fault.WRITE_FAILED, function="enrol_manual_enrol_users")
        lms.set_suspended(seen, suspended=True)
        lms.close()
    assert (mine.status, mine.timestart, mine.timeend) == (SUSPENDED, NINE, YEAR_ON + 86_400)
