"""Events as senders put them on the wire: bare, or as CloudEvents 1.0 (structured or binary)."""

from __future__ import annotations

from typing import Any

from flask import request
from pydantic import BaseModel, Field, model_validator

from adapter.events.hris_messages import HrisMessage
from adapter.events.lms_messages import LmsMessage
from adapter.web.schemas.fields import Answer

_ATTRIBUTES = ("specversion", "id", "source", "type", "time")


def _structured(value: Any) -> Any:
    """A binary CloudEvent has its attributes in `ce-` headers and its data as the body."""
    if "ce-specversion" not in request.headers:
        return value
    attributes = {name: request.headers.get(f"ce-{name}") for name in _ATTRIBUTES}
    return {name: text for name, text in attributes.items() if text is not None} | {"data": value}


class LmsEventIn(LmsMessage):
    """One event of the LMS; in a CloudEvent `source` and `id` say whether it is a repeat."""

    cloud_source: str | None = Field(default=None, max_length=300)
    cloud_id: str | None = Field(default=None, max_length=300)

    @model_validator(mode="before")
    @classmethod
    def _from_the_wire(cls, value: Any) -> Any:
        event = _structured(value)
        if not (isinstance(event, dict) and "specversion" in event):
            return event
        data = event.get("data")
        inner = data if isinstance(data, dict) else {}
        return inner | {"cloud_source": event.get("source"), "cloud_id": event.get("id")}


class HrisEventIn(HrisMessage):
    @model_validator(mode="before")
    @classmethod
    def _from_the_wire(cls, value: Any) -> Any:
        return _structured(value)


class EventId(Answer):
    id: str


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
