"""The what-if of learning hours per calendar year (Visie §8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from adapter.doors.messages.fields import (
    FIRST_DAY,
    LAST_DAY,
    Day,
    HoursText,
    Identifier,
    Message,
    WorkTimeShare,
    not_before_start,
)
from adapter.ground.answers import Answer, hours
from adapter.views.findings import FindingOut, YearHoursOut
from config.catalogue import Language
from policy.model import Activity, ActivityState, Exemption, HoursProjection, Session

LONGEST_YEARS = 50
"""No training lasts longer; without a limit one message could ask for a thousand years."""


class SessionIn(Message):
    date: Day
    hours: HoursText


class ActivityIn(Message):
    activity_id: Identifier
    hours: HoursText = Field(description="De hele activiteit, ook buiten werktijd.")
    work_time_share: WorkTimeShare = Field(description="Deel dat binnen werktijd valt.")
    start_date: Day
    end_date: Day | None = None
    sessions: Annotated[list[SessionIn], Field(max_length=1000)] | None = Field(
        None, description="Onbekend als dit ontbreekt, null of leeg is."
    )
    state: Annotated[ActivityState, Field(strict=False)]

    @field_validator("end_date")
    @classmethod
    def _ends_in_time(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start_date")
        if end and start and end.year - start.year > LONGEST_YEARS:
            raise PydanticCustomError("lasts_too_long", "too long", {"years": LONGEST_YEARS})
        return not_before_start(end, info)

    @field_validator("sessions")
    @classmethod
    def _sessions_fit(
        cls, sessions: list[SessionIn] | None, info: ValidationInfo
    ) -> list[SessionIn] | None:
        if sessions:
            _refuse_outside(sessions, info.data)
            _refuse_other_sum(sessions, info.data.get("hours"))
        return sessions

    def facts(self) -> Activity:
        return Activity(
            activity_id=self.activity_id,
            hours=self.hours,
            work_time_share=self.work_time_share,
            start=self.start_date,
            end=self.end_date,
            state=self.state,
            sessions=tuple(Session(part.date, part.hours) for part in self.sessions or ()),
        )


def _refuse_outside(sessions: list[SessionIn], dates: dict[str, date | None]) -> None:
    first = dates.get("start_date") or FIRST_DAY
    last = dates.get("end_date") or LAST_DAY
    outside = [(at, "date") for at, part in enumerate(sessions) if not first <= part.date <= last]
    if outside:
        raise PydanticCustomError("session_outside", "outside the dates", {"at": outside})


def _refuse_other_sum(sessions: list[SessionIn], whole: Decimal | None) -> None:
    total = sum((part.hours for part in sessions), Decimal("0.00"))
    if whole is not None and total != whole:
        numbers = {"sum": hours(total), "hours": hours(whole)}
        raise PydanticCustomError("sessions_sum", "another sum", numbers)


class ExemptionIn(Message):
    year: Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]
    extra_hours: HoursText
    decided_date: Day

    def facts(self) -> Exemption:
        return Exemption(self.year, self.extra_hours, self.decided_date)


class HoursProjectionIn(Message):
    enrolled_date: Day = Field(description="De dag die het regime bepaalt (Visie §9).")
    activities: Annotated[list[ActivityIn], Field(max_length=500)]
    exemptions: Annotated[list[ExemptionIn], Field(max_length=500)] = Field(default_factory=list)


class HoursProjectionOut(Answer):
    years: list[YearHoursOut]
    findings: list[FindingOut]

    @classmethod
    def of(cls, projection: HoursProjection, language: Language) -> HoursProjectionOut:
        return cls(
            years=[YearHoursOut.of(year) for year in projection.years],
            findings=[FindingOut.of(finding, language) for finding in projection.findings],
        )
