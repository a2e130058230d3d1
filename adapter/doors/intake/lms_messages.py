"""What the LMS's webhook plugins send, read into one shape: identifiers only.

Two formats are as recorded: tool_trigger sends strings and leaves unknown placeholders as text
("{other_enrol}"); local_webhooks mixes numbers and strings and has no event id. Our own plugin
sends strings, as the data of a CloudEvent. Names and addresses
in the body are not kept, nor what stands in the place of an id and is no number: processing reads
the record back from the LMS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from adapter.queues.inbox import Channel, Delivery
from adapter.queues.minimised import digest_of, enrolment_method, number_or_none

_PLACEHOLDER = re.compile(r"^\{\w+\}$")
_LATEST = 32_503_679_999  # the last second of 2999, as for every other date of ours


def _identifier(value: object) -> object:
    """Ids arrive as numbers or strings; 0, an empty text or a bare placeholder is no id."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        value = str(value)
    if isinstance(value, str) and (_PLACEHOLDER.match(value) or value in ("", "0")):
        return None
    return value


def _event_name(value: object) -> object:
    return value.lstrip("\\") if isinstance(value, str) else value


def _whole_number(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value) else value


def _is_hold(value: object) -> bool:
    """What the plugin says of its own hold; no other sender has such a member."""
    return value is True or (isinstance(value, dict) and value.get("outcome") == "hold")


_IdText = Annotated[str, Field(max_length=100, pattern=r"^[\w.:+-]+$")]
_ANYTHING = {"description": "true, or an object with outcome hold; anything else is no hold"}
_AS_SENT = {"anyOf": [{"type": "string", "maxLength": 100}, {"type": "integer"}, {"type": "null"}]}
Identifier = Annotated[
    _IdText | None, BeforeValidator(_identifier), WithJsonSchema(_AS_SENT, mode="validation")
]
EventName = Annotated[str, BeforeValidator(_event_name), Field(pattern=r"^[a-z0-9_\\]{1,200}$")]
UnixTime = Annotated[int, BeforeValidator(_whole_number), Field(strict=True, ge=0, le=_LATEST)]


class LmsMessage(BaseModel):
    """One event of the LMS. `user_id` is the account that the event is about, `actor_id` the one
    that did it, which is not kept; `object_id` is the enrolment's id in the enrolment events."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event_name: EventName = Field(validation_alias="eventname")
    event_id: Identifier = Field(default=None, validation_alias="eventid")
    object_id: Identifier = Field(default=None, validation_alias="objectid")
    actor_id: Identifier = Field(default=None, validation_alias="userid")
    user_id: Identifier = Field(default=None, validation_alias="relateduserid")
    course_id: Identifier = Field(default=None, validation_alias="courseid")
    time_created: UnixTime = Field(validation_alias="timecreated")
    held: Annotated[bool, BeforeValidator(_is_hold), WithJsonSchema(_ANYTHING)] = False
    """Our plugin suspended the enrolment when it was made, because the check said hold."""
    method: Identifier = Field(
        default=None, validation_alias=AliasChoices("other_enrol", AliasPath("other", "enrol"))
    )

    @property
    def kind(self) -> str:
        """The event's own name, such as `user_enrolment_created`."""
        return self.event_name.rsplit("\\", 1)[-1]

    @property
    def happened_at(self) -> datetime:
        return datetime.fromtimestamp(self.time_created, UTC)


def delivery_of(message: LmsMessage, sender: str) -> Delivery:
    """The delivery to store. The queue of tool_trigger numbers its events; the moment is added to
    the number because a Moodle restored from a backup starts counting again."""
    if message.event_id is not None:
        delivery_id = f"event {_id_or_digest(message.event_id)} at {message.time_created}"
    else:
        ids = (message.object_id, message.user_id, message.course_id)
        about = (message.event_name, *map(_id_or_digest, ids))
        delivery_id = f"{'|'.join(about)} at {message.time_created}"
    return _delivery(message, f"lms:{sender}", delivery_id)


def numbered_delivery(message: LmsMessage, source: str, delivery_id: str) -> Delivery:
    """The delivery of a sender that numbers its events itself."""
    return _delivery(message, source, digest_of(delivery_id))


def _delivery(message: LmsMessage, source: str, delivery_id: str) -> Delivery:
    return Delivery(
        source=source,
        delivery_id=delivery_id,
        channel=Channel.LMS,
        kind=message.kind,
        body=kept_of(message),
    )


def _id_or_digest(told: str | None) -> str:
    """What is no number still tells one event from another."""
    return "" if told is None else number_or_none(told) or digest_of(told)


def kept_of(message: LmsMessage) -> dict[str, Any]:
    """The body to store."""
    ids = ("event_id", "object_id", "user_id", "course_id")
    return {
        "event_name": message.event_name,
        "time_created": message.time_created,
        "held": message.held,
        "method": enrolment_method(message.method),
        **{name: number_or_none(getattr(message, name)) for name in ids},
    }


def message_of(body: Mapping[str, Any]) -> LmsMessage:
    """The message as it was stored, for processing."""
    return LmsMessage.model_construct(**body)
