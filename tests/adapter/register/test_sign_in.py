"""What is kept of signing in, on both engines: each secret is used once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapter.ground.store.register import Register
from adapter.register.people import keep_employee, keep_lms_users
from adapter.register.sign_in.attempts import Asked, answer_attempt, begin_attempt
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.claimed_person import person_of
from adapter.register.sign_in.lms_accounts import owner_of
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
from config.settings import OpenidSettings
from connectors.ports import Employee, Employment, LmsUser
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


# --- who it is ------------------------------------------------------------------------------------


def person(employee_id: str, email: str | None) -> Employee:
    return Employee(
        employee_id=employee_id,
        given_name="Test",
        family_name_prefix="",
        family_name="Persoon",
        email=email,
        department=None,
        manager_id=None,
        employments=(Employment("1", date(2019, 9, 1), None),),
    )


def test_a_person_is_found_by_number_or_address(register: Register) -> None:
    by_number = OpenidSettings(issuer="https://idp", client_id="c", employee_claim="number")
    by_address = OpenidSettings(issuer="https://idp", client_id="c")
    with register.write() as connection:
        keep_employee(connection, person("10001", " A@Example.org "), "hris:test", NOW)
        keep_employee(connection, person("10002", None), "hris:test", NOW)
        claims = {"number": "10002", "email": "a@example.ORG"}
        assert person_of(connection, claims, by_number, NOW.date()) == "10002"
        assert person_of(connection, claims, by_address, NOW.date()) == "10001"
        keep_employee(connection, person("10003", "a@example.org"), "hris:test", NOW)
        with pytest.raises(SignInRefused) as refused:
            person_of(connection, claims, by_address, NOW.date())
    assert refused.value.why is Why.TWO_PERSONS


def test_an_account_is_its_owners_while_no_other_can_be(register: Register) -> None:
    def account(user_id: str, *, suspended: bool = False) -> LmsUser:
        return LmsUser(user_id, user_id, "", "10001", "T", "t@example.org", suspended=suspended)

    with register.write() as connection:
        assert owner_of(connection, "8") is None
        keep_lms_users(connection, [account("8"), account("9", suspended=True)], NOW)
        assert owner_of(connection, "8") == "10001"
        assert owner_of(connection, "9") is None
        keep_lms_users(connection, [account("9")], NOW)
        assert owner_of(connection, "8") is None
