"""An employee signs up for an in-company session knowing what was agreed about absence, sees what
became of it, and can cancel."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.in_company.conftest import Training
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]
PATH = "/mijn-leren"
TERMS = "Bij afwezigheid zonder bericht: later deelnemen."
FIRST, SECOND, _ = TEAM


@pytest.fixture
def training(office: Office) -> Training:
    return Training(office, absenceTerms=TERMS)


def cancelling(page: str) -> tuple[str, dict[str, str]]:
    """Where the form that cancels goes, and what it holds."""
    match = re.search(r'action="([^"]+/annuleren)".*?name="version" value="(\d+)"', page, re.S)
    assert match is not None
    return match[1], {"version": match[2]}


def test_what_was_agreed_is_read_before_signing_up(training: Training, sign_in: SignIn) -> None:
    browser = sign_in(FIRST)
    page = browser.page(PATH)
    assert TERMS in page
    sign_up = f"{PATH}/bijeenkomsten/{training.id}/aanmelden"
    assert browser.post(sign_up).status_code == 303
    page = browser.page(PATH)
    assert sign_up not in page
    assert "wacht op instemming" in page


def test_a_sign_up_is_cancelled(training: Training, sign_in: SignIn) -> None:
    training.signed_up(FIRST)
    browser = sign_in(FIRST)
    action, form = cancelling(browser.page(PATH))
    answer = browser.post(action, form)
    assert answer.status_code == 303
    assert training.states() == {FIRST: "cancelled"}
    page = browser.page(PATH)
    assert "/annuleren" not in page
    assert f"{PATH}/bijeenkomsten/{training.id}/aanmelden" in page


def test_a_cancellation_goes_by_the_version_that_was_read(
    training: Training, sign_in: SignIn
) -> None:
    training.signed_up(FIRST)
    browser = sign_in(FIRST)
    action, _form = cancelling(browser.page(PATH))
    assert browser.post(action, {"version": "7"}).status_code == 412
    assert training.states() == {FIRST: "signed_up"}


def test_nobody_cancels_for_another(training: Training, sign_in: SignIn) -> None:
    training.signed_up(FIRST)
    action, form = cancelling(sign_in(FIRST).page(PATH))
    assert sign_in(SECOND).post(action, form).status_code == 404
    assert training.states() == {FIRST: "signed_up"}
