"""What an HRIS tells about an employment: CloudEvents 1.0 of type `nl.hris.*`.

The event is a hint with a moment; the dates that count are read back from the HRIS. Names,
addresses and free text in the event are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from adapter.queues.inbox import Channel, Delivery
from adapter.queues.minimised import digest_of, method_or_none, reason_or_none
from adapter.subjects.leaving.lifecycle import OF_AN_EXIT, EventKind
from connectors.canonical import is_no_end


def _day(value: object, parse: ValidatorFunctionWrapHandler) -> date:
    # Numbers would otherwise be read as seconds since 1970.
    if not isinstance(value, str):
        raise PydanticCustomError("day", "not a date as text")
    try:
        day: date = parse(value)
    except ValidationError as error:
        raise PydanticCustomError("day", "not a date") from error
    return day


def _moment(value: object, parse: ValidatorFunctionWrapHandler) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("moment", "not a moment as text")
    try:
        moment: datetime = parse(value)
    except ValidationError as error:
        raise PydanticCustomError("moment", "not a moment") from error
    if moment.tzinfo is None:
        raise PydanticCustomError("moment_naive", "a moment without a time zone")
    return moment


Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$", strict=True)]
IsoDay = Annotated[date, WrapValidator(_day)]
EndDay = Annotated[IsoDay | None, AfterValidator(lambda end: None if is_no_end(end) else end)]
"""A last day; a day that means "no end" in payroll systems is none."""
Moment = Annotated[datetime, WrapValidator(_moment)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class EventEmployee(_Part):
    employee_id: Text


class EventEmployment(_Part):
    employment_id: Text | None = None
    start_date: IsoDay | None = None
    end_date: EndDay = None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            start = self.start_date.isoformat()
            raise PydanticCustomError(
                "end_before_start",
                "end_date lies before start_date",
                {"start": start, "at": [("end_date",)]},
            )
        return self


class EventData(_Part):
    method: str | None = None
    employee: EventEmployee
    employment: EventEmployment = EventEmployment()
    previous_end_date: EndDay = None
    reason: str | None = None


class HrisMessage(_Part):
    """One CloudEvent of the HRIS. `time` is when the HRIS or its connector noticed."""

    specversion: Literal["1.0"]
    id: Text
    source: Annotated[str, Field(pattern=r"^urn:[^\s\x00]{1,300}$")]
    type: Annotated[str, Field(pattern=r"^nl\.hris\.[a-z_]+\.[a-z_]+$", max_length=100)]
    time: Moment
    data: EventData

    @property
    def kind(self) -> str:
        """`offboarding.announced` and the like."""
        return self.type.removeprefix("nl.hris.")


def delivery_of(message: HrisMessage) -> Delivery:
    return Delivery(
        source=message.source,
        delivery_id=digest_of(message.id),
        channel=Channel.HRIS,
        kind=message.kind,
        body=kept_of(message),
    )


def kept_of(message: HrisMessage) -> dict[str, Any]:
    """The body to store, with the members that its kind is processed by. Of a kind that is not ours
    (an absence, for one) not even whom it is about."""
    if message.kind not in set(EventKind):
        return {"type": message.type, "time": message.time.isoformat()}
    of_an_exit = message.kind in OF_AN_EXIT
    data = message.data.model_copy(
        update={
            "method": method_or_none(message.data.method),
            "reason": reason_or_none(message.data.reason) if of_an_exit else None,
            # The dates before are in the register.
            "previous_end_date": None,
        }
    )
    kept = message.model_copy(update={"id": digest_of(message.id), "data": data})
    return kept.model_dump(mode="json", include=set(HrisMessage.model_fields))


def message_of(body: Mapping[str, Any]) -> HrisMessage:
    return HrisMessage.model_validate(body)
