"""Connecting the LMS from the command line, and what `doctor` says of how people sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapter.ground.parts import Parts
from adapter.register.sign_in.lms_registrations import (
    NewRegistration,
    is_invited,
    keep_registration,
)
from config.settings import MoodleSettings, OpenidSettings, PagesSettings, Settings
from sandboxes.lti import SandboxLti
from sandboxes.openid import SandboxOpenid
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.agency import Agency


@pytest.fixture
def register(sqlite_register: object) -> object:
    return sqlite_register


@pytest.fixture
def lms(agency: Agency) -> Iterator[SandboxLti]:
    with SandboxLti(agency.clock.now) as platform:
        yield platform


@pytest.fixture
def parts(agency: Agency, lms: SandboxLti) -> Parts:
    settings = Settings(
        moodle=MoodleSettings.model_validate({"url": lms.url, "token": "t"}),
        pages=PagesSettings(url="https://leren.example.org"),
    )
    return replace(agency.parts, settings=settings)


def registered(parts: Parts, lms: SandboxLti) -> None:
    told = NewRegistration(
        lms.url, "client-1", "1", f"{lms.url}/auth", f"{lms.url}/mod/lti/certs.php", "moodle"
    )
    with parts.register.write() as connection:
        keep_registration(connection, told, "beheer", parts.clock.now())


def test_an_invitation_is_an_address_of_the_pages(parts: Parts, run: Run) -> None:
    result = run(parts, "lms", "invite")
    address = result.stdout.strip()
    assert address.startswith("https://leren.example.org/aanmelden/lms/registreren/")
    assert "Manage tools" in result.stderr
    with parts.register.read() as connection:
        assert is_invited(connection, address.rpartition("/")[2], parts.clock.now())


def test_a_registration_is_listed_and_revoked(parts: Parts, lms: SandboxLti, run: Run) -> None:
    registered(parts, lms)
    assert f"{lms.url}  moodle  client client-1" in run(parts, "lms", "list").stdout
    assert "1 revoked" in run(parts, "lms", "revoke", lms.url).stdout
    assert "revoked" in run(parts, "lms", "list").stdout
    again = run(parts, "lms", "revoke", lms.url, "--client", "client-1")
    assert again.exit_code == 1
    assert "lms list" in again.output


def test_doctor_says_how_to_connect_the_lms(parts: Parts, run: Run) -> None:
    said = run(parts, "doctor").output
    assert "ok       pages: https://leren.example.org" in said
    assert "warning  sign-in from the LMS: no LMS is registered" in said
    assert "odwh-adapter lms invite" in said


def test_doctor_reads_the_keys_of_the_lms(parts: Parts, lms: SandboxLti, run: Run) -> None:
    registered(parts, lms)
    assert f"ok       sign-in from {lms.url}, client client-1" in run(parts, "doctor").output
    lms.keys.published = []
    assert f"FAILED   sign-in from {lms.url}, client client-1" in run(parts, "doctor").output


def test_doctor_says_where_a_mail_leads(parts: Parts, lms: SandboxLti, run: Run) -> None:
    registered(parts, lms)
    assert "warning  sign-in from a mail: leads to the front page" in run(parts, "doctor").output
    pages = PagesSettings(lms_activity="https://lms.example.org/mod/lti/launch.php?id=126")
    named = replace(parts, settings=parts.settings.model_copy(update={"pages": pages}))
    assert "sign-in from a mail" not in run(named, "doctor").output


def test_doctor_names_an_lms_that_the_settings_do_not_name(
    parts: Parts, lms: SandboxLti, run: Run
) -> None:
    registered(parts, lms)
    elsewhere = PagesSettings(lms_issuer="https://lms.example.org")
    moved = replace(parts, settings=parts.settings.model_copy(update={"pages": elsewhere}))
    said = run(moved, "doctor").output
    assert "the settings name another LMS" in said
    assert f"odwh-adapter lms revoke {lms.url}" in said
    assert "warning  pages: http://127.0.0.1:8000" in said


# --- the identity provider ------------------------------------------------------------------------


@pytest.fixture
def provider(agency: Agency) -> Iterator[SandboxOpenid]:
    with SandboxOpenid(agency.clock.now) as provider:
        yield provider


def at(parts: Parts, **values: str) -> Parts:
    openid = OpenidSettings.model_validate({"client_id": "adapter", **values})
    return replace(parts, settings=parts.settings.model_copy(update={"openid": openid}))


def test_doctor_looks_at_the_identity_provider(
    parts: Parts, provider: SandboxOpenid, run: Run
) -> None:
    said = run(at(parts, issuer=provider.url), "doctor").output
    assert f"ok       sign-in at {provider.url}: names itself so, 1 keys" in said
    assert "warning  who signs in there: is known by the work address in email" in said
    assert "ODWH_OPENID_EMPLOYEE_CLAIM" in said
    said = run(at(parts, issuer=provider.url, employee_claim="employeeid"), "doctor").output
    assert "ok       who signs in there: is known by the employee number in employeeid" in said


def test_doctor_says_why_the_identity_provider_does_not_work(
    parts: Parts, provider: SandboxOpenid, run: Run
) -> None:
    said = run(at(parts, issuer=f"{provider.url}/"), "doctor").output
    assert f"FAILED   sign-in at {provider.url}/: the identity provider names itself other" in said
    provider.keys.published = []
    assert (
        f"FAILED   sign-in at {provider.url}:"
        in run(at(parts, issuer=provider.url), "doctor").output
    )
    assert "sign-in at" not in run(parts, "doctor").output
