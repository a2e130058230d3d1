"""Does `doctor` see whether people can only enrol themselves where the adapter lets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from connectors.moodle import Moodle, MoodleConfig
from connectors.ports import Check, CheckState
from sandboxes.moodle.state import Cohort, Course
from tests.connectors.moodle.lab import TOKEN, Lab

FUNCTION = "core_enrol_get_course_enrolment_methods"
OK, OTHER = 40, 41


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A course in which people enrol themselves, restricted to its cohort."""
    lab = Lab()
    for instance in lab.state.instances.values():
        instance.enabled = instance.enabled and instance.method != "self"
    lab.state.add_cohort(Cohort(OK, "OK-OPL-9 Zelf & snel", "OK-OPL-9"))
    lab.state.add_cohort(Cohort(OTHER, "Directie", "DIR"))
    lab.state.add_course(
        Course(30, "ZELF", "Zelf & snel", "OPL-9"), self_enrolment=True, self_cohort=OK
    )
    with lab.moodle:
        yield lab


def _line(lab: Lab) -> Check:
    config = MoodleConfig(
        url=lab.moodle.url,
        token=TOKEN,
        known_user="j.devries",
        known_course="OPL-001",
        enrolment_report_id=1,
    )
    lms = Moodle(config, now=lambda: datetime.fromtimestamp(lab.clock(), UTC), sleep=lambda _: None)
    checks = {check.name: check for check in lms.check()}
    lms.close()
    return checks["lms self enrolment (step 6)"]


def test_a_course_that_is_restricted_to_its_cohort_is_in_order(lab: Lab) -> None:
    line = _line(lab)
    assert (line.state, line.seen) == (CheckState.OK, "restricted to their cohort in 1 courses")


def test_without_self_enrolment_there_is_nothing_to_restrict(lab: Lab) -> None:
    lab.state.instance(30, "self").enabled = False
    assert _line(lab).seen == "no course that the policy governs has self enrolment"


def _open(lab: Lab) -> None:
    lab.state.instance(30, "self").cohortid = None


def _of_another_cohort(lab: Lab) -> None:
    lab.state.instance(30, "self").cohortid = OTHER


def _closed(lab: Lab) -> None:
    lab.state.instance(30, "self").closed = True


def _not_offered(lab: Lab) -> None:
    lab.moodle.switches.not_in_service = frozenset({FUNCTION})


@pytest.mark.parametrize(
    ("change", "state", "seen", "remedy"),
    [
        (_open, CheckState.FAILED, "anybody can enrol himself in OPL-9", "Only cohort members"),
        (
            _of_another_cohort,
            CheckState.FAILED,
            "cohort 'Directie'",
            "OK-<ID number of the course>",
        ),
        (_closed, CheckState.WARNING, "disabled or inactive", "Enkel site-groepsleden"),
        (_not_offered, CheckState.WARNING, "not in the service", "Externe services"),
    ],
)
def test_what_lets_others_in_or_cannot_be_seen_is_named_with_where_to_click(
    lab: Lab, change: Callable[[Lab], None], state: CheckState, seen: str, remedy: str
) -> None:
    change(lab)
    line = _line(lab)
    assert line.state is state
    assert "OPL-9" in line.seen
    assert seen in line.seen
    assert remedy in line.remedy


def test_a_cohort_that_nobody_can_choose_yet_fails_nothing(lab: Lab) -> None:
    _open(lab)
    del lab.state.cohorts[OK]
    line = _line(lab)
    assert line.state is CheckState.WARNING
    assert "OPL-9" in line.seen
    assert "odwh-adapter sync cohorts" in line.remedy


def test_a_course_without_an_id_number_goes_by_its_short_name(lab: Lab) -> None:
    _open(lab)
    lab.state.courses[30].idnumber = ""
    assert _line(lab).seen == "anybody can enrol himself in ZELF"
