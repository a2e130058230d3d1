"""The work list: all that waits for a person, with what people have added to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any

from adapter.queues import outbox
from adapter.register.keys import Principal, Role
from adapter.register.learning import Learning
from adapter.register.people import known_employee
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import (
    OtherVersion,
    OutsideRole,
    UnknownEntry,
    WrongField,
    refuse_if_any,
)
from adapter.subjects.requests.teams import visible_employees
from adapter.views.tasks.concerned import read_concerned
from adapter.views.tasks.handling import (
    UNTOUCHED,
    Handling,
    all_handling,
    keep,
)
from adapter.views.tasks.letters_left import note_left
from adapter.views.tasks.sources import (
    accounts,
    agreements,
    claims,
    commitments,
    exits,
    follow_up,
    law,
    leavers,
    requests,
    service,
)
from adapter.views.tasks.task import (
    CLOSED_BY_HAND,
    OF_MANAGERS,
    Task,
    TaskKind,
)

SOURCES = (exits, claims, accounts, requests, commitments, service)
OF_LEARNING = (leavers, law, agreements, follow_up)
"""Those that look at what people have learned and will; it is read once for them."""
FOR_MANAGERS = (requests, agreements, follow_up)
"""The only ones that find tasks of `OF_MANAGERS`."""
OF_HR = frozenset({"assignee", "due_on", "closed"})
"""What only HR changes; a manager can note something and mark it as seen."""

_HR = Principal("work list", "work list", Role.HR, None)


class TaskState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """A person ended it, and nothing that it is about has changed since."""


class EndsElsewhere(ValueError):
    """This task ends by itself once what it asks for is done."""


@dataclass(frozen=True, slots=True)
class ListedTask:
    task: Task
    handling: Handling

    @property
    def due_on(self) -> date:
        """By the rule of its kind, unless a person set another day."""
        return self.handling.due_on or self.task.due_on

    @property
    def state(self) -> TaskState:
        ended = self.handling.closed_at is not None
        same = self.handling.closed_on_facts == self.task.facts
        return TaskState.CLOSED if ended and same else TaskState.OPEN


def list_tasks(
    act: Act,
    kind: TaskKind | None = None,
    state: TaskState | None = None,
    learned: Mapping[str, Learning] | None = None,
) -> list[ListedTask]:
    """What this person may see, the most pressing first. `learned` is what was read already of
    whom this person sees."""
    added = all_handling(act)
    listed = (ListedTask(task, added.get(task.id, UNTOUCHED)) for task in _seen_by(act, learned))
    chosen = (one for one in listed if kind in (None, one.task.kind) and state in (None, one.state))
    return sorted(chosen, key=lambda one: (one.due_on, one.task.kind, one.task.id))


def open_tasks_of_hr(act: Act, learned: Mapping[str, Learning] | None = None) -> list[ListedTask]:
    """The whole list, whoever looks: for what is counted of it."""
    return list_tasks(replace(act, by=_HR), None, TaskState.OPEN, learned)


def one_task(act: Act, task_id: str) -> ListedTask:
    """Raises `UnknownEntry`, also for a task that is no longer there: it was done."""
    found = next((one for one in list_tasks(act) if one.task.id == task_id), None)
    if found is None:
        raise UnknownEntry
    return found


def change_task(
    act: Act, listed: ListedTask, version: int, changes: Mapping[str, Any]
) -> ListedTask:
    """Change `assignee`, `due_on`, `note`, `seen` or `closed` of a task that is on the list.

    Raises `OtherVersion`, `OutsideRole`, `WrongFields`, `EndsElsewhere`.
    """
    if listed.handling.version != version:
        raise OtherVersion
    if act.by.role is not Role.HR and OF_HR & changes.keys():
        raise OutsideRole([Role.HR])
    _refuse_unknown_assignee(act, changes)
    handling = _changed(act, listed, changes)
    if handling == listed.handling:
        return listed
    kept = keep(act, listed.task.id, handling)
    if listed.task.kind is TaskKind.DEAD_LETTER and "closed" in changes:
        _note_letter(act, listed.task.about[0], left=kept.closed_at is not None)
    return replace(listed, handling=kept)


def _note_letter(act: Act, letter_id: str, *, left: bool) -> None:
    if left:
        note_left(act.connection, letter_id)
    else:
        outbox.take_up(act.connection, letter_id)


def _refuse_unknown_assignee(act: Act, changes: Mapping[str, Any]) -> None:
    assignee = changes.get("assignee")
    if assignee is not None and not known_employee(act.connection, assignee):
        refuse_if_any([WrongField("/assigneeId", "unknown_record")])


def _changed(act: Act, listed: ListedTask, changes: Mapping[str, Any]) -> Handling:
    plain = {name: changes[name] for name in ("assignee", "due_on", "note") if name in changes}
    handling = replace(listed.handling, **plain)
    if "seen" in changes:
        seen_at = listed.handling.seen_at or act.now
        handling = replace(handling, seen_at=seen_at if changes["seen"] else None)
    if "closed" in changes:
        handling = _ended(act, listed, handling) if changes["closed"] else _reopened(handling)
    return handling


def _ended(act: Act, listed: ListedTask, handling: Handling) -> Handling:
    if listed.task.kind not in CLOSED_BY_HAND:
        raise EndsElsewhere
    if not handling.note:
        refuse_if_any([WrongField("/note", "tasks.refused.note_when_closing")])
    if listed.state is TaskState.CLOSED:
        return handling
    return replace(handling, closed_at=act.now, closed_on_facts=listed.task.facts)


def _reopened(handling: Handling) -> Handling:
    return replace(handling, closed_at=None, closed_on_facts=None)


def _seen_by(act: Act, learned: Mapping[str, Learning] | None) -> Iterator[Task]:
    """HR sees all; the management team what it decides; a manager what concerns the own team, or
    the own requests."""
    team = visible_employees(act)
    if learned is None:
        learned = read_concerned(act, team)
    everything = chain(
        *(source.find(act) for source in SOURCES if team is None or source in FOR_MANAGERS),
        *(
            source.find(act, learned)
            for source in OF_LEARNING
            if team is None or source in FOR_MANAGERS
        ),
    )
    if act.by.role is Role.MANAGEMENT_TEAM:
        yield from (task for task in everything if task.for_role is Role.MANAGEMENT_TEAM)
        return
    if team is None:
        yield from everything
        return
    for task in everything:
        if task.kind in OF_MANAGERS:
            mine = replace(task, employee_ids=tuple(e for e in task.employee_ids if e in team))
            if mine.employee_ids or task.for_employee == act.by.employee_id:
                yield mine
