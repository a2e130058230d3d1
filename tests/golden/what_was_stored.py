"""What a recorded register holds: a year of the agency, every row of the tables of the policy's
tests, and what people did with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from adapter.ground.store.tables.procedure import (
    AgreementRow,
    CommitmentRow,
    GrantRow,
    SignatureRow,
    TrajectoryRecordRow,
)
from adapter.register.decision_log import keep_policy, record
from adapter.register.enrolment_facts import CollectedFacts
from adapter.register.keys import Role
from policy.decide import decide_enrolment
from policy.model import Commitment, EnrolmentFacts, Exemption, Trajectory
from tests.golden.rows_of_tests import table_of
from tests.policy import test_decide, test_repayment
from tests.policy.facts import FACTS, TRAJECTORY, activity
from tests.scenarios.people import INSPECTION, Person
from tests.scenarios.test_a_full_year import test_a_full_year_from_january_2027_to_january_2028
from tests.scenarios.training import exit_of
from tests.scenarios.year import Body, Year

FIRST_LEAVER, FIRST_ACCOUNT = 20000, 100
PROMISED = (
    None,
    {"text": "Tot een jaar na afronding alles terug."},
    {"steps": [{"months": 12, "percentage": 100}, {"months": 24, "percentage": 50}]},
)


def fill(year: Year) -> None:
    with TemporaryDirectory() as folder:
        test_a_full_year_from_january_2027_to_january_2028(year, Path(folder))
    decide_every_row(year)
    leavers = leave_by_every_row(year)
    settle(year, leavers)
    year.command("reconcile")
    year.at("2028-01-26 09:00")
    year.command("reconcile", "--apply")


def decide_every_row(year: Year) -> None:
    """The table of enrolment decisions, each with an employee of its own."""
    rows = table_of(test_decide.test_an_enrolment_is_decided_by_every_rule)
    made: list[EnrolmentFacts] = [replace(FACTS, **changes) for changes, *_ in rows]
    made.append(_all_that_facts_can_hold())
    for number, facts in enumerate(made):
        own = replace(facts, employee_id=str(30000 + number))
        with year.parts.register.write() as connection:
            decision = decide_enrolment(own, year.parts.policy)
            collected = CollectedFacts(own, {"course": f"row {number} of the table"})
            record(connection, collected, decision, year.parts.policy, year.parts.clock.now())


def _all_that_facts_can_hold() -> EnrolmentFacts:
    sessions = ((date(2027, 12, 30), "4.00"), (date(2028, 1, 6), "8.00"))
    used = activity("70.00", date(2027, 2, 1), date(2028, 1, 31), share="0.50", sessions=sessions)
    return replace(
        FACTS,
        commitment=Commitment("C-1", date(2025, 5, 1)),
        agreement=test_decide.SIGNED,
        other_activities=(used, test_decide.USED),
        exemptions=(
            Exemption(2027, Decimal("8.00"), date(2027, 1, 4)),
            Exemption(2027, Decimal("4.50"), date(2027, 2, 1)),
            Exemption(2028, Decimal("16.00"), date(2027, 2, 2)),
        ),
        employment_ends_on=date(2028, 3, 1),
        takes_part_from=date(2027, 4, 5),
    )


def leave_by_every_row(year: Year) -> dict[str, Person]:
    """The table of repayment, each row an employee who leaves, and leavers with a commitment of
    before the policy. Returns them by what decides their statement."""
    rows = [row for row in table_of(test_repayment.test_what_a_leaver_owes) if row[2] != date.max]
    last_days: dict[Person, date] = {}
    people: dict[str, Person] = {}
    for number, (start, done, exit_on, changes, expected) in enumerate(rows):
        person = _leaver(number)
        year.join(person)
        last_days[person] = exit_on
        year.took_part(person, INSPECTION, start, done)
        _granted(year, person, replace(TRAJECTORY, start=start, **changes))
        people.setdefault(expected.split()[-1], person)
    for number, terms in enumerate(PROMISED, start=len(rows)):
        person = _leaver(number)
        year.join(person)
        last_days[person] = date(2027, 11, 30)
        _promised(year, person, terms)
    for what in ("employees", "courses", "enrolments"):
        year.command("sync", what)
    for person, last_day in last_days.items():
        year.set_last_day(person, last_day.isoformat())
    year.command("sync", "employees", "--confirm")
    return people


def _leaver(number: int) -> Person:
    name = f"Vertrekker {number}"
    return Person(str(FIRST_LEAVER + number), FIRST_ACCOUNT + number, "Noor", name, "10009")


def _granted(year: Year, person: Person, facts: Trajectory) -> None:
    grant_id = f"grant-{person.employee_id}"
    now = year.parts.clock.now()
    with year.parts.register.write() as connection:
        keep_policy(connection, year.parts.policy, now)
        connection.execute(
            insert(GrantRow).values(
                id=grant_id,
                employee_id=person.employee_id,
                trajectory_id=INSPECTION,
                course_ids=[INSPECTION],
                costs_cents=facts.agreed_costs_cents,
                hours=Decimal("40.00"),
                work_time_share=Decimal("1.00"),
                ground=facts.ground,
                mandatory_by_law=facts.mandatory_by_law,
                repayment_scheme=int(facts.in_grant is not False),
                starts_on=facts.start,
                decided_on=date(2026, 8, 1),
                decided_by="MT",
                recorded_at=now,
            )
        )
        if facts.actual_costs_cents is not None or facts.broken_off_on is not None:
            connection.execute(
                insert(TrajectoryRecordRow).values(
                    id=f"record-{person.employee_id}",
                    employee_id=person.employee_id,
                    trajectory_id=INSPECTION,
                    number=1,
                    actual_costs_cents=facts.actual_costs_cents,
                    broken_off_on=facts.broken_off_on,
                    recorded_by="HR",
                    recorded_at=now,
                )
            )
        if facts.agreement is None:
            return
        agreement_id = f"agreement-{person.employee_id}"
        connection.execute(
            insert(AgreementRow).values(
                id=agreement_id,
                grant_id=grant_id,
                employee_id=person.employee_id,
                trajectory_id=INSPECTION,
                version=1,
                agreed_costs_cents=facts.agreed_costs_cents,
                repayment_scheme=int(facts.agreement.repayment_scheme),
                parts={"nature": "post-hbo", "arrangements": "alle lesdagen"},
                policy_digest=year.parts.policy.digest,
                recorded_at=now,
                filed_on=facts.start,
            )
        )
        signed = {
            "employee": facts.agreement.signed_by_employee_on,
            "manager": facts.agreement.signed_by_manager_on,
        }
        for party, day in signed.items():
            if day is not None:
                connection.execute(
                    insert(SignatureRow).values(
                        id=f"{agreement_id}-{party}",
                        agreement_id=agreement_id,
                        party=party,
                        signed_on=day,
                        method="paper",
                        recorded_by="HR",
                        recorded_at=now,
                    )
                )


def _promised(year: Year, person: Person, terms: Any) -> None:
    with year.parts.register.write() as connection:
        connection.execute(
            insert(CommitmentRow).values(
                id=f"commitment-{person.employee_id}",
                employee_id=person.employee_id,
                trajectory_id="OUD-1",
                title="Leergang van 2025",
                course_ids=["OUD-1"],
                hours=Decimal("30.00"),
                work_time_share=Decimal("1.00"),
                costs_cents=300_000,
                starts_on=date(2025, 9, 1),
                agreed_on=date(2025, 6, 1),
                state="open",
                terms=terms,
                recorded_at=year.parts.clock.now(),
            )
        )


def settle(year: Year, leavers: dict[str, Person]) -> None:
    """HR lowers one item, settles what is claimable, and hears that an exit is withdrawn."""
    year.at("2028-01-25 09:00")
    late = exit_of(year, leavers["signed_late"])["id"]
    year.post(
        f"/exits/{late}/repayment-statements/1/overrides",
        {"trajectoryId": INSPECTION, "claimableEur": "1200.00", "ground": "Laat door ons."},
    )
    asked, waived = (one for one in _ready_claims(year)[:2])
    _confirm_and_hand_over(year, asked)
    year.post(f"/claims/{waived['id']}/waivers", {"ground": "Besluit van de directeur."})
    stays = leavers["not_in_grant"]
    year.set_last_day(stays, "2028-06-30")
    year.command("sync", "employees")
    year.at("2028-01-25 12:00")
    year.command("sync", "employees")
    year.post(
        "/norm-exemptions",
        {
            "employeeId": "10001",
            "year": 2028,
            "extraHours": "16.00",
            "training": "Leergang",
            "trainingStartDate": "2028-02-01",
            "ground": "function",
            "evidence": "Functieprofiel, eis 2",
            "decidedDate": "2028-01-12",
        },
        Role.MANAGEMENT_TEAM,
    )


def _ready_claims(year: Year) -> list[Body]:
    found = year.get("/claims")["items"]
    return [one for one in found if one["claimableEur"] != "0.00" and not one["toReview"]]


def _confirm_and_hand_over(year: Year, claim: Body) -> None:
    path = f"/claims/{claim['id']}"
    ending = {"endedBy": "employee", "reason": "Andere baan.", "inProbation": False}
    year.post(f"/exits/{claim['exitId']}/endings", ending)
    year.post(
        f"{path}/confirmations",
        {"amountEur": claim["claimableEur"], "pay": "gross", "setOff": True},
    )
    year.post(f"{path}/hand-overs", {"remark": "Ingevoerd door de salarisadministratie."})
