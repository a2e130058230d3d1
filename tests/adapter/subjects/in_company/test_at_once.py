"""People at the same moment: no place is given twice, and nobody is signed up twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from adapter.register.keys import Principal, Role
from adapter.subjects.in_company.sign_ups import sign_up
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.refusals import NotNow
from tests.adapter.subjects.in_company.conftest import Training
from tests.adapter.subjects.requests.conftest import MANAGER, TEAM

BOSS = Principal("k", "Leidinggevende", Role.MANAGER, MANAGER)


def _sign_up(training: Training, employee: str) -> str:
    try:
        with acting(training.office.parts, BOSS) as act:
            sign_up(act, training.id, employee)
    except NotNow as refused:
        return str(refused)
    return "signed up"


def _together(training: Training, *employees: str) -> list[str]:
    with ThreadPoolExecutor(len(employees)) as people:
        asked = [people.submit(_sign_up, training, employee) for employee in employees]
        return sorted(answer.result() for answer in asked)


def test_the_last_places_are_given_once(training: Training) -> None:
    assert _together(training, *TEAM) == ["signed up"] * 3
    assert sorted(training.states().values()) == ["placed", "placed", "waiting"]
    assert [one["state"] for one in training.participants()][-1] == "waiting"


def test_of_four_sign_ups_of_one_person_one_stands(training: Training) -> None:
    outcomes = _together(training, *[TEAM[0]] * 4)
    assert outcomes == [*["already_signed_up"] * 3, "signed up"]
    assert training.states() == {TEAM[0]: "placed"}
