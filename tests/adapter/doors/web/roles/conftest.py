"""The small agency of the procedure's tests, with something on record about one employee."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.register.decision_log import keep_policy
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.views.mt_report.kept import keep_report
from policy.claim_states import ClaimState, ClaimStep
from policy.periods import period_named
from tests.adapter.subjects.in_company.conftest import Training
from tests.adapter.subjects.requests.conftest import (
    COURSES,
    GRANT,
    JANUARY,
    MANAGER,
    OTHER_MANAGER,
    OTHER_TEAM,
    REQUEST,
    TEAM,
    Body,
    Office,
    office,
)
from tests.fixtures.quality_criteria import keep_quality_criteria

__all__ = ["World", "office", "world"]

PERSON, COLLEAGUE = TEAM[:2]
STRANGER = OTHER_TEAM[0]
SECRET_NAME = f"Test{PERSON}"
SECRET_TITLE = "Leergang geheimhouding"
SECRET_COSTS = "2377.77"
COSTS_OF_TWO_TEAMS, COSTS_OF_ONE = "2999.98", "1499.99"
SECRET_REASON = "Om een reden die alleen deze medewerker aangaat."
REMARK = "Alleen voor de leidinggevende."


@dataclass
class World:
    """`ids` by the kind of record; all are about `PERSON` of the team of `MANAGER`."""

    office: Office
    ids: dict[str, str] = field(default_factory=dict)

    def do(self, method: str, path: str, role: Role, body: Body | None = None, **more: Any) -> Body:
        answer = self.office.call(method, path, role, body, **more)
        assert answer.status_code in (200, 201), (path, answer.get_json())
        found: Body = answer.get_json()
        return found


@pytest.fixture
def world(office: Office) -> World:
    made = World(office)
    keep_quality_criteria(office.parts)
    _grant(made)
    _agreement(made)
    _exemption(made)
    _commitment(made)
    _in_company(made)
    _request_across_teams(made)
    _hold(made)
    _exit(made)
    _kept_report(made)
    tasks = made.do("GET", "/tasks", Role.MANAGER, employee=MANAGER)["items"]
    made.ids["task"] = next(one["id"] for one in tasks if PERSON in one["employeeIds"])
    return made


def _kept_report(world: World) -> None:
    with acting(world.office.parts, Principal("k1", "hr", Role.HR, None)) as act:
        keep_report(act, period_named("2026-Q3", act.policy))


def _grant(world: World) -> None:
    terms = GRANT | {"costsEur": SECRET_COSTS}
    asked: Body = {
        "title": SECRET_TITLE,
        "costs": {"feeEur": SECRET_COSTS},
        "motivation": SECRET_REASON,
    }
    request = world.office.proposed(grant=terms, **asked)
    answer = world.office.decide(request, grant=terms)
    assert answer.status_code == 201, answer.get_json()
    grant = answer.get_json()["grants"][0]
    world.ids |= {"request": request["id"], "grant": grant["id"]}


def _request_across_teams(world: World) -> None:
    """HR records one request for people of two teams: each manager sees the own people's part."""
    body = REQUEST | {
        "managerId": OTHER_MANAGER,
        "employeeIds": [PERSON, STRANGER],
        "costs": {"feeEur": COSTS_OF_TWO_TEAMS},
        "title": "Samen",
    }
    world.ids["shared request"] = world.do("POST", "/training-requests", Role.HR, body)["id"]


def _hold(world: World) -> None:
    """Of the person, in the first course."""
    office = world.office
    course = COURSES[0]
    world.ids |= {"hold": "hold-1", "decision": "decision-1"}
    with office.parts.register.write() as connection:
        keep_policy(connection, office.parts.policy, office.clock.now())
        connection.execute(
            insert(DecisionRow).values(
                id="decision-1",
                employee_id=PERSON,
                course_id=course.idnumber,
                enrolled_on=JANUARY.date(),
                outcome="hold",
                regime="enforce",
                policy_digest=office.parts.policy.digest,
                facts={},
                facts_sha256="",
                sources={},
                findings=[],
                years=[],
                decided_at=JANUARY,
            )
        )
        connection.execute(
            insert(HoldRow).values(
                id="hold-1",
                decision_id="decision-1",
                employee_id=PERSON,
                user_id="1",
                course_id=course.course_id,
                method="manual",
                state="held",
                decided_at=JANUARY,
            )
        )


def _exit(world: World) -> None:
    """With a statement and the claim that it opened."""
    office = world.office
    world.ids |= {"exit": "exit-1", "claim": "claim-1"}
    with office.parts.register.write() as connection:
        connection.execute(
            insert(ExitRow).values(
                id="exit-1",
                employee_id=PERSON,
                employment_id="1",
                source="test",
                state="effective",
                last_day=JANUARY.date(),
                verified=1,
                noticed_at=JANUARY,
                updated_at=JANUARY,
            )
        )
        connection.execute(
            insert(RepaymentStatementRow).values(
                id="statement-1",
                exit_id="exit-1",
                version=1,
                kind="settlement",
                exit_on=JANUARY.date(),
                policy_digest=office.parts.policy.digest,
                trajectories={"granted": [], "promised": []},
                items=[],
                total_computed_cents=0,
                total_claimable_cents=0,
                made_at=JANUARY,
            )
        )
        connection.execute(
            insert(ClaimRow).values(id="claim-1", exit_id="exit-1", opened_at=JANUARY)
        )
        connection.execute(
            insert(ClaimStepRow).values(
                id="step-1",
                claim_id="claim-1",
                number=1,
                step=ClaimStep.PROPOSE,
                state=ClaimState.PROPOSED,
                statement_id="statement-1",
                by="adapter",
                at=JANUARY,
            )
        )


def _agreement(world: World) -> None:
    body = {
        "grantId": world.ids["grant"],
        "employeeId": PERSON,
        "arrangements": "Elke dinsdag.",
        "agreedCostsEur": SECRET_COSTS,
        "drawnUpDate": JANUARY.date().isoformat(),
    }
    world.ids["agreement"] = world.do("POST", "/agreements", Role.HR, body)["id"]


def _exemption(world: World) -> None:
    body = {
        "employeeId": PERSON,
        "year": 2027,
        "extraHours": "4.00",
        "training": SECRET_TITLE,
        "trainingId": "INC-001",
        "trainingStartDate": "2027-03-01",
        "ground": "legal",
        "evidence": SECRET_REASON,
        "decidedDate": "2027-01-12",
    }
    world.do("POST", "/norm-exemptions", Role.MANAGEMENT_TEAM, body)


def _commitment(world: World) -> None:
    body = {
        "employeeId": PERSON,
        "title": SECRET_TITLE,
        "trajectoryId": "T-9",
        "costsEur": SECRET_COSTS,
        "agreedDate": "2025-05-01",
    }
    made = world.do("POST", "/existing-commitments", Role.HR, body)
    world.ids["commitment"] = made["id"]


def _in_company(world: World) -> None:
    consent = {"employeeId": PERSON, "courseId": "INC-001"}
    world.do("POST", "/in-company-consents", Role.MANAGER, consent, employee=MANAGER)
    training = Training(world.office)
    training.signed_up(PERSON)
    training.step(PERSON, "withdraw_consent", reason=REMARK)
    seen = training.participant(PERSON)
    world.ids |= {"session": training.id, "participant": seen["id"]}
