"""A BSN or something about health in what people type is asked about, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.test_team_requests import begun, filled_in, on_record
from tests.adapter.subjects.requests.conftest import MANAGER, REQUEST, Office, pointers

SignIn = Callable[..., Browser]
ASKED = "Staat hier een BSN of gezondheidsgegeven?"
SENSITIVE = ["Nodig na haar burn-out.", "Voor 111222333."]


@pytest.mark.parametrize("words", SENSITIVE)
def test_a_form_asks_and_keeps_what_was_typed_until_it_is_confirmed(
    office: Office, sign_in: SignIn, words: str
) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    form = filled_in(office, path, motivation=words, fee="12,34")
    answer = browser.post(path, form)
    assert answer.status_code == 422
    assert ASKED in answer.text
    assert words in answer.text
    assert "12,34" in answer.text
    assert 'name="words_confirmed"' in answer.text
    assert on_record(office, path)["motivation"] is None
    assert browser.post(path, form | {"words_confirmed": "ja"}).status_code == 303
    assert on_record(office, path)["motivation"] == words


def test_the_api_names_the_field_and_takes_it_when_it_is_confirmed(office: Office) -> None:
    body = REQUEST | {"motivation": SENSITIVE[0]}
    answer = office.call("POST", "/training-requests", Role.MANAGER, body, employee=MANAGER)
    assert answer.status_code == 400
    assert pointers(answer) == ["/motivation"]
    assert ASKED in answer.text
    headers = office.key_of(Role.MANAGER, MANAGER) | {"Words-Confirmed": "true"}
    answer = office.client.post("/v1/training-requests", json=body, headers=headers)
    assert answer.status_code == 201
    assert answer.get_json()["motivation"] == SENSITIVE[0]


def test_an_ordinary_text_is_not_asked_about(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(MANAGER)
    path = begun(browser)
    answer = browser.post(path, filled_in(office, path, motivation="Nodig voor toezicht."))
    assert answer.status_code == 303
