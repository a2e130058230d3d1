"""A manager's consent and availability for in-company sessions, through the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.doors.pages.rendered import form_of
from tests.adapter.subjects.in_company.conftest import Training
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, TEAM, Office

SignIn = Callable[..., Browser]
PATH = "/mijn-team/incompany"
FIRST, SECOND, _ = TEAM
STRANGER = "10011"


@pytest.fixture
def training(office: Office) -> Training:
    return Training(office)


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(MANAGER)


def move(browser: Browser, training: Training, employee: str, step: str, **form: str) -> int:
    """With the form of the page."""
    path = address(training, employee)
    filled = form_of(browser.page(PATH), path, stap=step)
    if "reden" in form:
        filled[f"reden-{path.rpartition('/')[2]}"] = form.pop("reden")
    return browser.post(path, filled | form).status_code


def force(browser: Browser, training: Training, employee: str, step: str, **form: str) -> int:
    """What the page has no form for."""
    version = training.participant(employee)["version"]
    filled = {"stap": step, "version": str(version)}
    return browser.post(address(training, employee), filled | form).status_code


def address(training: Training, employee: str) -> str:
    return f"{PATH}/{training.id}/deelnemers/{training.participant(employee)['id']}"


def test_who_waits_is_shown_and_consented_to(training: Training, manager: Browser) -> None:
    assert "Niemand van je team wacht" in manager.page(PATH)
    training.signed_up(FIRST)
    assert "Sanne Test10001 wil naar INC-001" in manager.page(PATH)
    assert move(manager, training, FIRST, "consent") == 303
    assert training.states() == {FIRST: "placed"}
    assert training.log(FIRST)[1] == ("signed_up", "waiting", MANAGER)
    page = manager.page(PATH)
    assert "Niemand van je team wacht" in page
    assert "Sanne Test10001: heeft een plaats" in page


def test_a_refusal_needs_a_reason_and_can_turn_into_consent(
    training: Training, manager: Browser
) -> None:
    training.signed_up(FIRST)
    one = training.participant(FIRST)
    answer = manager.post(
        f"{PATH}/{training.id}/deelnemers/{one['id']}", {"stap": "refuse", "version": "1"}
    )
    assert answer.status_code == 422
    named = "Niet instemmen voor Sanne Test10001: Vul dit in."
    assert f'<a href="#reden-{one["id"]}">{named}' in answer.text
    assert move(manager, training, FIRST, "refuse", reden="Het is te druk.") == 303
    assert training.states() == {FIRST: "refused"}
    assert move(manager, training, FIRST, "consent") == 303
    assert training.states() == {FIRST: "placed"}


def test_consent_is_withdrawn_with_a_reason(training: Training, manager: Browser) -> None:
    training.signed_up(FIRST, consented=True)
    assert move(manager, training, FIRST, "withdraw_consent") == 422
    assert move(manager, training, FIRST, "withdraw_consent", reden="Er is niemand anders.") == 303
    assert training.states() == {FIRST: "consent_withdrawn"}


def test_a_sign_up_is_cancelled(training: Training, manager: Browser) -> None:
    training.signed_up(FIRST, consented=True)
    assert move(manager, training, FIRST, "cancel") == 303
    assert training.states() == {FIRST: "cancelled"}


@pytest.mark.parametrize("step", ["attend", "no_show", "excuse"])
def test_attendance_is_not_the_managers_to_record(
    training: Training, manager: Browser, step: str
) -> None:
    training.signed_up(FIRST, consented=True)
    assert force(manager, training, FIRST, step) == 403


def test_a_step_goes_by_the_version_that_was_read(training: Training, manager: Browser) -> None:
    training.signed_up(FIRST)
    assert move(manager, training, FIRST, "consent", version="7") == 422
    assert force(manager, training, FIRST, "dance") == 422
    assert training.states() == {FIRST: "signed_up"}


def test_a_step_that_came_too_late_keeps_its_reason(training: Training, manager: Browser) -> None:
    training.signed_up(FIRST)
    one = training.participant(FIRST)
    path = f"{PATH}/{training.id}/deelnemers/{one['id']}"
    refusal = {f"reden-{one['id']}": "Het is te druk.", "stap": "refuse"}
    assert move(manager, training, FIRST, "consent") == 303
    stale = manager.post(path, refusal | {"version": str(one["version"])})
    assert stale.status_code == 422
    assert "Het is te druk." in stale.text
    now = manager.post(path, refusal | {"version": str(training.participant(FIRST)["version"])})
    assert now.status_code == 422
    assert "met de status heeft een plaats kan deze stap niet" in now.text
    assert "Het is te druk." in now.text
    assert training.states() == {FIRST: "placed"}


def test_another_team_is_neither_shown_nor_moved(
    training: Training, manager: Browser, sign_in: SignIn
) -> None:
    training.signed_up(STRANGER)
    assert "Test10011" not in manager.page(PATH)
    assert force(manager, training, STRANGER, "consent") == 404
    assert training.states() == {STRANGER: "signed_up"}
    other = sign_in(OTHER_MANAGER)
    assert "Test10011" in other.page(PATH)
    assert move(other, training, STRANGER, "consent") == 303


def test_availability_is_set_for_the_own_team(
    office: Office, training: Training, manager: Browser
) -> None:
    assert "Nog niet vastgelegd" in manager.page(PATH)
    field = f"hoeveel-{training.id}"
    wrong = manager.post(f"{PATH}/{training.id}/beschikbaarheid", {field: "-1"})
    assert wrong.status_code == 422
    assert f'<a href="#{field}">' in wrong.text
    answer = manager.post(f"{PATH}/{training.id}/beschikbaarheid", {field: "1"})
    assert answer.location == f"{PATH}?gedaan=availability_set"
    seen = office.call("GET", training.path, Role.MANAGER, employee=MANAGER).get_json()
    assert seen["ownTeamMost"] == 1
    training.signed_up(FIRST, SECOND, consented=True)
    assert training.states() == {FIRST: "placed", SECOND: "waiting"}


def test_somebody_of_the_team_is_signed_up(training: Training, manager: Browser) -> None:
    field = f"wie-{training.id}"
    path = f"{PATH}/{training.id}/aanmelden"
    assert manager.post(path, {field: ""}).status_code == 422
    assert manager.post(path, {field: STRANGER}).status_code == 403
    assert manager.post(path, {field: FIRST}).location == f"{PATH}?gedaan=team_signed_up"
    assert training.states() == {FIRST: "placed"}
    assert manager.post(path, {field: FIRST}).status_code == 422


def test_consent_to_a_course_without_sessions(office: Office, manager: Browser) -> None:
    form = {"medewerker": FIRST, "cursus": "INC-001", "dag": "2026-11-09"}
    wrong = manager.post(f"{PATH}/instemmen", form | {"dag": "2026-12-01", "medewerker": ""})
    assert wrong.status_code == 422
    assert '<a href="#medewerker">' in wrong.text
    assert manager.post(f"{PATH}/instemmen", form | {"dag": "2026-12-01"}).status_code == 422
    assert manager.post(f"{PATH}/instemmen", form | {"medewerker": STRANGER}).status_code == 403
    assert manager.post(f"{PATH}/instemmen", form).location == f"{PATH}?gedaan=consented"
    assert manager.post(f"{PATH}/instemmen", form).status_code == 422
    [one] = office.call("GET", "/in-company-consents", Role.HR).get_json()["items"]
    assert (one["employeeId"], one["consentedBy"], one["consentedDate"]) == (
        FIRST,
        MANAGER,
        "2026-11-09",
    )


@pytest.mark.parametrize("role", [None, Role.HR, Role.KNOWLEDGE_BROKER, Role.MANAGEMENT_TEAM])
def test_only_managers_get_in(
    office: Office, training: Training, sign_in: SignIn, role: Role | None
) -> None:
    other = sign_in(SECOND, *([] if role is None else [role]))
    assert other.get(PATH).status_code == 403
    training.signed_up(FIRST)
    assert force(other, training, FIRST, "consent") == 403
    for path in (f"{training.id}/aanmelden", f"{training.id}/beschikbaarheid", "instemmen"):
        assert other.post(f"{PATH}/{path}", {}).status_code == 403


def test_a_form_without_our_token_consents_to_nothing(training: Training, manager: Browser) -> None:
    training.signed_up(FIRST)
    one = training.participant(FIRST)
    path = f"{PATH}/{training.id}/deelnemers/{one['id']}"
    answer = manager.client.post(path, data={"stap": "consent", "version": "1"})
    assert answer.status_code == 403
    assert training.states() == {FIRST: "signed_up"}
