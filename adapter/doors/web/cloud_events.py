"""CloudEvents 1.0 over HTTP: structured, binary and batched, as its binding for HTTP has them.

All three give the same event, so that one event sent twice in two ways is one event.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flask import request

from adapter.doors.messages.media_types import CLOUDEVENT, CLOUDEVENT_BATCH
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.problems import invalid
from adapter.doors.web.strict_json import is_storable, parse_json

_ATTRIBUTES = ("specversion", "id", "source", "type", "time")


def event_of(body: Any) -> Any:
    """The attributes with the data under `data`, however the event was sent; what is no
    CloudEvent is left as it is."""
    if _is_binary():
        return _attributes() | {"data": body}
    if isinstance(body, dict) and "data_base64" in body:
        return _with_data(body)
    return body


def _is_binary() -> bool:
    """What says to be structured is, whatever headers stand beside it."""
    asked = current.request_itself()
    structured = asked.mimetype in (CLOUDEVENT, CLOUDEVENT_BATCH)
    return not structured and "ce-specversion" in asked.headers


def _attributes() -> dict[str, str]:
    found = {name: request.headers.get(f"ce-{name}") for name in _ATTRIBUTES}
    return {name: _decoded(name, value) for name, value in found.items() if value is not None}


def _decoded(name: str, value: str) -> str:
    """A header as the binding writes it (3.1.3.2): perhaps in quotes, and then percent-encoded."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    try:
        decoded = unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise invalid(FieldError(f"/{name}", "not_utf8")) from error
    if not is_storable(decoded):
        raise invalid(FieldError(f"/{name}", "unstorable_text"))
    return decoded


def _with_data(event: Mapping[str, Any]) -> dict[str, Any]:
    """Data that came as bytes, read as the JSON that it is for us."""
    encoded = event["data_base64"]
    rest = {name: value for name, value in event.items() if name != "data_base64"}
    if "data" in event or not isinstance(encoded, str):
        raise invalid(FieldError("/data_base64", "invalid"))
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(FieldError("/data_base64", "invalid")) from error
    return rest | {"data": parse_json(raw)}
