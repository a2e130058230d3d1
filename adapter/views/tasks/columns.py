"""The columns of the work list as a spreadsheet: those that tell, and those that people fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from adapter.views.tasks import sentences
from adapter.views.tasks.work_list import ListedTask, TaskState
from config.catalogue import Language

CellValue = str | int | date | None

PROTECTED: Mapping[str, Callable[[ListedTask, Language], CellValue]] = {
    "id": lambda one, _: one.task.id,
    "version": lambda one, _: one.handling.version,
    "kind": lambda one, language: sentences.heading(one.task, language),
    "what": lambda one, language: sentences.what(one.task, language),
    "why": lambda one, language: sentences.why(one.task, language),
    "clause": lambda one, _: one.task.clause,
    "employees": lambda one, _: ", ".join(one.task.employee_ids) or None,
    "whom": lambda one, language: sentences.whom(one.task, language),
    "rule_due": lambda one, _: one.task.due_on,
    "otherwise": lambda one, language: sentences.otherwise(one.task, language),
}
"""By name, in order; what each shows of a task. They are protected."""

FILLED_IN: Mapping[str, Callable[[ListedTask, Language], CellValue]] = {
    "due": lambda one, _: one.handling.due_on,
    "assignee": lambda one, _: one.handling.assignee,
    "note": lambda one, _: one.handling.note,
    "seen": lambda one, language: _yes_or_no(one.handling.seen_at is not None, language),
    "closed": lambda one, language: _yes_or_no(one.state is TaskState.CLOSED, language),
}

LEGAL_ANSWER = ("mandatory", "mandatory_source", "mandatory_reason")
"""Filled in where HR settles whether training is mandatory by law. Empty on each list that goes
out, since what was settled leaves it; a list without these columns is read too."""

NEEDED = (*PROTECTED, *FILLED_IN)
NAMES = (*NEEDED, *LEGAL_ANSWER)
WIDTHS = {
    "what": 60,
    "why": 40,
    "otherwise": 40,
    "note": 40,
    "mandatory_reason": 40,
    "kind": 28,
    "id": 12,
    "version": 8,
}
NARROW = 16


def answers() -> dict[str, bool]:
    """Of people, in each language."""
    return {
        sentences.say(answer, language): answer == "yes"
        for language in Language
        for answer in ("yes", "no")
    }


def headings() -> dict[str, tuple[str, ...]]:
    """Every heading of a column, in each language."""
    return {name: tuple(sentences.say(name, language) for language in Language) for name in NAMES}


def _yes_or_no(it_is: bool, language: Language) -> str:
    return sentences.say("yes" if it_is else "no", language)
