"""What the adapter may count on where Moodle has our plugin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import Transient
from connectors.ports import (
    EnrolmentMethod,
    EnrolmentStatus,
    Lms,
    LmsEnrolment,
)
from tests.connectors.moodle.stage import OwnCourse, Person, Stage

UNKNOWN = "2147483647"


def _row(lms: Lms, person: Person, course: OwnCourse) -> LmsEnrolment:
    (row,) = lms.enrolments_of(person.user_id, course.course_id).rows
    return row


def test_any_method_can_be_suspended(stage_with_plugin: Stage) -> None:
    assert stage_with_plugin.lms().suspendable() == frozenset(EnrolmentMethod)


def test_each_enrolment_has_its_own_id_and_exact_moments(stage_with_plugin: Stage) -> None:
    stage = stage_with_plugin
    person, course, lms = stage.person(), stage.course(), stage.lms()
    stage.enrol(person, course, timestart=1_803_850_801)
    row = _row(lms, person, course)
    assert row.enrolment_id is not None
    assert row.starts_at is not None
    assert row.starts_at.timestamp() == 1_803_850_801
    assert (row.ends_at, row.held_at, row.completed) == (None, None, False)
    assert row.method_text.startswith("manual ")


def test_a_reading_of_changes_has_what_changed_and_nothing_that_did_not(
    stage_with_plugin: Stage,
) -> None:
    stage = stage_with_plugin
    person, course, lms = stage.person(), stage.course(), stage.lms()
    first = lms.enrolments()
    assert first.complete
    assert first.mark is not None
    stage.enrol(person, course)
    later = lms.enrolments(first.mark)
    assert not later.complete
    assert person.user_id in {row.user_id for row in later.rows}
    assert lms.enrolments(str(int(first.mark) + 86_400)).complete


def test_an_id_that_became_anothers_is_never_written(stage_with_plugin: Stage) -> None:
    stage = stage_with_plugin
    mine, other, course, lms = stage.person(), stage.person(), stage.course(), stage.lms()
    for person in (mine, other):
        stage.enrol(person, course)
    restored = replace(_row(lms, mine, course), user_id=other.user_id)
    with pytest.raises(Transient, match="looked up again") as caught:
        lms.set_suspended(restored, suspended=True)
    assert caught.value.code == "enrolmentmismatch"
    gone = replace(_row(lms, mine, course), enrolment_id=UNKNOWN)
    with pytest.raises(Transient, match="looked up again") as caught:
        lms.set_suspended(gone, suspended=True)
    assert caught.value.code == "enrolmentgone"
    for person in (mine, other):
        assert _row(lms, person, course).status is EnrolmentStatus.ACTIVE
