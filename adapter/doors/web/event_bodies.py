"""Events as senders put them on the wire: bare, or as CloudEvents 1.0."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from adapter.doors.intake.lms_messages import LmsMessage
from adapter.doors.messages.fields import FIRST_DAY, LAST_DAY
from adapter.doors.web.cloud_events import event_of
from adapter.ground.answers import Answer
from adapter.subjects.leaving.hris_messages import HrisMessage


def _calculable(day: date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


class LmsEventIn(LmsMessage):
    """One event of the LMS; in a CloudEvent `source` and `id` say whether it is a repeat."""

    cloud_source: str | None = Field(default=None, min_length=1, max_length=300)
    cloud_id: str | None = Field(default=None, min_length=1, max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _from_the_wire(cls, value: Any) -> Any:
        event = event_of(value)
        if not (isinstance(event, dict) and "specversion" in event):
            return event
        data = event.get("data")
        inner = data if isinstance(data, dict) else {}
        return inner | {"cloud_source": event.get("source"), "cloud_id": event.get("id")}


class HrisEventIn(HrisMessage):
    @model_validator(mode="before")
    @classmethod
    def _from_the_wire(cls, value: Any) -> Any:
        return event_of(value)

    @model_validator(mode="after")
    def _within_the_calendar(self) -> Self:
        employment = self.data.employment
        days = {
            ("time",): self.time.date(),
            ("data", "employment", "start_date"): employment.start_date,
            ("data", "employment", "end_date"): employment.end_date,
            ("data", "previous_end_date"): self.data.previous_end_date,
        }
        outside = [place for place, day in days.items() if day and not _calculable(day)]
        if outside:
            span = {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
            raise PydanticCustomError(
                "day_out_of_range", "outside the calendar of the rules", span | {"at": outside}
            )
        return self


class EventId(Answer):
    id: str


class EventIds(Answer):
    """Of a batch, in its order."""

    items: list[EventId]


class EventPath(BaseModel):
    id: str = Field(max_length=100)


class EventOut(Answer):
    """`state` is received, processed, ignored, failed (it is tried again) or dead (it is not)."""

    id: str
    channel: str
    kind: str
    state: str
    reason: str | None
    received_at: str
    processed_at: str | None
    attempts: int
    duplicates: int
    decisions: list[str]
