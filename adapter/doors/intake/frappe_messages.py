"""What a webhook of Frappe HR tells, as a canonical event.

The body is what the site's administrator chose to send, without a moment, an id or the name of the
event. So it only says whom to look up: the dates that count are read back from Frappe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from adapter.ground.store.tables.people import EmploymentRow
from adapter.queues.inbox import Delivery
from adapter.subjects.leaving.hris_messages import HrisMessage, delivery_of
from adapter.subjects.leaving.lifecycle import EventKind
from connectors import canonical

GONE = ("Left", "Inactive")
LONGEST_NAME = 140
"""Of a document in Frappe."""
CANCELLED = 2
"""`docstatus` of a document that was submitted and taken back."""


class NobodyNamed(ValueError):
    """The body names no employee: the webhook has no data rows."""


@dataclass(frozen=True, slots=True)
class FrappeSite:
    """`number_field` is where an Employee has its number: `name`, or a field of its own."""

    tenant: str
    number_field: str


def frappe_delivery(
    connection: Connection, body: Mapping[str, Any], raw: bytes, site: FrappeSite, now: datetime
) -> Delivery:
    """The event to store. Raises `NobodyNamed`.

    Frappe tries again after some seconds when no answer came in time, without saying so. The same
    body within one minute therefore counts as a repeat; a date that is changed back later does not.
    """
    document = _document(body)
    minute = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    digest = hashlib.sha256(raw).hexdigest()[:32]
    message = HrisMessage.model_validate(
        {
            "specversion": "1.0",
            "id": f"frappe:{site.tenant}:{document}:{digest}:{minute}",
            "source": f"urn:hris:frappe:{site.tenant}",
            "type": f"nl.hris.{_kind(body)}",
            "time": now.isoformat(),
            "data": {
                "method": "push",
                "employee": {"employee_id": _employee_id(connection, body, document, site)},
                "employment": {"employment_id": document, "end_date": _day(body)},
            },
        }
    )
    return delivery_of(message)


def _document(body: Mapping[str, Any]) -> str:
    """An Employee Separation names its employee; of an Employee the document itself is meant."""
    document = _name(body.get("employee") or body.get("name"))
    if document is None:
        raise NobodyNamed
    return document


def _name(told: object) -> str | None:
    name = told.strip() if isinstance(told, str) else ""
    return name if 0 < len(name) <= LONGEST_NAME else None


def _employee_id(
    connection: Connection, body: Mapping[str, Any], document: str, site: FrappeSite
) -> str:
    if site.number_field == "name":
        return document
    told = _name(body.get(site.number_field))
    if told is not None:
        return told
    known = connection.execute(
        select(EmploymentRow.employee_id).where(EmploymentRow.employment_id == document)
    ).scalars()
    return known.first() or document


def _kind(body: Mapping[str, Any]) -> EventKind:
    if body.get("docstatus") == CANCELLED:
        return EventKind.RENEWED
    if "employee" in body and body["employee"] != body.get("name"):
        # An Employee Separation is the begin of a procedure, and has no last day. An Employee has
        # that field as well, with its own name in it.
        return EventKind.SUSPECTED
    if _day(body) is not None:
        return EventKind.ANNOUNCED
    return EventKind.SUSPECTED if body.get("status") in GONE else EventKind.RENEWED


def _day(body: Mapping[str, Any]) -> str | None:
    try:
        end = canonical.day(body.get("relieving_date"))
    except canonical.UnreadableError:
        return None
    return None if end is None or canonical.is_no_end(end) else end.isoformat()
