"""Each refused login is a line in the log: from where, with which key and why, never the secret."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from structlog.testing import capture_logs

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.keys import create_key

PATH = "/v1/decisions"


def _refused(client: FlaskClient, path: str = PATH, **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with capture_logs() as lines:
        assert client.get(path, headers=named).status_code in (401, 403)
    (line,) = [line for line in lines if line["event"] == "login.refused"]
    return dict(line)


def test_each_reason_is_told_with_the_public_part_of_the_key(
    client: FlaskClient, parts: Parts
) -> None:
    key = create_key(parts.register, parts.clock, "portal", "lms")
    key_id, secret = key.split("_", 2)[1:]
    wrong = f"odwh_{key_id}_{'A' * 43}"
    unknown = f"odwh_{'0' * 16}_{secret}"
    told = {
        "no key": (_refused(client), None),
        "malformed": (_refused(client, Authorization="Bearer hunter2"), None),
        "unknown key": (_refused(client, Authorization=f"Bearer {unknown}"), "0" * 16),
        "wrong secret": (_refused(client, Authorization=f"Bearer {wrong}"), key_id),
        "role lms": (_refused(client, Authorization=f"Bearer {key}"), key_id),
    }
    with parts.register.write() as connection:
        connection.execute(
            update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(revoked_at=parts.clock.now())
        )
    told["revoked"] = (_refused(client, Authorization=f"Bearer {key}"), key_id)
    for reason, (line, public) in told.items():
        assert (line["reason"], line["key_id"], line["route"]) == (reason, public, PATH)
        assert line["source"] == "127.0.0.1"
        for hidden in (secret, "A" * 43, "hunter2"):
            assert hidden not in str(line)


def test_a_key_that_health_does_not_know_is_a_refused_login(client: FlaskClient) -> None:
    assert _refused(client, "/health/ready", Authorization="Bearer x")["reason"] == "malformed"


def test_a_signature_that_is_wrong_is_a_refused_login(client: FlaskClient) -> None:
    with capture_logs() as lines:
        answer = client.post(
            "/v1/lms-events", json={}, headers={"webhook-signature": "v1,AAAA", "webhook-id": "1"}
        )
    assert answer.status_code == 401
    reasons = [line["reason"] for line in lines if line["event"] == "login.refused"]
    assert reasons == ["bad_plugin_signature"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "a name or a token", "127.0.0.1"),
        ("198.51.100.4", "203.0.113.9", "198.51.100.4"),
    ],
)
def test_only_a_web_server_on_this_machine_says_whose_request_it_passes_on(
    client: FlaskClient, peer: str, forwarded: str, source: str
) -> None:
    client.environ_base["REMOTE_ADDR"] = peer
    assert _refused(client, X_Forwarded_For=forwarded)["source"] == source
