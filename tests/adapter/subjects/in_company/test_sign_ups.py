"""Signing up for an in-company session, consent, the waiting list and attendance (P7, A8)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapter.register.keys import Role
from tests.adapter.subjects.in_company.conftest import AFTERWARDS, Training
from tests.adapter.subjects.requests.conftest import (
    MANAGER,
    OTHER_MANAGER,
    OTHER_TEAM,
    TEAM,
    Office,
    pointers,
)

FIRST, SECOND, THIRD = TEAM
STRANGER = OTHER_TEAM[0]


def test_an_employee_signs_up_and_the_manager_is_asked(training: Training) -> None:
    assert training.sign_up(FIRST).get_json()["state"] == "signed_up"
    assert training.told() == [(MANAGER, "in_company_signed_up_manager")]
    assert training.log(FIRST) == [(None, "signed_up", FIRST)]


def test_consent_gives_a_place_when_one_is_free(training: Training) -> None:
    training.signed_up(FIRST)
    answer = training.step(FIRST, "consent")
    assert answer.get_json()["state"] == "placed"
    assert training.log(FIRST)[1:] == [
        ("signed_up", "waiting", MANAGER),
        ("waiting", "placed", None),
    ]
    assert (FIRST, "in_company_placed_employee") in training.told()
    assert (MANAGER, "in_company_placed_manager") in training.told()
    assert (FIRST, "in_company_waiting_employee") not in training.told()
    assert FIRST in training.office.announced()


def test_the_managers_own_sign_up_is_consent_and_that_of_hr_is_not(training: Training) -> None:
    assert training.sign_up(FIRST, Role.MANAGER, MANAGER).get_json()["state"] == "placed"
    assert training.sign_up(SECOND, Role.HR, "10050").get_json()["state"] == "signed_up"


def test_a_manager_who_signs_up_himself_waits_for_his_own_manager(training: Training) -> None:
    answer = training.sign_up(MANAGER, Role.MANAGER, MANAGER)
    assert answer.get_json()["state"] == "signed_up"
    assert training.step(MANAGER, "consent").status_code == 403
    consented = training.step(MANAGER, "consent", by=OTHER_MANAGER)
    assert consented.get_json()["state"] == "placed"


def test_nobody_signs_up_or_consents_for_another_team(training: Training) -> None:
    assert training.sign_up(STRANGER, Role.MANAGER, MANAGER).status_code == 403
    assert training.sign_up(SECOND, Role.EMPLOYEE, FIRST).status_code == 403
    training.signed_up(STRANGER)
    refused = training.step(STRANGER, "consent")
    assert refused.status_code == 404  # of another team: not even told that it is there
    assert training.states()[STRANGER] == "signed_up"


def test_the_waiting_list_moves_up_in_order_of_sign_up_and_tells_both(training: Training) -> None:
    training.signed_up(FIRST, SECOND, consented=True)
    training.signed_up(THIRD, STRANGER)
    assert training.step(STRANGER, "consent", by=OTHER_MANAGER).get_json()["state"] == "waiting"
    assert training.step(THIRD, "consent").get_json()["state"] == "waiting"
    training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST)
    assert training.states() == {
        FIRST: "cancelled",
        SECOND: "placed",
        THIRD: "placed",
        STRANGER: "waiting",
    }
    assert training.log(THIRD)[-1] == ("waiting", "placed", None)
    assert {(THIRD, "in_company_placed_employee"), (MANAGER, "in_company_placed_manager")} <= set(
        training.told()
    )
    assert (STRANGER, "in_company_waiting_employee") in training.told()


def test_more_capacity_moves_the_list_up_at_once(training: Training) -> None:
    training.signed_up(*TEAM, consented=True)
    answer = training.broker("PATCH", f"/{training.id}", {"capacity": 3}, version=1)
    assert (answer.get_json()["placed"], answer.get_json()["waiting"]) == (3, 0)


def test_a_team_that_can_miss_one_lets_another_team_pass(training: Training) -> None:
    path = f"{training.path}/team-availabilities"
    set_to = training.office.call("POST", path, Role.MANAGER, {"most": 1}, employee=MANAGER)
    assert set_to.status_code == 201
    training.signed_up(FIRST, SECOND, consented=True)
    training.sign_up(STRANGER, Role.MANAGER, OTHER_MANAGER)
    assert training.states() == {FIRST: "placed", SECOND: "waiting", STRANGER: "placed"}
    assert (
        training.broker("PATCH", f"/{training.id}", {"capacity": 3}, version=1).status_code == 200
    )
    assert training.states()[SECOND] == "waiting"
    training.office.call("POST", path, Role.MANAGER, {"most": 2}, employee=MANAGER)
    assert training.states()[SECOND] == "placed"


def test_availability_is_set_beforehand(training: Training) -> None:
    training.office.clock.moment = datetime(2027, 2, 16, 9, 0, tzinfo=UTC)
    path = f"{training.path}/team-availabilities"
    answer = training.office.call("POST", path, Role.MANAGER, {"most": 1}, employee=MANAGER)
    assert answer.status_code == 409


def test_withdrawn_consent_frees_the_place_and_says_why(training: Training) -> None:
    training.signed_up(*TEAM, consented=True)
    assert pointers(training.step(FIRST, "withdraw_consent")) == ["/reason"]
    training.step(FIRST, "withdraw_consent", reason="Te druk.")
    assert training.states() == {FIRST: "consent_withdrawn", SECOND: "placed", THIRD: "placed"}
    assert (FIRST, "in_company_consent_withdrawn_employee") in training.told()
    assert training.step(FIRST, "consent").get_json()["state"] == "waiting"


def test_a_refusal_can_turn_into_consent(training: Training) -> None:
    training.signed_up(FIRST)
    training.step(FIRST, "refuse", reason="Liever later.")
    assert training.states() == {FIRST: "refused"}
    assert training.step(FIRST, "consent").get_json()["state"] == "placed"


def test_who_signs_up_again_goes_to_the_end_of_the_list(training: Training) -> None:
    training.signed_up(FIRST, SECOND, consented=True)
    training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST)
    training.signed_up(THIRD, consented=True)
    training.signed_up(FIRST)
    assert [one["employeeId"] for one in training.participants()] == [SECOND, THIRD, FIRST]
    assert training.step(FIRST, "consent").get_json()["state"] == "waiting"
    assert training.sign_up(FIRST).status_code == 409


def test_signing_up_is_possible_on_the_closing_day_and_not_after_it(training: Training) -> None:
    training.office.clock.moment = datetime(2027, 2, 15, 22, 59, tzinfo=UTC)  # 23:59 in Amsterdam
    assert training.sign_up(FIRST).status_code == 201
    training.office.clock.moment = datetime(2027, 2, 15, 23, 0, tzinfo=UTC)
    assert training.sign_up(SECOND).status_code == 409


def test_an_unknown_employee_or_session_is_said(training: Training) -> None:
    assert pointers(training.sign_up("99999", Role.HR, "1")) == ["/employeeId"]
    training.path = "/in-company-sessions/none"
    assert training.sign_up(FIRST).status_code == 404


@pytest.mark.parametrize(
    ("role", "by", "step"),
    [
        (Role.EMPLOYEE, FIRST, "consent"),
        (Role.HR, None, "consent"),
        (Role.KNOWLEDGE_BROKER, None, "consent"),
        (Role.KNOWLEDGE_BROKER, None, "cancel"),
        (Role.MANAGER, MANAGER, "no_show"),
        (Role.HR, None, "no_show"),
    ],
)
def test_a_step_is_for_its_own_roles(
    training: Training, role: Role, by: str | None, step: str
) -> None:
    training.signed_up(FIRST)
    assert training.step(FIRST, step, role, by or "10050").status_code == 403
    assert training.states() == {FIRST: "signed_up"}


def test_an_illegal_step_names_the_states_that_can_follow(training: Training) -> None:
    training.signed_up(FIRST, consented=True)
    answer = training.step(FIRST, "consent")
    assert answer.status_code == 409
    assert answer.get_json()["allowedStates"] == [
        "consent_withdrawn",
        "cancelled",
        "attended",
        "excused",
        "no_show",
    ]


def test_a_step_goes_by_the_version_that_was_read(training: Training) -> None:
    training.signed_up(FIRST)
    assert training.step(FIRST, "consent", version=7).status_code == 412
    seen = training.participant(FIRST)
    path = f"{training.path}/participants/{seen['id']}/transitions"
    bare = training.office.call("POST", path, Role.MANAGER, {"step": "consent"}, employee=MANAGER)
    assert bare.status_code == 428


def test_attendance_is_recorded_after_the_last_day_by_the_broker(training: Training) -> None:
    training.signed_up(FIRST, SECOND, consented=True)
    broker = (Role.KNOWLEDGE_BROKER, "10050")
    assert training.step(FIRST, "attend", *broker).status_code == 409
    training.office.clock.moment = AFTERWARDS
    assert training.step(FIRST, "attend", *broker).status_code == 201
    assert training.step(SECOND, "no_show", *broker).status_code == 201
    assert training.step(SECOND, "excuse", *broker).status_code == 201
    assert training.states() == {FIRST: "attended", SECOND: "excused"}
    assert training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST).status_code == 409


def test_nobody_moves_up_once_the_session_has_started(training: Training) -> None:
    training.signed_up(*TEAM, consented=True)
    training.office.clock.moment = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    assert training.step(FIRST, "cancel", Role.EMPLOYEE, FIRST).status_code == 409
    assert training.states()[THIRD] == "waiting"


def _no_show(training: Training) -> str:
    training.signed_up(FIRST, consented=True)
    training.office.clock.moment = AFTERWARDS
    training.step(FIRST, "no_show", Role.KNOWLEDGE_BROKER, "10050")
    return f"{training.path}/participants/{training.participant(FIRST)['id']}/consequences"


CONSEQUENCE = {"consequence": "Deelname in het najaar.", "ground": "Geen bericht gegeven."}


def test_a_no_show_has_no_consequence_by_itself(training: Training) -> None:
    _no_show(training)
    assert training.participant(FIRST)["consequences"] == []
    assert not [one for one in training.told() if "consequence" in one[1]]


def test_without_terms_agreed_beforehand_nothing_can_follow(training: Training) -> None:
    path = _no_show(training)
    answer = training.office.call("POST", path, Role.HR, CONSEQUENCE)
    assert answer.status_code == 409
    assert "niets afgesproken" in answer.get_json()["detail"]


def test_hr_attaches_what_was_agreed_when_the_employee_signed_up(office: Office) -> None:
    training = Training(office, absenceTerms="Bij afwezigheid zonder bericht: later deelnemen.")
    training.signed_up(FIRST, consented=True)
    training.broker("PATCH", f"/{training.id}", {"absenceTerms": "Strenger."}, version=1)
    office.clock.moment = AFTERWARDS
    path = f"{training.path}/participants/{training.participant(FIRST)['id']}/consequences"
    assert office.call("POST", path, Role.HR, CONSEQUENCE).status_code == 409
    training.step(FIRST, "no_show", Role.KNOWLEDGE_BROKER, "10050")
    for role in (Role.KNOWLEDGE_BROKER, Role.MANAGER, Role.MANAGEMENT_TEAM):
        assert office.call("POST", path, role, CONSEQUENCE, employee=MANAGER).status_code == 403
    answer = office.call("POST", path, Role.HR, CONSEQUENCE)
    assert answer.status_code == 201
    recorded = answer.get_json()["consequences"]
    assert recorded[0]["agreedTerms"] == "Bij afwezigheid zonder bericht: later deelnemen."
    assert recorded[0]["ground"] == CONSEQUENCE["ground"]
    assert (FIRST, "in_company_consequence_employee") in training.told()
    assert training.participants(Role.KNOWLEDGE_BROKER)[0]["consequences"] == []


def test_who_may_see_whom(training: Training) -> None:
    training.signed_up(FIRST, SECOND, STRANGER)
    seen = {
        who: {one["employeeId"] for one in training.participants(role, by)}
        for who, role, by in (
            ("broker", Role.KNOWLEDGE_BROKER, None),
            ("manager", Role.MANAGER, MANAGER),
            ("employee", Role.EMPLOYEE, FIRST),
            ("nobody", Role.EMPLOYEE, None),
        )
    }
    assert seen == {
        "broker": {FIRST, SECOND, STRANGER},
        "manager": {FIRST, SECOND},
        "employee": {FIRST},
        "nobody": set(),
    }
