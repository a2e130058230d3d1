"""Events in: verify, store, answer. Nothing else happens before the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import structlog
from flask import Response, g, request
from flask_openapi3.models.tag import Tag
from pydantic import ValidationError

from adapter.doors.intake import lms_messages
from adapter.doors.intake.frappe_messages import FrappeSite, NobodyNamed, frappe_delivery
from adapter.doors.intake.reasons import sentence
from adapter.doors.messages.media_types import CLOUDEVENT_BATCH
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.wrong_fields import FieldError, field_errors
from adapter.doors.web import current
from adapter.doors.web.access import key_to_confirm, look_again
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.event_bodies import (
    EventId,
    EventIds,
    EventOut,
    EventPath,
    HrisEventIn,
    LmsEventIn,
)
from adapter.doors.web.problems import Kind, Problem, invalid
from adapter.doors.web.signatures import FRAPPE_HR
from adapter.doors.web.strict_json import parse_json_list
from adapter.ground import correlation
from adapter.ground.store.tables.work import InboxEventRow
from adapter.ground.traces import Step
from adapter.queues import inbox
from adapter.queues.inbox import Delivery
from adapter.subjects.leaving import hris_messages
from config.settings import Settings

_log = structlog.get_logger(__name__)
EVENTS = DescribedBlueprint(
    "events",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="events", description="Gebeurtenissen van LMS en HRIS")],
)


@EVENTS.post(
    "/lms-events",
    operation_id="receiveLmsEvent",
    summary="Een gebeurtenis van het LMS: opslaan, later verwerken",
    description="Met een API-sleutel van de rol lms, of ondertekend door de plugin in Moodle "
    "volgens Standard Webhooks (webhook-id, webhook-timestamp en webhook-signature, hooguit vijf "
    "minuten oud).",
    # Exactly 200: tool_trigger takes any other success for a failure and sends again.
    responses={200: EventId},
)
def receive_lms_event(body: LmsEventIn) -> Response:
    return answer(EventId(id=_store(_lms_delivery(body))))


@EVENTS.post(
    "/hris-events",
    operation_id="receiveHrisEvent",
    summary="Een gebeurtenis van het HRIS: opslaan, later verwerken",
    responses={202: EventId},
)
def receive_hris_event(body: HrisEventIn) -> Response:
    return answer(EventId(id=_store(hris_messages.delivery_of(body))), 202)


@EVENTS.before_request
def receive_batch() -> Response | None:
    """A batch of CloudEvents at either address: all of it is stored, or nothing."""
    asked = current.request_itself()
    if asked.mimetype != CLOUDEVENT_BATCH or asked.method != "POST":
        return None
    lms = asked.endpoint == f"{EVENTS.name}.{receive_lms_event.__name__}"
    # What one event of a batch leads to is found without the others: each has a trace of its own.
    with Step("batch", of_many=True):
        delivered = [
            _delivered(LmsEventIn if lms else HrisEventIn, at, event)
            for at, event in enumerate(parse_json_list(asked.get_data()))
        ]
    parts, now = current.parts(), current.parts().clock.now()
    with parts.register.write() as connection:
        stored = [EventId(id=inbox.store(connection, one, now)) for one in delivered]
    for one, kept in zip(delivered, stored, strict=True):
        _tell_of(one, kept.id)
    return answer(EventIds(items=stored), 200 if lms else 202)


def _tell_of(delivery: Delivery, event_id: str) -> None:
    batch = correlation.current()
    with Step("event in a batch", follows=correlation.read_traceparent(delivery.traceparent)):
        _log.info("event.in_batch", event_id=event_id, batch=batch and batch.trace_id)


def _delivered(kind: type[LmsEventIn | HrisEventIn], at: int, event: Any) -> Delivery:
    """Raises a 400 that names what is wrong of which event of the batch."""
    try:
        message = kind.model_validate(event)
    except ValidationError as error:
        wrong = field_errors(error)
        raise invalid(*(replace(one, pointer=f"/{at}{one.pointer}") for one in wrong)) from error
    if isinstance(message, LmsEventIn):
        return _lms_delivery(message)
    return hris_messages.delivery_of(message)


def _lms_delivery(body: LmsEventIn) -> Delivery:
    if body.cloud_id is not None and body.cloud_source is not None:
        return lms_messages.numbered_delivery(body, f"lms:{body.cloud_source}", body.cloud_id)
    return lms_messages.delivery_of(body, current.principal().name)


@EVENTS.before_request
def receive_frappe_webhook() -> Response | None:
    """The same address takes the webhooks of Frappe HR, whose bodies are no canonical events."""
    if current.principal_if_any() is not FRAPPE_HR:
        return None
    parts, now = current.parts(), current.parts().clock.now()
    body, raw = request.get_json(), request.get_data()
    try:
        with parts.register.write() as connection:
            delivery = frappe_delivery(connection, body, raw, _site(parts.settings), now)
            event_id = g.event_id = inbox.store(connection, delivery, now)
    except NobodyNamed as error:
        raise invalid(FieldError("/name", "nobody_named")) from error
    return answer(EventId(id=event_id), 202)


def _site(settings: Settings) -> FrappeSite:
    assert settings.frappe is not None, "only who has its secret can sign"
    return FrappeSite(settings.frappe.tenant, settings.frappe.fields.get("employee_id", "name"))


@EVENTS.get(
    "/events/<id>",
    operation_id="getEvent",
    summary="Wat er met een gebeurtenis is gedaan",
    responses={200: EventOut},
)
def get_event(path: EventPath) -> Response:
    with current.parts().register.read() as connection:
        found = inbox.find(connection, path.id)
    if found is None:
        raise Problem(Kind.NOT_FOUND)
    return answer(_shown(*found))


def _store(delivery: Delivery) -> str:
    parts, accepting = current.parts(), current.accepting()
    stored = accepting.accept(delivery, parts.clock.now(), key_to_confirm())
    if stored is None:
        look_again()
        stored = accepting.accept(delivery, parts.clock.now(), None)
        assert stored is not None, "only a key keeps an event out"
    current.kept().event_id = stored
    return stored


def _shown(row: InboxEventRow, decisions: list[str]) -> EventOut:
    return EventOut(
        id=row.id,
        channel=row.channel,
        kind=row.kind,
        state=row.state,
        reason=sentence(row.reason, current.language()),
        received_at=utc_text(row.received_at),
        processed_at=None if row.processed_at is None else utc_text(row.processed_at),
        attempts=row.attempts,
        duplicates=row.duplicates,
        decisions=decisions,
    )
