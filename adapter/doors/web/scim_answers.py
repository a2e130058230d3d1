"""How the SCIM routes answer: their own media type, and errors in the shape of RFC 7644 §3.12."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from pydantic import ValidationError
from scim2_models import Error
from scim2_models.exceptions import SCIMException

from adapter.doors.messages.media_types import SCIM
from adapter.doors.web.answers import json_text


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


def from_problem(response: Response) -> Response:
    """A problem of ours in the shape that its clients read."""
    problem = json.loads(response.get_data())
    unreadable = "invalidSyntax" if response.status_code == 400 else None
    error = Error(status=response.status_code, scim_type=unreadable, detail=problem["detail"])
    response.set_data(json_text(error.model_dump()))
    response.mimetype = SCIM
    return response
