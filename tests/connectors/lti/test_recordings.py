"""The sandbox speaks as Moodle 4.5.6 and 5.0.6 were recorded, and we read what they said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.lti.registration import Tool, read_platform, register_at
from connectors.openid.key_sets import read_keys
from sandboxes.loopback import LoopbackServer, Request, Response
from sandboxes.lti import SandboxLti
from sandboxes.lti.launch import launch_claims

RECORDED = Path(__file__).parents[2] / "recordings" / "lti"
NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
TOOL = Tool(
    "Leren en ontwikkelen",
    "https://adapter.example.org",
    "https://adapter.example.org/login",
    "https://adapter.example.org/launch",
    "https://adapter.example.org/jwks",
)
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def lms() -> Iterator[SandboxLti]:
    with SandboxLti(lambda: NOW) as platform:
        yield platform


def test_the_sandbox_describes_itself_with_members_that_moodle_has(lms: SandboxLti) -> None:
    told = httpx.get(lms.configuration_url, trust_env=False).json()
    assert told.keys() <= recorded("openid_configuration_4.5.6").keys()


def test_what_moodle_publishes_is_read() -> None:
    """Under the address of this machine, where it was served."""
    certificates = (RECORDED / "certs_4.5.6.json").read_bytes()
    described = (RECORDED / "openid_configuration_4.5.6.json").read_text("utf-8")

    def respond(request: Request) -> Response:
        if request.path.endswith("certs.php"):
            return Response(certificates, content_type="application/json")
        here = described.replace("https://lms.example.org", request.host_url.rstrip("/"))
        return Response(here, content_type="application/json")

    with LoopbackServer(respond) as moodle:
        url = f"{moodle.url}/mod/lti/openid-configuration.php"
        platform = read_platform(url, [moodle.url])
        keys = read_keys(platform.jwks_uri)
        assert platform.registration_endpoint == f"{moodle.url}/mod/lti/openid-registration.php"
    assert platform.product == "moodle"
    assert [key.kid for key in keys] == ["a28bf34cd9648bdf89d7"]


def test_the_sandbox_registers_a_tool_with_members_that_moodle_has(lms: SandboxLti) -> None:
    lms.invite()
    registered = register_at(
        read_platform(lms.configuration_url, [lms.url]), "registration-token", TOOL
    )
    answer = recorded("registration_answer_5.0.6")
    assert answer[CONFIGURATION]["deployment_id"] == registered.deployment_id
    (asked,) = lms.requests
    # Moodle keeps to itself what it was asked beside these.
    assert answer.keys() - asked.keys() == {"client_id", "logo_uri"}


@pytest.mark.parametrize("name", ["launch_4.5.6_learner", "launch_5.0.6_admin"])
def test_the_sandbox_says_of_a_person_what_moodle_says(name: str) -> None:
    said = launch_claims(
        issuer="i",
        client_id="c",
        deployment_id="1",
        nonce="n",
        user="8",
        target_link_uri="t",
        now=NOW,
    )
    moodle = recorded(name)
    assert said.keys() <= moodle.keys()
    assert said["exp"] - said["iat"] == moodle["exp"] - moodle["iat"]
    assert {key: type(value) for key, value in said.items()} == {
        key: type(moodle[key]) for key in said
    }
