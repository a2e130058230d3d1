"""What a leaver was trained in, from the register: which agreement counts, what was completed, and
what else was promised beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, update

from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import PayrollEntryRow
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow, SignatureRow
from adapter.register.activities import activities
from adapter.register.learning_reader import (
    LearningOfAll,
    read_all_learning,
    read_learning,
    read_learning_for,
)
from adapter.register.trajectory_parts import agreement_for, parts_of
from adapter.subjects.leaving import statements
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.particulars import particulars_of
from policy.claim_states import ClaimState
from tests.fixtures.leavers import (
    LEAVER,
    NOW,
    POLICY,
    account,
    add,
    course,
    enrolled,
    granted,
    keep,
    person,
    progressed,
    promised,
    rows,
    signed,
    trained,
)
from tests.fixtures.past_the_triggers import force

LEFT = date(2027, 12, 31)
DONE = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)


def leaves(register: Register, last_day: date = LEFT, exit_id: str = "exit") -> None:
    moments = {"noticed_at": NOW, "updated_at": NOW}
    add(
        register,
        ExitRow,
        id=exit_id,
        employee_id=LEAVER,
        employment_id=exit_id,
        source="test",
        state="effective",
        last_day=last_day,
        verified=1,
        **moments,
    )
    look_again(register, exit_id)


def look_again(register: Register, exit_id: str = "exit") -> None:
    with register.write() as connection:
        statements.keep_statement(connection, exit_id, POLICY, NOW)


def newest(register: Register, exit_id: str = "exit") -> RepaymentStatementRow:
    with register.read() as connection:
        found = statements.latest(connection, exit_id)
    assert found is not None
    return found


def owed(register: Register, exit_id: str = "exit") -> list[tuple[str, int, str, str]]:
    return [
        (item["trajectory_id"], item["computed_cents"], item["status"], item["reasons"][0]["code"])
        for item in newest(register, exit_id).items
    ]


def in_two_parts(register: Register, **second: Any) -> tuple[str, str]:
    """Grants of EUR 2,400.00, completed, and EUR 1,500.00 from September 2027, for two courses."""
    keep(register, person())
    account(register)
    course(register)
    course(register, "OPL-004")
    enrolled(register, completed_at=DONE)
    first = granted(register, ends_on=date(2027, 3, 31))
    values = {"course_ids": ["OPL-004"], "costs_cents": 150_000, "starts_on": date(2027, 9, 1)}
    return first, granted(register, **{**values, "ends_on": date(2028, 6, 30), **second})


@pytest.mark.parametrize("signed_for", [0, 1])
def test_an_agreement_for_the_whole_holds_for_the_part_that_is_left(
    register: Register, signed_for: int
) -> None:
    both = in_two_parts(register)
    whole: dict[str, Any] = {"agreed_costs_cents": 390_000, "part_grant_ids": list(both)}
    signed(register, both[signed_for], **whole)
    leaves(register)
    assert owed(register) == [("T-7", 390_000, "claimable", "not_completed")]
    with register.write() as connection:
        revoked = {"revoked_at": NOW, "revoked_by": "mt", "revocation_reason": "vervallen"}
        connection.execute(update(GrantRow).where(GrantRow.id == both[1]).values(**revoked))
    look_again(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]
    (told,) = particulars_of(newest(register)).values()
    assert told.agreement is not None
    assert (told.agreement.version, told.agreed_costs_cents) == (1, 240_000)


def test_who_is_enrolled_in_a_part_that_begins_later_did_not_begin_it(register: Register) -> None:
    first, second = in_two_parts(register, starts_on=date(2028, 2, 1))
    enrolled(register, "OPL-004", completed=False)
    whole: dict[str, Any] = {"agreed_costs_cents": 390_000, "part_grant_ids": [first, second]}
    signed(register, second, **whole)
    leaves(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]
    (told,) = particulars_of(newest(register)).values()
    assert (told.agreed_costs_cents, told.completed_on) == (240_000, date(2027, 3, 31))


def test_a_course_that_the_lms_adds_to_a_trajectory_was_not_granted(register: Register) -> None:
    trained(register, DONE)
    leaves(register)
    course(register, "OPL-099")
    look_again(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]
    assert newest(register).version == 1


@pytest.mark.parametrize(
    ("completed_on", "expected"),
    [
        (date(2026, 7, 31), "not_completed"),
        (date(2026, 8, 1), "between_12_and_24_months"),  # granted that day, planned for September
    ],
)
def test_a_completion_of_an_earlier_round_is_none_of_this_one(
    register: Register, completed_on: date, expected: str
) -> None:
    trained(register, datetime(completed_on.year, completed_on.month, completed_on.day, tzinfo=UTC))
    leaves(register)
    assert owed(register) == [
        ("T-7", 240_000 if "not" in expected else 120_000, "claimable", expected)
    ]


def test_of_two_rounds_the_one_that_was_granted_counts(register: Register) -> None:
    trained(register, DONE)
    with register.write() as connection:
        connection.execute(
            update(EnrolmentRow).values(completed_at=datetime(2024, 5, 1, tzinfo=UTC))
        )
    add_round = {"method": "self", "method_text": "Zelf", "completed": 1, "completed_at": DONE}
    (first,) = rows(register, EnrolmentRow)
    add(register, EnrolmentRow, **{**first, "id": "second round", **add_round})
    leaves(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]


def test_a_collective_training_stays_when_the_account_is_emptied(register: Register) -> None:
    trained(register, DONE, employee_id=None)
    leaves(register)
    before = owed(register)
    assert before == [("T-7", 240_000, "claimable", "within_12_months")]
    with register.write() as connection:
        connection.execute(update(EnrolmentRow).values(gone_at=NOW))
    look_again(register)
    assert owed(register) == before
    with register.read() as connection:
        claim = claim_of_exit(connection, "exit")
    assert claim is not None
    assert claim.state is ClaimState.PROPOSED


@pytest.mark.parametrize("with_agreement", [False, True])
def test_every_reading_knows_the_collective_training_that_was_followed(
    register: Register, *, with_agreement: bool
) -> None:
    trained(register, None, employee_id=None)
    with register.write() as connection:
        if with_agreement:
            connection.execute(delete(EnrolmentRow))
        else:
            connection.execute(update(EnrolmentRow).values(gone_at=NOW))
            connection.execute(delete(SignatureRow))
            connection.execute(delete(AgreementRow))
    with register.read() as connection:
        readings = (
            read_learning(connection, LEAVER),
            read_all_learning(connection)[LEAVER],
            LearningOfAll(connection).learning_of([LEAVER])[LEAVER],
            read_learning_for(connection, LEAVER, "OPL-009").learning,
        )
        assert [len(parts_of(one, "T-7")) for one in readings] == [1, 1, 1, 1]
        assert [dict(activities(one)) for one in readings] == [{}, {}, {}, {}]


def test_a_version_that_nobody_signed_takes_nothing_away(register: Register) -> None:
    trained(register, DONE)
    leaves(register)
    (first,) = rows(register, AgreementRow)
    second = {"id": "v2", "version": 2, "agreed_costs_cents": 200_000}
    add(register, AgreementRow, **{**first, **second})
    look_again(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]
    assert newest(register).version == 1
    for party in ("employee", "manager"):  # after the last day: the first was there in time
        (known,) = (row for row in rows(register, SignatureRow) if row["party"] == party)
        late = {"id": f"late {party}", "agreement_id": "v2", "signed_on": date(2028, 1, 5)}
        add(register, SignatureRow, **{**known, **late})
    look_again(register)
    assert owed(register) == [("T-7", 240_000, "claimable", "within_12_months")]


def test_a_version_signed_by_both_in_time_takes_the_place_of_the_first(register: Register) -> None:
    trained(register, DONE)
    (first,) = rows(register, AgreementRow)
    signed(register, first["grant_id"], version=2, agreed_costs_cents=200_000)
    leaves(register)
    assert owed(register) == [("T-7", 200_000, "claimable", "within_12_months")]
    (told,) = particulars_of(newest(register)).values()
    assert told.agreement is not None
    assert told.agreement.version == 2


def test_a_version_that_is_being_drawn_up_holds_nobody_halfway(register: Register) -> None:
    trained(register, None)
    (first,) = rows(register, AgreementRow)
    add(register, AgreementRow, **{**first, "id": "v2", "version": 2})
    with register.read() as connection:
        learning = read_learning(connection, LEAVER)
        (grant,) = learning.grants
        holding = agreement_for(learning, grant, ())
    assert holding is not None
    assert holding[0].version == 1


@pytest.mark.parametrize(
    ("courses", "kept"), [(["OPL-004"], True), (["OLD-1", "OPL-004"], False), ([], False)]
)
def test_a_grant_takes_the_place_of_a_commitment_for_the_same_courses_only(
    register: Register, courses: list[str], *, kept: bool
) -> None:
    keep(register, person())
    terms = {"steps": [{"months": 36, "percentage": 100}]}
    promised(register, id="A", trajectory_id="T-7", hours=Decimal("60.00"), terms=terms)
    granted(register, course_ids=courses, costs_cents=30_000, hours=Decimal("60.00"))
    leaves(register)
    items = [("A", 300_000, "needs_review", "commitment_own_terms")] if kept else []
    assert owed(register) == [("T-7", 0, "nothing_due", "below_threshold"), *items]
    with register.read() as connection:
        counted = activities(read_learning(connection, LEAVER))
    assert sorted(counted) == (["T-7", "T-7/A"] if kept else ["T-7"])


def test_a_commitment_beside_a_grant_has_costs_of_its_own(register: Register) -> None:
    keep(register, person())
    terms = {"steps": [{"months": 36, "percentage": 100}]}
    promised(register, id="A", trajectory_id="T-7", terms=terms)
    signed(register, granted(register))
    progressed(register, "T-7", actual_costs_cents=230_000)
    progressed(register, "A", actual_costs_cents=120_000)
    leaves(register)
    assert owed(register) == [
        ("T-7", 230_000, "claimable", "not_completed"),
        ("A", 120_000, "needs_review", "commitment_own_terms"),
    ]
    told = particulars_of(newest(register))
    assert {name: one.actual_costs_cents for name, one in told.items()} == {
        "T-7": 230_000,
        "A": 120_000,
    }


def test_two_commitments_of_one_trajectory_both_count_hours(register: Register) -> None:
    keep(register, person())
    for name in ("A", "B"):
        promised(register, id=name, hours=Decimal("60.00"))
    with register.read() as connection:
        counted = activities(read_learning(connection, LEAVER))
    assert {key: one.hours for key, one in counted.items()} == {
        "OLD-1": Decimal("60.00"),
        "OLD-1/B": Decimal("60.00"),
    }


def test_a_grant_of_ones_own_counts_in_place_of_a_collective_one(register: Register) -> None:
    keep(register, person())
    account(register)
    course(register)
    enrolled(register, completed=False)
    granted(register, employee_id=None, hours=Decimal("8.00"), decided_on=date(2026, 2, 1))
    granted(register, hours=Decimal("90.00"))
    with register.read() as connection:
        counted = activities(read_learning(connection, LEAVER))
    assert {key: one.hours for key, one in counted.items()} == {"T-7": Decimal("90.00")}


def test_what_was_claimed_at_an_earlier_exit_is_for_hr_to_judge(register: Register) -> None:
    """A cost is due once: who came back, having paid, leaves again within the term."""
    trained(register, datetime(2027, 9, 30, tzinfo=UTC))
    leaves(register)
    with register.read() as connection:
        claim = claim_of_exit(connection, "exit")
    assert claim is not None
    paid = {"claim_id": claim.id, "step_number": 1, "amount_cents": 240_000, "by": "hr"}
    paid["recorded_at"] = NOW
    leaves(register, date(2028, 8, 31), "second")
    assert owed(register, "second") == [("T-7", 240_000, "claimable", "within_12_months")]
    add(register, PayrollEntryRow, **paid)
    look_again(register, "second")
    assert owed(register, "second") == [("T-7", 240_000, "needs_review", "claimed_earlier")]
    numbers = newest(register, "second").items[0]["reasons"][0]["numbers"]
    assert numbers["claimed"] == "2400.00"
    add(register, PayrollEntryRow, **{**paid, "amount_cents": -240_000})
    look_again(register, "second")
    assert owed(register, "second") == [("T-7", 240_000, "claimable", "within_12_months")]


def test_a_statement_of_before_a_fact_was_kept_is_no_other_one(register: Register) -> None:
    """A new version would drop what HR set on the last one."""
    trained(register, DONE)
    leaves(register)
    of_before = newest(register).trajectories
    for one in of_before["granted"]:
        del one["claimed_earlier_cents"]
    with register.write() as connection:
        force(connection, update(RepaymentStatementRow).values(trajectories=of_before))
    look_again(register)
    assert newest(register).version == 1
