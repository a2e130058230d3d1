"""Every kind of task appears by itself, says what it must, and disappears once it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapter.register.keys import Principal, Role
from adapter.views.tasks import sentences
from adapter.views.tasks.task import OF_MANAGERS, TaskKind
from config.catalogue import Language, keys
from tests.adapter.views.tasks.conftest import Listed
from tests.adapter.views.tasks.situations import MANAGER, SITUATIONS
from tests.fixtures.agency import Agency

OWN_MANAGER = Principal("k2", "manager", Role.MANAGER, MANAGER)
OTHER_MANAGER = replace(OWN_MANAGER, employee_id="10019")
each_kind = pytest.mark.parametrize("kind", TaskKind)


def test_nothing_waits_where_everything_is_in_order(listed: Listed) -> None:
    assert listed() == []


@each_kind
def test_a_task_arises_and_ends_where_it_is_done(
    agency: Agency, listed: Listed, kind: TaskKind
) -> None:
    situation = SITUATIONS[kind]
    for step in situation.arises:
        step(agency)
    (one,) = listed(kind)
    assert one.task.due_on == one.due_on == situation.due
    assert one.task.arose_on <= situation.due
    assert "10005" not in one.task.id
    situation.ends(agency)
    assert listed(kind) == []


@each_kind
def test_a_task_says_what_why_for_whom_and_what_happens_otherwise(
    agency: Agency, listed: Listed, kind: TaskKind
) -> None:
    for step in SITUATIONS[kind].arises:
        step(agency)
    (one,) = listed(kind)
    for language in Language:
        for say in (sentences.what, sentences.why, sentences.otherwise):
            assert say(one.task, language).endswith(".")
        assert sentences.heading(one.task, language)
        assert sentences.whom(one.task, language)


@each_kind
def test_a_manager_sees_the_own_team_only_and_nothing_of_repayment(
    agency: Agency, listed: Listed, kind: TaskKind
) -> None:
    for step in SITUATIONS[kind].arises:
        step(agency)
    assert len(listed(kind, by=OWN_MANAGER)) == (kind in OF_MANAGERS)
    assert listed(by=OTHER_MANAGER) == []


def test_who_has_not_signed_is_the_one_who_acts(agency: Agency, listed: Listed) -> None:
    for step in SITUATIONS[TaskKind.AGREEMENT_UNSIGNED].arises:
        step(agency)
    (one,) = listed(TaskKind.AGREEMENT_UNSIGNED)
    assert (one.task.for_role, one.task.for_employee) == (Role.EMPLOYEE, "10005")


def test_both_languages_have_the_same_texts() -> None:
    for subject in ("tasks.", "imports."):
        dutch, english = (
            {key for key in keys(language) if key.startswith(subject)} for language in Language
        )
        assert dutch == english


@pytest.mark.parametrize("decided", [TaskKind.REPAYMENT_REVIEW, TaskKind.CLAIM_TO_CONFIRM])
def test_actual_costs_are_not_asked_for_once_hr_set_the_amount_or_decided_on_the_claim(
    agency: Agency, listed: Listed, decided: TaskKind
) -> None:
    for step in SITUATIONS[decided].arises:
        step(agency)
    assert len(listed(TaskKind.ACTUAL_COSTS_UNKNOWN)) == 1
    SITUATIONS[decided].ends(agency)
    assert listed(TaskKind.ACTUAL_COSTS_UNKNOWN) == []
