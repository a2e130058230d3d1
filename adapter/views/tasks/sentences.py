"""A task in words: what it is, why, what to do, and what happens if nobody acts."""

from __future__ import annotations

from typing import Any

from adapter.views.tasks.task import Task
from config.catalogue import Language, text


def heading(task: Task, language: Language) -> str:
    return text(f"tasks.heading.{task.kind}", language)


def what(task: Task, language: Language) -> str:
    return text(f"tasks.what.{task.kind}", language, **task.numbers)


def why(task: Task, language: Language) -> str:
    return text(f"tasks.why.{task.kind}", language)


def otherwise(task: Task, language: Language) -> str:
    """What happens if nobody acts."""
    return text(f"tasks.otherwise.{task.kind}", language)


def whom(task: Task, language: Language) -> str:
    role = text(f"tasks.role.{task.for_role.replace('-', '_')}", language)
    return role if task.for_employee is None else f"{role} ({task.for_employee})"


def say(name: str, language: Language, /, **numbers: Any) -> str:
    return text(f"tasks.workbook.{name}", language, **numbers)
