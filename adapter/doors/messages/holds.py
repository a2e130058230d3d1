"""Holds, and HR setting one aside, in the API (P3)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Day, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import Words
from adapter.ground.answers import Answer
from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.register.holds import HoldState
from adapter.subjects.enrolments.setting_aside import HoldOfCourse, SetAside


class HoldsQuery(PageQuery):
    state: Annotated[HoldState, Field(strict=False)] | None = None


class HoldFinding(Answer):
    code: str
    severity: str
    clause: str
    message: str


class SetAsideIn(Message):
    ground: Words
    last_date: Day | None = Field(
        description="De laatste dag van toelating, ten hoogste 42 dagen vooruit (A25); "
        "null trekt een eerdere in."
    )

    def content(self) -> SetAside:
        return SetAside(self.ground.strip(), self.last_date)


class SetAsideOut(Answer):
    id: str
    ground: str
    last_date: date | None
    set_by: str
    set_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, row: HoldSetAsideRow) -> SetAsideOut:
        return cls(
            id=row.id,
            ground=row.ground,
            last_date=row.last_on,
            set_by=row.set_by,
            set_at=utc_text(row.set_at),
        )


class SetAsidesOut(Answer):
    items: list[SetAsideOut]


class HoldOut(Answer):
    """`findings` are those of the decision, and stay when the hold is set aside."""

    id: str
    employee_id: str
    course_id: str | None
    course_name: str
    state: HoldState
    decision_id: str
    decided_at: str = Field(json_schema_extra={"format": "date-time"})
    released_at: str | None
    findings: list[HoldFinding]
    set_aside: SetAsideOut | None = Field(description="De laatste, ook als hij voorbij is.")

    @classmethod
    def of(
        cls, row: HoldOfCourse, findings: list[HoldFinding], set_aside: HoldSetAsideRow | None
    ) -> HoldOut:
        return cls(
            id=row.id,
            employee_id=row.employee_id,
            course_id=row.idnumber,
            course_name=row.full_name,
            state=HoldState(row.state),
            decision_id=row.decision_id,
            decided_at=utc_text(row.decided_at),
            released_at=utc_text(row.released_at) if row.released_at else None,
            findings=findings,
            set_aside=None if set_aside is None else SetAsideOut.of(set_aside),
        )


class HoldsOut(PageOut):
    items: list[HoldOut]
