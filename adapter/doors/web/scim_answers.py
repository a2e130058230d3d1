"""How the SCIM routes answer: their own media type, and errors in the shape of RFC 7644 §3.12."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, request
from pydantic import ValidationError
from scim2_models import Error
from scim2_models.exceptions import SCIMException

from adapter.doors.messages.media_types import SCIM
from adapter.doors.scim.service import BASE
from adapter.doors.web.answers import json_text
from adapter.doors.web.problems import MEDIA_TYPE as PROBLEM


def answered(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json_text(body), status, mimetype=SCIM)


def failed(error: Error) -> Response:
    return answered(error.model_dump(), error.status or 400)


def from_scim(error: SCIMException) -> Response:
    return failed(error.to_error())


def from_validation(error: ValidationError) -> Response:
    """The first fault; the values that were sent are not repeated."""
    first = error.errors(include_url=False, include_input=False, include_context=True)[0]
    return failed(Error.from_validation_error(first))


def speak_scim(app: Flask) -> None:
    """Below the address of SCIM every error of ours takes the shape that its clients read."""
    app.after_request(_in_scim)


def _in_scim(response: Response) -> Response:
    if response.mimetype != PROBLEM or not request.path.startswith(f"{BASE}/"):
        return response
    problem = json.loads(response.get_data())
    unreadable = "invalidSyntax" if response.status_code == 400 else None
    error = Error(status=response.status_code, scim_type=unreadable, detail=problem["detail"])
    response.set_data(json_text(error.model_dump()))
    response.mimetype = SCIM
    return response
