"""What is kept of signing in, on both engines: each secret is used once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapter.ground.store.register import Register
from adapter.register.sign_in.attempts import Asked, answer_attempt, begin_attempt
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.lms_registrations import (
    NewRegistration,
    invite,
    is_invited,
    keep_registration,
    registration_of,
    registrations,
    revoke_registration,
    use_invitation,
)
from adapter.register.sign_in.refusals import SignInRefused, Why
from tests.fixtures.workbench import MARCH_2027

NOW = MARCH_2027
LMS = "https://lms.example.org"


def told(client_id: str, deployment_id: str = "1") -> NewRegistration:
    return NewRegistration(
        LMS, client_id, deployment_id, f"{LMS}/auth", f"{LMS}/certs", product="moodle"
    )


def test_an_attempt_is_answered_once_in_time_and_by_its_browser(register: Register) -> None:
    asked = Asked(Way.LMS, LMS, "client", "/")
    late = NOW + timedelta(minutes=10)
    with register.write() as connection:
        begun = begin_attempt(connection, asked, NOW)

        def reason(way: Way, state: str, browser: str, at: timedelta = timedelta()) -> Why:
            with pytest.raises(SignInRefused) as refused:
                answer_attempt(connection, way, state, browser, NOW + at)
            return refused.value.why

        assert reason(Way.LMS, "another", begun.browser) is Why.NOT_BEGUN
        assert reason(Way.OPENID, begun.state, begun.browser) is Why.NOT_BEGUN
        assert reason(Way.LMS, begun.state, "another") is Why.OTHER_BROWSER
        assert reason(Way.LMS, begun.state, "") is Why.OTHER_BROWSER
        assert reason(Way.LMS, begun.state, begun.browser, late - NOW) is Why.TOO_LATE
        row = answer_attempt(connection, Way.LMS, begun.state, begun.browser, NOW)
        assert (row.issuer, row.nonce) == (LMS, begun.nonce)
        assert reason(Way.LMS, begun.state, begun.browser) is Why.USED


def test_an_invitation_is_used_once_within_the_hour(register: Register) -> None:
    with register.write() as connection:
        first, second = (invite(connection, "beheer", NOW) for _ in range(2))
        assert is_invited(connection, first, NOW)
        assert use_invitation(connection, first, NOW) == "beheer"
        assert use_invitation(connection, first, NOW) is None
        assert not is_invited(connection, first, NOW)
        assert use_invitation(connection, second, NOW + timedelta(hours=1)) is None
        assert use_invitation(connection, "made up", NOW) is None


def test_a_client_that_registers_again_is_kept_as_it_is_now(register: Register) -> None:
    with register.write() as connection:
        keep_registration(connection, told("a"), "beheer", NOW)
        keep_registration(connection, told("a", "2"), "beheer", NOW + timedelta(days=1))
        (row,) = registrations(connection)
        assert row.deployment_id == "2"


def test_without_a_client_only_the_single_registration_is_meant(register: Register) -> None:
    with register.write() as connection:
        keep_registration(connection, told("a"), "beheer", NOW)
        only = registration_of(connection, LMS, None)
        assert only is not None
        keep_registration(connection, told("b"), "beheer", NOW)
        assert registration_of(connection, LMS, None) is None
        assert revoke_registration(connection, LMS, "a", by="beheer", now=NOW) == 1
        left = registration_of(connection, LMS, None)
        assert left is not None
        assert left.client_id == "b"
        assert registration_of(connection, LMS, "a") is None
        assert revoke_registration(connection, LMS, "a", by="beheer", now=NOW) == 0
