"""Programs that come in with an access token of an identity provider, and what a stranger tries."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError
from sqlalchemy import select
from structlog.testing import capture_logs

from adapter.doors.web import current
from adapter.doors.web.app import create_app
from adapter.doors.web.limits import Limits
from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import InboxEventRow
from adapter.programs.wiring import build_parts
from config.settings import MachineSettings, OpenidSettings, Settings, SettingsError
from sandboxes.openid import SandboxOpenid
from sandboxes.signing_keys import Claims, SigningKeys, new_key
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import FixedClock

AUDIENCE = "https://leren.example.org/v1"
PATH = "/v1/policy-adoptions"
AT = {"typ": "at+jwt"}
EVIL = "https://evil.example.org"


@pytest.fixture(scope="module")
def signing_key() -> RSAKey:
    return new_key()


@pytest.fixture
def provider(parts: Parts, signing_key: RSAKey) -> Iterator[SandboxOpenid]:
    with SandboxOpenid(parts.clock.now, SigningKeys(signing_key)) as provider:
        yield provider


def _settings(provider: SandboxOpenid, **values: Any) -> Settings:
    told = {"issuer": provider.url, "audience": AUDIENCE, "clients": {"portal": "hr"}} | values
    return Settings(machines=MachineSettings.model_validate(told))


class Programs:
    """The API and its provider, by one clock."""

    def __init__(self, parts: Parts, provider: SandboxOpenid) -> None:
        self.provider = provider
        self.clock = FixedClock(parts.clock.now())
        self.parts = replace(parts, settings=_settings(provider), clock=self.clock)
        self.app = create_app(self.parts, Limits(lambda: 1_000_000.0))
        self.client: FlaskClient = self.app.test_client()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def use(self, **values: Any) -> None:
        self.parts = replace(self.parts, settings=_settings(self.provider, **values))
        current.serve_with(self.app, self.parts)

    def claims(self, **changed: Any) -> Claims:
        """Of a token that is right, but for what is changed; None leaves one out."""
        issued = int(self.now.timestamp())
        told: Claims = {
            "iss": self.provider.url,
            "aud": AUDIENCE,
            "sub": "portal",
            "client_id": "portal",
            "iat": issued,
            "exp": issued + 300,
            "jti": "1",
        }
        return {name: value for name, value in (told | changed).items() if value is not None}

    def token(self, header: Claims | None = None, key: Any = None, **changed: Any) -> str:
        signing = self.provider.keys.key
        told = {"alg": "RS256", "kid": signing.kid, **AT, **(header or {})}
        given = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(given, self.claims(**changed), key or signing)

    def status(self, token: str, path: str = PATH) -> int:
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code

    def refused(self, token: str) -> str:
        """The reason in the log, which does not hold the token."""
        with capture_logs() as lines:
            assert self.status(token) == 401
        (line,) = [line for line in lines if line["event"] == "login.refused"]
        assert token not in str(lines)
        assert token.rpartition(".")[2] not in str(lines) or token.endswith(".")
        return str(line["reason"])


@pytest.fixture
def programs(parts: Parts, provider: SandboxOpenid) -> Programs:
    return Programs(parts, provider)


# --- what is let in -------------------------------------------------------------------------------


def test_a_program_comes_in_as_the_settings_say(programs: Programs) -> None:
    assert programs.status(programs.token()) == 200
    programs.use(clients={"portal": "lms"})
    assert programs.status(programs.token(), "/v1/decisions") == 403
    programs.use(clients={"portal": "hr"})
    assert programs.status(programs.token(), "/v1/decisions") == 200


@pytest.mark.parametrize("aud", [AUDIENCE, [AUDIENCE], ["https://other.example.org", AUDIENCE]])
def test_our_audience_may_stand_among_others(programs: Programs, aud: Any) -> None:
    assert programs.status(programs.token(aud=aud)) == 200


def test_a_role_is_given_by_a_claim(programs: Programs) -> None:
    programs.use(clients={}, roles_claim="roles", roles={"Adapter.Lms": "lms", "Adapter.Hr": "hr"})
    assert programs.status(programs.token(roles=["Adapter.Hr", "Other"])) == 200
    assert programs.status(programs.token(roles="Adapter.Hr"), "/v1/decisions") == 200
    assert programs.status(programs.token(roles=["Adapter.Lms"]), "/v1/decisions") == 403
    entra: Claims = {"client_id": None, "sub": "5f0c", "idtyp": "app"}
    assert programs.status(programs.token(roles=["Adapter.Hr"], **entra)) == 200


def test_an_event_of_an_lms_with_a_token_is_stored(programs: Programs) -> None:
    programs.use(clients={"moodle": "lms"})
    headers = {"Authorization": f"Bearer {programs.token(sub='moodle')}"}
    body = {
        "eventname": "\\core\\event\\course_completed",
        "relateduserid": 5,
        "courseid": 12,
        "timecreated": 1_800_000_000,
        "objectid": 77,
    }
    answer = programs.client.post("/v1/lms-events", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    with programs.parts.register.read() as connection:
        found = select(InboxEventRow.source).where(InboxEventRow.id == answer.json["id"])  # type: ignore[index]
        assert connection.execute(found).scalar_one()


def test_an_issuer_that_changed_its_keys_is_read_again(programs: Programs) -> None:
    assert programs.status(programs.token()) == 200
    programs.provider.keys.rotate()
    programs.clock.moment += timedelta(minutes=2)
    assert programs.status(programs.token()) == 200


def test_the_keys_are_read_once_for_many_requests(programs: Programs) -> None:
    assert [programs.status(programs.token()) for _ in range(5)] == [200] * 5
    assert programs.provider.asked == ["/.well-known/openid-configuration", "/keys"]


# --- what is not ----------------------------------------------------------------------------------


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(programs: Programs) -> str:
    return f"{_part({'alg': 'none', **AT})}.{_part(programs.claims())}."


def _with_the_public_key_as_secret(programs: Programs) -> str:
    key = programs.provider.keys.key
    signed = f"{_part({'alg': 'HS256', 'kid': key.kid, **AT})}.{_part(programs.claims())}"
    digest = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _with_another_key(programs: Programs) -> str:
    return programs.token({"kid": programs.provider.keys.key.kid}, new_key())


def _with_a_key_in_its_header(programs: Programs) -> str:
    own = new_key()
    header = {"kid": programs.provider.keys.key.kid, "jwk": own.as_dict(private=False)}
    return programs.token(header, own)


def _changed_afterwards(programs: Programs) -> str:
    header, _, signature = programs.token().split(".")
    return f"{header}.{_part(programs.claims(sub='portal', role='admin'))}.{signature}"


HOSTILE: dict[str, tuple[Callable[[Programs], str], str]] = {
    "unsigned": (_unsigned, "token: algorithm not allowed"),
    "the public key as a secret": (_with_the_public_key_as_secret, "token: algorithm not allowed"),
    "another key": (_with_another_key, "token: wrong signature"),
    "a key in its own header": (_with_a_key_in_its_header, "token: not readable"),
    "changed afterwards": (_changed_afterwards, "token: wrong signature"),
    "a key that nobody has": (lambda p: p.token({"kid": "x"}), "token: unknown key"),
    "another issuer": (lambda p: p.token(iss=EVIL), "token: wrong iss"),
    "no issuer": (lambda p: p.token(iss=None), "token: no iss"),
    "for another API": (lambda p: p.token(aud=EVIL), "token: wrong aud"),
    "for nobody": (lambda p: p.token(aud=None), "token: no aud"),
    "expired": (
        lambda p: p.token(exp=int(p.now.timestamp()) - 61, iat=int(p.now.timestamp()) - 400),
        "token: expired",
    ),
    "without an end": (lambda p: p.token(exp=None), "token: no exp"),
    "from the future": (lambda p: p.token(nbf=int(p.now.timestamp()) + 600), "token: wrong nbf"),
    "without a subject": (lambda p: p.token(sub=None), "token: no sub"),
    "an id token": (lambda p: p.token({"typ": "JWT"}), "token: no access token"),
    "without a type": (lambda p: p.token({"typ": None}), "token: no access token"),
    "a logout token": (lambda p: p.token({"typ": "logout+jwt"}), "token: no access token"),
    "an answer to a sign-in": (lambda p: p.token(nonce="n"), "token: no access token"),
    "a program without a role": (
        lambda p: p.token(sub="other", client_id="other"),
        "token: no role for this program",
    ),
    "a person by that client": (lambda p: p.token(sub="10005"), "token: no role for this program"),
    "critical header": (
        lambda p: f"{_part({'alg': 'RS256', 'crit': ['x'], 'x': 1, **AT})}.{_part(p.claims())}.AA",
        "token: not readable",
    ),
    "no JSON": (lambda _: "eyJhbGciOi.eyJ.AA", "token: not readable"),
    "too long": (lambda p: p.token(filler="x" * 20_000), "malformed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_token_of_a_program_for_us_opens_nothing(programs: Programs, name: str) -> None:
    make, reason = HOSTILE[name]
    assert programs.refused(make(programs)) == reason


def test_roles_by_a_claim_are_for_programs_alone(programs: Programs) -> None:
    """A person who signed in at another program of the agency may have the same role claim."""
    programs.use(clients={}, roles_claim="roles", roles={"Adapter.Hr": "hr", "Adapter.Lms": "lms"})
    of_a_person = programs.token(sub="10005", roles=["Adapter.Hr"])
    assert programs.refused(of_a_person) == "token: no role for this program"
    unnamed = programs.token(client_id=None, roles=["Adapter.Hr"])
    assert programs.refused(unnamed) == "token: no role for this program"
    both = programs.token(roles=["Adapter.Hr", "Adapter.Lms"])
    assert programs.refused(both) == "token: more than one role"
    odd = programs.token(roles={"Adapter.Hr": True})
    assert programs.refused(odd) == "token: no role for this program"


def test_a_key_of_the_wrong_kind_is_no_key_of_the_issuer(programs: Programs) -> None:
    curve = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    header = {"alg": "ES256", "kid": curve.kid}
    assert programs.refused(programs.token(header, curve)) == "token: unknown key"


def test_without_the_settings_no_token_opens_anything(programs: Programs) -> None:
    token = programs.token()
    settings = Settings()
    current.serve_with(programs.app, replace(programs.parts, settings=settings))
    assert programs.refused(token) == "malformed"


def test_a_token_in_a_body_is_no_token(programs: Programs) -> None:
    programs.use(clients={"portal": "lms"})
    body = {"eventname": "\\core\\event\\course_completed", "token": programs.token()}
    answer = programs.client.post("/v1/lms-events", json=body)
    assert problem(answer)["status"] == 401


def test_an_issuer_that_is_away_is_no_fault_of_the_program(programs: Programs) -> None:
    token = programs.token()
    programs.provider.configuration = {"jwks_uri": "http://127.0.0.1:9/keys"}
    answer = programs.client.get(PATH, headers={"Authorization": f"Bearer {token}"})
    assert problem(answer)["status"] == 503
    assert answer.headers["Retry-After"] == "60"


def test_an_issuer_that_names_itself_otherwise_is_not_believed(programs: Programs) -> None:
    programs.provider.configuration = {"issuer": EVIL}
    assert programs.status(programs.token(iss=EVIL)) == 503


# --- providers that mark nothing, and settings ----------------------------------------------------


def test_a_provider_that_marks_nothing_is_taken_by_a_setting(programs: Programs) -> None:
    programs.use(token_type="JWT")
    for typ in ("JWT", None, "at+jwt"):
        assert programs.status(programs.token({"typ": typ})) == 200
    assert programs.refused(programs.token({"typ": "logout+jwt"})) == "token: no access token"
    answer_to_a_sign_in = programs.token({"typ": "JWT"}, nonce="n")
    assert programs.refused(answer_to_a_sign_in) == "token: no access token"


def test_where_nothing_is_marked_the_api_is_not_the_client_of_the_pages() -> None:
    same = {"issuer": EVIL, "audience": "adapter", "clients": {"a": "hr"}, "token_type": "JWT"}
    openid = OpenidSettings(issuer=EVIL, client_id="adapter")
    machines = MachineSettings.model_validate(same)
    with pytest.raises(SettingsError, match="ODWH_MACHINES_AUDIENCE is ODWH_OPENID_CLIENT_ID"):
        build_parts(Settings(openid=openid, machines=machines))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"roles": {"a": "hr"}},
        {"roles_claim": "roles"},
        {"clients": {"a": "manager"}},
        {"clients": {"a": "employee"}},
    ],
)
def test_settings_that_let_nobody_or_a_nobody_in_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MachineSettings.model_validate({"issuer": EVIL, "audience": "a", **values})
