"""What is read of issuers: kept for a while, asked for again when it must be, and never at a
stranger's pleasure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from joserfc.jwk import RSAKey

from connectors.errors import Misconfigured, Transient
from connectors.openid.key_sets import KeySets
from connectors.openid.provider import Providers, challenge_of
from connectors.openid.published import origin_of
from sandboxes.openid import SandboxOpenid
from sandboxes.signing_keys import SigningKeys, new_key
from tests.fixtures.workbench import MARCH_2027, StandingClock


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(MARCH_2027)


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return new_key()


@pytest.fixture
def issuer(clock: StandingClock, key: RSAKey) -> Iterator[SandboxOpenid]:
    with SandboxOpenid(clock.now, SigningKeys(key)) as issuer:
        yield issuer


def test_keys_are_kept_for_an_hour(issuer: SandboxOpenid, clock: StandingClock) -> None:
    keys, address = KeySets(clock.now), f"{issuer.url}/keys"
    for minutes, asked in ((0, 1), (59, 1), (1, 2)):
        clock.advance(minutes=minutes)
        keys.having(address, issuer.keys.key.kid)
        assert issuer.asked.count("/keys") == asked


def test_a_key_that_is_not_there_is_looked_for_once_a_minute(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    keys, address = KeySets(clock.now), f"{issuer.url}/keys"
    for seconds, asked in ((0, 1), (0, 1), (59, 1), (1, 2), (1, 2)):
        clock.advance(seconds=seconds)
        keys.having(address, "made up")
        assert issuer.asked.count("/keys") == asked


def test_keys_that_could_not_be_read_are_asked_for_a_minute_later(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    keys, address = KeySets(clock.now), f"{issuer.url}/keys"
    published = issuer.keys.published
    issuer.keys.published = []
    with pytest.raises(Misconfigured, match="publishes no keys"):
        keys.having(address, None)
    issuer.keys.published = published
    with pytest.raises(Transient, match="just now"):
        keys.having(address, None)
    clock.advance(minutes=1)
    assert list(keys.having(address, None))


def test_keys_that_are_known_still_count_while_the_issuer_is_away(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    keys, address = KeySets(clock.now), f"{issuer.url}/keys"
    keys.having(address, None)
    issuer.keys.published = []
    clock.advance(minutes=2)
    with pytest.raises(Misconfigured):
        keys.having(address, "a new one")
    assert list(keys.having(address, issuer.keys.key.kid))


def test_a_clock_that_is_put_back_keeps_nothing_for_ever(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    """As in a rehearsal."""
    keys, address = KeySets(clock.now), f"{issuer.url}/keys"
    keys.having(address, None)
    clock.moment -= timedelta(days=30)
    keys.having(address, None)
    assert issuer.asked.count("/keys") == 2


def test_what_a_provider_publishes_is_kept_for_an_hour(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    providers = Providers(clock.now)
    for minutes, asked in ((0, 1), (59, 1), (1, 2)):
        clock.advance(minutes=minutes)
        assert providers.named(issuer.url).token_endpoint == f"{issuer.url}/token"
        assert issuer.asked.count("/.well-known/openid-configuration") == asked


def test_a_provider_that_failed_is_left_alone_for_a_minute(
    issuer: SandboxOpenid, clock: StandingClock
) -> None:
    providers = Providers(clock.now)
    issuer.configuration = {"issuer": "https://another.example.org"}
    with pytest.raises(Misconfigured, match="names itself otherwise"):
        providers.named(issuer.url)
    issuer.configuration = {}
    clock.advance(seconds=59)
    with pytest.raises(Transient, match="within the last minute"):
        providers.named(issuer.url)
    clock.advance(seconds=1)
    assert providers.named(issuer.url).issuer == issuer.url
    assert issuer.asked == ["/.well-known/openid-configuration"] * 2


def test_the_challenge_is_that_of_the_specification() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://LMS.example.org:443/moodle", "https://lms.example.org"),
        ("https://lms.example.org:8443/", "https://lms.example.org:8443"),
        ("http://[::1]:80/x", "http://[::1]"),
        ("https://lms.example.org@evil.example.org/", "https://evil.example.org"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(Misconfigured, match="port"):
        origin_of("https://lms.example.org:port/")
