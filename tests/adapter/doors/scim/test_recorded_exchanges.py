"""What identity providers send, as recorded, gets the recorded answer from our service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from adapter.ground.parts import Parts
from adapter.register.keys import Role
from tests.adapter.doors.web.conftest import key_headers

RECORDING = Path(__file__).parents[3] / "recordings" / "hris" / "scim_provisioning.json"
NOT_KEPT = ("title",)
"""Attributes of the recorded server that say nothing about who somebody is."""
TAKEN_ALL_THE_SAME = (
    "manager set, Entra ID legacy: plain string instead of object",
    "unknown attribute",
    "custom extension attribute that was never declared",
)
"""The recorded server refuses these. An identity provider sends what its administrator ticked, does
not learn from a refusal, and tries again for ever."""


def test_recorded_provisioning_gets_the_recorded_answers(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    headers = key_headers(either_parts, Role.HRIS)
    user_id = ""
    for exchange in json.loads(RECORDING.read_text(encoding="utf-8")):
        case = exchange["case"]
        answer = either_client.open(
            "/scim/v2" + exchange["path"].replace("{id}", user_id),
            method=exchange["method"],
            query_string=exchange["query"],
            json=exchange["request_body"],
            headers=headers,
        )
        if case in TAKEN_ALL_THE_SAME:
            assert answer.status_code == 204
            continue
        assert answer.status_code == exchange["http_status"], (case, answer.text)
        shown = answer.get_json(force=True) if answer.data else None
        assert _comparable(shown) == _comparable(exchange["response"]), case
        if answer.status_code == 201:
            user_id = answer.get_json(force=True)["id"]
            assert answer.headers["Location"].endswith(f"/scim/v2/Users/{user_id}")
        if answer.data:
            assert answer.mimetype == "application/scim+json"


def _comparable(answer: Any) -> Any:
    """Without what differs from one server to the next: ids, moments, and words of errors."""
    if isinstance(answer, list):
        return [_comparable(part) for part in answer]
    if not isinstance(answer, dict):
        return answer
    differing = ("id", "meta", "detail", *NOT_KEPT)
    return {name: _comparable(part) for name, part in answer.items() if name not in differing}
