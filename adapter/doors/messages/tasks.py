"""The work list in the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery, Place
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.ground.answers import Answer
from adapter.register.keys import Role
from adapter.views.tasks import sentences
from adapter.views.tasks.task import CLOSED_BY_HAND, TaskKind
from adapter.views.tasks.work_list import ListedTask, TaskState
from config.catalogue import Language

_RENAMED = {"assignee_id": "assignee", "due_date": "due_on"}


class TasksQuery(PageQuery):
    """The most pressing first. The cursor is a place in the list, since what is done leaves it."""

    kind: Annotated[TaskKind, Field(strict=False)] | None = None
    state: Annotated[TaskState, Field(strict=False)] | None = None
    cursor: Place | None = Field(default=None, description="Wat de vorige pagina in next noemde.")


class TaskChange(Message):
    """Only the members that are given are changed; null takes away."""

    assignee_id: Identifier | None = Field(
        default_factory=absent, description="Personeelsnummer van wie het oppakt."
    )
    due_date: Day | None = Field(
        default_factory=absent, description="In plaats van de datum volgens de regel."
    )
    note: Words | None = Field(default_factory=absent)
    seen: bool = Field(default_factory=bool)
    state: Annotated[TaskState, Field(strict=False)] = Field(
        default_factory=absent,
        description="closed sluit een taak die niet vanzelf eindigt, met een notitie.",
    )

    def changes(self) -> dict[str, Any]:
        given = {_RENAMED.get(name, name): getattr(self, name) for name in self.model_fields_set}
        if "state" in given:
            given["closed"] = given.pop("state") is TaskState.CLOSED
        return given


class TaskOut(Answer):
    id: str
    version: int = Field(description="Ook de ETag.")
    kind: TaskKind
    state: TaskState
    title: str
    what: str = Field(description="Wat er moet gebeuren.")
    why: str
    if_nobody_acts: str
    clause: str | None = Field(description="Paragraaf van het beleid, als het een regel betreft.")
    for_role: Role
    for_employee_id: str | None = Field(description="Wie moet handelen, als dat één persoon is.")
    employee_ids: list[str] = Field(description="Over wie het gaat.")
    arose_date: date
    rule_due_date: date = Field(description="Uiterlijk volgens de regel van deze soort.")
    due_date: date = Field(description="De datum volgens de regel, of die iemand heeft gezet.")
    assignee_id: str | None
    note: str | None
    seen_at: str | None
    closed_at: str | None
    closed_by_hand: bool = Field(description="Of een mens deze soort taak kan sluiten.")

    @classmethod
    def of(cls, listed: ListedTask, language: Language) -> TaskOut:
        task, handling = listed.task, listed.handling
        closed_at = handling.closed_at if listed.state is TaskState.CLOSED else None
        return cls(
            id=task.id,
            version=handling.version,
            kind=task.kind,
            state=listed.state,
            title=sentences.heading(task, language),
            what=sentences.what(task, language),
            why=sentences.why(task, language),
            if_nobody_acts=sentences.otherwise(task, language),
            clause=task.clause,
            for_role=task.for_role,
            for_employee_id=task.for_employee,
            employee_ids=list(task.employee_ids),
            arose_date=task.arose_on,
            rule_due_date=task.due_on,
            due_date=listed.due_on,
            assignee_id=handling.assignee,
            note=handling.note,
            seen_at=utc_text(handling.seen_at) if handling.seen_at else None,
            closed_at=utc_text(closed_at) if closed_at else None,
            closed_by_hand=task.kind in CLOSED_BY_HAND,
        )


class TasksOut(PageOut):
    items: list[TaskOut]
    total: int = Field(description="Hoeveel taken er zijn, op alle pagina's samen.")
