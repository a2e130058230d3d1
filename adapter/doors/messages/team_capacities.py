"""Capacity per team and month in the API (Visie §4, P8)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Identifier, Message
from adapter.doors.messages.procedure_fields import absent
from adapter.ground.answers import Answer, HoursOut
from adapter.subjects.tranches.capacity import TeamMonth


class TeamCapacitiesQuery(Message):
    year: Annotated[int, Field(ge=2026, le=2999, strict=False)] | None = Field(
        default_factory=absent, description="Zonder dit: dit jaar."
    )
    manager_id: Identifier | None = Field(
        default_factory=absent, description="Alleen het team van deze leidinggevende."
    )


class TeamCapacityOut(Answer):
    manager_id: str
    month: str = Field(json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}$", "example": "2027-03"})
    employees: int = Field(description="Met een dienstverband in deze maand.")
    available_hours: HoursOut | None = Field(
        description="Contracturen op werkdagen; null als het HRIS de uren van iemand niet kent."
    )
    granted_hours: HoursOut
    requested_hours: HoursOut
    granted_percent: int | None = Field(description="Toegekend, als deel van beschikbaar.")
    all_percent: int | None = Field(description="Met alles wat is gevraagd.")

    @classmethod
    def of(cls, one: TeamMonth) -> TeamCapacityOut:
        return cls(
            manager_id=one.manager_id,
            month=str(one.month),
            employees=one.employees,
            available_hours=one.available,
            granted_hours=one.granted,
            requested_hours=one.requested,
            granted_percent=one.granted_percent,
            all_percent=one.all_percent,
        )


class TeamCapacitiesOut(Answer):
    items: list[TeamCapacityOut]
