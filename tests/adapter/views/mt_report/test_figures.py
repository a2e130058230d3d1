"""What the report says of a period, beside sums of the register that are made another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow, HoldSetAsideRow
from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.procedure import (
    AgreementRow,
    GrantRow,
    NormExemptionRow,
    SignatureRow,
    TrainingRequestRow,
    TrajectoryRecordRow,
)
from adapter.ground.store.tables.rulings import RequestDecisionRow
from adapter.ground.store.tables.tranches import BudgetRow
from adapter.register.activities import activities
from adapter.register.decision_log import keep_policy
from adapter.register.learning_reader import read_all_learning
from adapter.views.mt_report.figures import MoneyOut, MtAct
from adapter.views.tasks.task import TaskKind
from benchmarks.mt_report import NOW
from config.catalogue import Language
from policy.hours import COUNTED, parts_per_year
from policy.model import Ground
from tests.adapter.views.mt_report.conftest import Agency

Filled = Callable[[int], Agency]


def test_money_is_spent_or_committed_and_adds_up(agency_of: Filled) -> None:
    agency = agency_of(60)
    with agency.register.read() as connection:
        grants = {row.trajectory_id: row for row in rows_of(connection, select(GrantRow))}
        recorded = rows_of(connection, select(TrajectoryRecordRow))
    spent = {row.trajectory_id: row.actual_costs_cents or 0 for row in recorded}
    money = agency.make().figures.money
    assert money.granted_eur == sum(row.costs_cents for row in grants.values())
    assert money.spent_eur == sum(spent.values()) > 0
    assert money.committed_eur == sum(
        row.costs_cents for key, row in grants.items() if key not in spent
    )
    assert money.budget_eur == 60 * 130_000
    assert money.left_cents == 60 * 130_000 - money.spent_eur - money.committed_eur


def test_a_collective_grant_counts_for_its_participants_and_is_spent_by_them(
    agency_of: Filled,
) -> None:
    agency = agency_of(30)
    before = agency.make().figures.money
    agency.change(
        insert(GrantRow).values(
            id="G-all",
            trajectory_id="T-all",
            course_ids=["OPL-000"],
            costs_cents=10_000,
            hours=Decimal(8),
            work_time_share=Decimal(1),
            ground="team",
            mandatory_by_law="no",
            repayment_scheme=0,
            decided_on=date(2027, 2, 1),
            decided_by="MT",
            recorded_at=NOW,
        )
    )
    agency.change(
        insert(TrajectoryRecordRow).values(
            id="R-all",
            employee_id="10001",
            trajectory_id="T-all",
            number=1,
            actual_costs_cents=4_000,
            recorded_by="HR",
            recorded_at=datetime(2027, 3, 1, tzinfo=UTC),
        )
    )
    after = agency.make().figures.money
    assert after.collective_eur == before.collective_eur + 10_000
    assert after.spent_eur == before.spent_eur + 4_000
    assert after.committed_eur == before.committed_eur + 6_000


def give(agency: Agency, number: str, **values: Any) -> None:
    """A grant of a trajectory to one employee, of a request in a tranche of its own."""
    tranche, employee, cents = values.pop("tranche"), values.pop("employee"), values["costs_cents"]
    with agency.register.read() as connection:
        like = rows_of(connection, select(TrainingRequestRow))[0]._asdict()  # type: ignore[attr-defined]
    row = {"id": f"TR-{number}", "tranche": tranche, "employee_ids": [employee]}
    agency.change(insert(TrainingRequestRow).values(**(like | row | {"costs_cents": cents})))
    grant = {
        "id": f"G-{number}",
        "request_id": f"TR-{number}",
        "employee_id": employee,
        "course_ids": [],
        "hours": Decimal(8),
        "work_time_share": Decimal(1),
        "ground": "team",
        "mandatory_by_law": "no",
        "repayment_scheme": 0,
        "decided_by": "MT",
        "recorded_at": NOW,
    }
    agency.change(insert(GrantRow).values(**(grant | values)))


def pay(agency: Agency, number: int, cents: int, at: datetime) -> None:
    agency.change(
        insert(TrajectoryRecordRow).values(
            id=f"R-parts-{number}",
            employee_id="10001",
            trajectory_id="T-parts",
            number=number,
            actual_costs_cents=cents,
            recorded_by="HR",
            recorded_at=at,
        )
    )


def money_on(agency: Agency, day: date, period: str) -> MoneyOut:
    moment = datetime.combine(day, time(7), UTC)
    return replace(agency, now=moment).make(period).figures.money


def test_actual_costs_of_a_trajectory_in_parts_are_counted_once(agency_of: Filled) -> None:
    """EUR 2,000 of 2026 and EUR 1,500 of 2027; paid are EUR 2,000 and later EUR 3,400 in all."""
    agency = agency_of(12)
    agency.change(delete(TrajectoryRecordRow))
    agency.change(delete(SignatureRow))
    agency.change(delete(AgreementRow))
    agency.change(delete(GrantRow))
    part = {"employee": "10001", "trajectory_id": "T-parts"}
    give(
        agency, "part-1", tranche="2026-2", costs_cents=200_000, decided_on=date(2026, 8, 1), **part
    )
    give(
        agency, "part-2", tranche="2027-2", costs_cents=150_000, decided_on=date(2027, 8, 1), **part
    )
    pay(agency, 1, 200_000, datetime(2026, 12, 1, tzinfo=UTC))
    first = money_on(agency, date(2027, 1, 2), "2026-Q4")
    assert (first.granted_eur, first.spent_eur, first.committed_eur) == (200_000, 200_000, 0)
    begun = money_on(agency, date(2027, 10, 1), "2027-Q3")
    assert (begun.granted_eur, begun.spent_eur, begun.committed_eur) == (150_000, 0, 150_000)
    pay(agency, 2, 340_000, datetime(2027, 12, 1, tzinfo=UTC))
    second = money_on(agency, date(2028, 1, 2), "2027-Q4")
    assert (second.spent_eur, second.committed_eur) == (140_000, 10_000)
    pay(agency, 3, 370_000, datetime(2027, 12, 2, tzinfo=UTC))
    third = money_on(agency, date(2028, 1, 2), "2027-Q4")
    assert (third.spent_eur, third.committed_eur) == (170_000, 0), (
        "the last part bears what is more"
    )


def test_a_new_part_of_the_same_year_stays_committed_when_the_first_is_paid(
    agency_of: Filled,
) -> None:
    agency = agency_of(12)
    before = agency.make().figures.money
    part = {"employee": "10001", "trajectory_id": "T-parts", "tranche": "2027-1"}
    give(agency, "part-1", costs_cents=200_000, decided_on=date(2027, 1, 20), **part)
    give(agency, "part-2", costs_cents=150_000, decided_on=date(2027, 2, 20), **part)
    pay(agency, 1, 190_000, datetime(2027, 3, 1, tzinfo=UTC))
    after = agency.make().figures.money
    assert after.spent_eur - before.spent_eur == 190_000
    assert after.committed_eur - before.committed_eur == 150_000


def test_money_of_another_year_is_told_in_the_period_of_its_decision(agency_of: Filled) -> None:
    """A tranche of 2026 that was decided late, and one of 2027 that was decided early."""
    agency = agency_of(60)
    early, late = date(2026, 12, 20), date(2027, 1, 12)
    whole = money_on(agency, date(2027, 7, 1), "2027-Q1")
    for number in range(10_001, 10_006):
        some: dict[str, Any] = {"employee": f"{number}", "costs_cents": 100_000}
        some |= {"trajectory_id": "T-late"}
        give(agency, f"late-{number}", tranche="2026-2", decided_on=late, **some)
        some |= {"trajectory_id": "T-early"}
        give(agency, f"early-{number}", tranche="2027-1", decided_on=early, **some)
    agency = replace(agency, now=datetime(2027, 7, 1, 7, tzinfo=UTC))
    told = {period: agency.make(period).figures for period in ("2026-Q4", "2027-Q1", "2027-Q2")}
    assert [one.money.granted_in_period_eur for one in told.values()] == [
        500_000,
        whole.granted_in_period_eur + 500_000,
        0,
    ]
    for period in ("2026-Q4", "2027-Q1"):
        by_criterion = sum(line.granted_eur for line in told[period].criteria)
        assert by_criterion == told[period].money.granted_in_period_eur
    assert told["2027-Q1"].money.granted_eur == whole.granted_eur + 500_000, "the early ones"
    assert [one.money.earlier_years_eur for one in told.values()] == [0, 500_000, 500_000]
    for language in Language:
        (money,) = (one for one in agency.page(language=language).sections if one.name == "money")
        assert money.tables[0].rows[-1][1] == 500_000


def test_a_grant_that_was_revoked_in_the_period_counts_no_more(agency_of: Filled) -> None:
    agency = agency_of(30)
    whole = agency.make().figures
    with agency.register.read() as connection:
        first = rows_of(connection, select(GrantRow).order_by(GrantRow.id))[0]
    revoked = datetime(2027, 3, 31, 21, 59, tzinfo=UTC)
    agency.change(update(GrantRow).where(GrantRow.id == first.id).values(revoked_at=revoked))
    without = agency.make().figures
    assert without.money.granted_eur == whole.money.granted_eur - first.costs_cents
    assert without.acts_of(MtAct.REVOKED) == 1


def test_the_budget_of_the_year_goes_before_those_of_its_tranches(agency_of: Filled) -> None:
    agency = agency_of(12)
    agency.change(
        insert(BudgetRow),
        [
            {
                "id": name,
                "position": position,
                "year": 2027,
                "tranche": tranche,
                "amount_cents": cents,
                "set_by": "MT",
                "set_at": datetime(2027, 1, 5, tzinfo=UTC),
            }
            for name, position, tranche, cents in (
                ("B-2", 2, "2027-1", 100),
                ("B-3", 3, "2027-1", 200),
                ("B-4", 4, "2027-2", 1_000),
            )
        ],
    )
    assert agency.make().figures.money.budget_eur == 12 * 130_000
    agency.change(delete(BudgetRow).where(BudgetRow.tranche.is_(None)))
    assert agency.make().figures.money.budget_eur == 1_200
    agency.change(delete(BudgetRow))
    assert agency.make().figures.money.budget_eur is None


def test_hours_are_those_of_the_norm_rounded_to_a_hundred(agency_of: Filled) -> None:
    agency = agency_of(60)
    with agency.register.read() as connection:
        learning = read_all_learning(connection)
    exact = sum(
        parts_per_year(one).get(2027, 0)
        for mine in learning.values()
        for one in activities(mine).values()
        if one.state in COUNTED
    )
    hours = agency.make().figures.hours
    assert hours.norm_hours == 60 * 80
    assert hours.used_hours is not None
    assert hours.planned_hours is not None
    assert abs(hours.used_hours + hours.planned_hours - exact) <= 100
    assert hours.used_hours % 100 == hours.planned_hours % 100 == 0


def test_employees_and_teams_are_told_as_a_distribution(agency_of: Filled) -> None:
    figures = agency_of(60).make().figures
    assert sum(one.number for one in figures.employees_by_hours) == figures.employees == 60
    shown = sum(one.number for one in figures.teams_by_hours)
    assert shown + figures.teams_not_shown == 5


def test_who_left_before_the_end_of_the_period_is_no_employee(agency_of: Filled) -> None:
    agency = agency_of(24)
    agency.change(
        update(EmploymentRow)
        .where(EmploymentRow.employee_id == "10003")
        .values(end_on=date(2027, 3, 30))
    )
    assert agency.make().figures.employees == 23


def test_requests_and_grants_are_told_per_criterion(agency_of: Filled) -> None:
    agency = agency_of(120)
    criteria = agency.make().figures.criteria
    named = [ground for one in criteria for ground in one.grounds]
    assert sorted(named) == sorted(Ground)
    with agency.register.read() as connection:
        grants = connection.execute(select(func.count()).select_from(GrantRow)).scalar_one()
        cents = connection.execute(select(func.sum(GrantRow.costs_cents))).scalar_one()
    assert sum(one.grants for one in criteria) == grants
    assert sum(one.granted_eur for one in criteria) == cents


def test_criteria_of_a_few_people_stand_in_one_line(agency_of: Filled) -> None:
    criteria = agency_of(24).make().figures.criteria
    assert any(len(one.grounds) > 1 for one in criteria)


def test_decisions_departures_exemptions_and_set_asides_are_counted_in_their_period(
    agency_of: Filled,
) -> None:
    agency = agency_of(60)
    with agency.register.write() as connection:
        keep_policy(connection, agency.policy, NOW)
        decisions = connection.execute(
            select(func.count()).select_from(RequestDecisionRow)
        ).scalar_one()
    agency.change(
        insert(NormExemptionRow),
        [
            {
                "id": f"X-{day.isoformat()}",
                "employee_id": "10001",
                "year": 2027,
                "extra_hours": Decimal(8),
                "training": "Leergang",
                "ground": "legal",
                "evidence": "Bevoegdheid",
                "decided_on": day,
                "decided_by": "MT",
                "recorded_at": NOW,
            }
            for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1))
        ],
    )
    agency.change(
        insert(DecisionRow).values(
            id="D-hold",
            employee_id="10001",
            course_id="OPL-000",
            enrolled_on=date(2027, 3, 1),
            outcome="hold",
            regime="enforce",
            policy_digest=agency.policy.digest,
            facts={},
            facts_sha256="",
            sources={},
            findings=[],
            years=[],
            decided_at=datetime(2027, 3, 1, tzinfo=UTC),
        )
    )
    agency.change(
        insert(HoldRow).values(
            id="H-1",
            decision_id="D-hold",
            employee_id="10001",
            user_id="1",
            course_id="0",
            method="manual",
            state="released",
            decided_at=datetime(2027, 3, 1, tzinfo=UTC),
            released_at=datetime(2027, 3, 31, 22, 0, tzinfo=UTC),
        )
    )
    agency.change(
        insert(HoldSetAsideRow).values(
            id="S-1",
            hold_id="H-1",
            employee_id="10001",
            course_idnumber="OPL-000",
            number=1,
            ground="Nodig",
            last_on=date(2027, 4, 9),
            set_by="HR",
            set_at=datetime(2027, 3, 31, 21, 59, tzinfo=UTC),
        )
    )
    figures = agency.make().figures
    assert figures.acts_of(MtAct.GRANTED) == decisions
    assert figures.acts_of(MtAct.DEPARTED) == 1
    assert figures.acts_of(MtAct.EXEMPTED) == 2
    assert figures.acts_of(MtAct.HELD) == 1
    assert figures.acts_of(MtAct.SET_ASIDE) == 1
    assert figures.acts_of(MtAct.RELEASED) == 0, "it was released in April, in Amsterdam"


def test_overdue_is_what_the_work_list_has_past_its_day(agency_of: Filled) -> None:
    figures = agency_of(60).make().figures
    late = {one.kind: one.number for one in figures.overdue}
    assert late[TaskKind.LEGAL_TO_SETTLE] > 0
    assert figures.overdue_tasks == sum(late.values())
    assert list(late.values()) == sorted(late.values(), reverse=True)


def test_the_outlook_is_of_the_four_periods_to_come(agency_of: Filled) -> None:
    agency = agency_of(120)
    outlook = agency.make().figures.outlook
    assert [one.period for one in outlook] == ["2027-Q2", "2027-Q3", "2027-Q4", "2028-Q1"]
    with agency.register.read() as connection:
        starting = connection.execute(
            select(func.sum(GrantRow.costs_cents)).where(
                GrantRow.starts_on.between(date(2027, 4, 1), date(2027, 6, 30))
            )
        ).scalar_one()
    assert outlook[0].starting_eur == starting
    assert any(one.repayment_eur for one in outlook)
