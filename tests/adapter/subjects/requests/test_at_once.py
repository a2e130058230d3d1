"""Two people at the same moment: one goes first, the other hears so, and nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from sqlalchemy import func, select

from adapter.ground.store.tables.procedure import ConsentRow, GrantRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests import decisions
from adapter.subjects.requests.acts import acting
from adapter.subjects.requests.consents import consent
from adapter.subjects.requests.grants import GrantTerms
from adapter.subjects.requests.refusals import NotNow, OtherVersion
from policy.request_states import RequestOutcome
from tests.adapter.subjects.requests.conftest import GRANT, JANUARY, MANAGER, Office

MT = Principal("k", "MT", Role.MANAGEMENT_TEAM, None)
BOSS = Principal("k", "Leidinggevende", Role.MANAGER, MANAGER)


def _together(act: Callable[[], str]) -> list[str]:
    with ThreadPoolExecutor(4) as people:
        return sorted(answer.result() for answer in [people.submit(act) for _ in range(4)])


def test_of_decisions_at_the_same_moment_one_stands(office: Office) -> None:
    request = office.proposed()
    version = office.version(request)
    terms = GrantTerms(240_000, Decimal(GRANT["hours"]), repayment_scheme=True)
    decision = decisions.Decision(RequestOutcome.GRANT, JANUARY.date(), None, terms)

    def decide() -> str:
        try:
            with acting(office.parts, MT) as act:
                decisions.decide(act, request["id"], version, decision)
        except OtherVersion:
            return "read it again"
        return "decided"

    assert _together(decide) == ["decided", *["read it again"] * 3]
    with office.parts.register.read() as connection:
        assert connection.execute(select(func.count()).select_from(GrantRow)).scalar_one() == 1


def test_consent_at_the_same_moment_is_given_once(office: Office) -> None:
    def agree() -> str:
        try:
            with acting(office.parts, BOSS) as act:
                consent(act, "10001", "INC-001", act.today)
        except NotNow as refused:
            return str(refused)
        return "given"

    assert _together(agree) == [*["consent_exists"] * 3, "given"]
    with office.parts.register.read() as connection:
        assert connection.execute(select(func.count()).select_from(ConsentRow)).scalar_one() == 1
