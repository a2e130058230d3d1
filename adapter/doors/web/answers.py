"""How a view answers: one typed message as JSON; members that were not given are left out."""

from __future__ import annotations

import json

from flask import Response
from pydantic import BaseModel

from adapter.doors.messages.media_types import JSON
from adapter.doors.web import current

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def answer(message: BaseModel, status: int = 200) -> Response:
    # Whom it is about, for the audit trail.
    current.kept().about = getattr(message, "employee_id", None)
    body = json_text(message.model_dump(mode="json", by_alias=True, exclude_unset=True))
    return Response(body, status, content_type=JSON)


def json_text(value: object) -> str:
    """Members in the order of the message, letters as they are."""
    return _JSON.encode(value)
