"""Reminds who has not signed an agreement yet: when it waits for them, and when it is urgent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.procedure import GrantRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.register.learning_reader import read_all_learning
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.requests.acts import acting
from adapter.subjects.tranches.run import ITSELF
from adapter.views.tasks.sources.agreements import find
from adapter.views.tasks.task import Task, TaskKind

URGENT = timedelta(days=7)
"""So long before the day on which both must have signed."""


def remind_to_sign(parts: Parts) -> int:
    """Put the reminders of today in the outbox, each once; returns how many people it concerns."""
    with acting(parts, ITSELF) as act:
        titles = trajectory_titles(act.connection)
        of_grant = {
            grant_id: titles.get(trajectory_id, trajectory_id)
            for grant_id, trajectory_id in act.connection.execute(
                select(GrantRow.id, GrantRow.trajectory_id)
            )
        }
        told = [
            _reminder(task, task.for_employee, of_grant, act.today)
            for task in find(act, read_all_learning(act.connection))
            if task.kind is TaskKind.AGREEMENT_UNSIGNED and task.for_employee is not None
        ]
        put(act.connection, told, act.now)
    return len(told)


def _reminder(task: Task, person: str, titles: Mapping[str, str], today: date) -> Action:
    grant_id, employee_id = task.about
    party = "employee" if person == employee_id else "manager"
    urgent = today >= task.due_on - URGENT
    key = f"sign:{grant_id}:{employee_id}:{person}:{'urgent' if urgent else 'first'}"
    return Action(
        action_key=key,
        kind=ActionKind.TELL,
        subject=key,
        payload={
            "recipient": person,
            "text": f"agreement_to_sign_{party}",
            "numbers": {
                "title": titles[grant_id],
                "employee": employee_id,
                "due": task.due_on.isoformat(),
                "reference": grant_id[:8],
            },
        },
    )
