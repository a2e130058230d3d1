"""Repayment statements from the register: which version, why, and made again years later."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from adapter.doors.intake import process_register
from adapter.ground.parts import Parts
from adapter.ground.rendering import html
from adapter.ground.rendering.content import Report
from adapter.ground.store import chain, migrate
from adapter.ground.store.chain import Breach, Fault
from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.programs.jobs import settle_exits
from adapter.queues.inbox import Channel
from adapter.queues.schedule import Daily, Job, run_due
from adapter.register.people import keep_employee
from adapter.subjects.leaving import statements
from adapter.subjects.leaving.due_exits import settle_due_exits
from adapter.subjects.leaving.overrides import (
    Override,
    OverrideRefused,
    Refusal,
    record,
)
from adapter.subjects.leaving.settled_items import settled_items
from adapter.views.repayment.overview import statement_document
from config.catalogue import Language
from connectors.ports import Employee
from policy.parameters import Policy
from tests.fixtures.leavers import (
    LEAVER,
    NOW,
    POLICY,
    PeopleInMemory,
    SetClock,
    account,
    course,
    employment,
    enrolled,
    granted,
    happen,
    keep,
    parts_of,
    person,
    progressed,
    promised,
    rows,
    signed,
    stored_events,
    told,
    trained,
)
from tests.fixtures.past_the_triggers import force

LAST_DAY = date(2028, 4, 1)
DONE = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)


def announce(register: Register, last_day: date = LAST_DAY) -> str:
    """The leaver announces; the id of the exit."""
    happen(parts_of(register), [told("offboarding.announced", NOW, last_day)])
    return str(rows(register, ExitRow)[0]["id"])


def newest(register: Register) -> dict[str, Any]:
    return max(rows(register, RepaymentStatementRow), key=lambda row: int(row["version"]))


def told_of(register: Register) -> list[tuple[str, int, str, str]]:
    """Trajectory, computed cents, status and deciding reason per item."""
    return [
        (i["trajectory_id"], i["computed_cents"], i["status"], i["reasons"][0]["code"])
        for i in newest(register)["items"]
    ]


def test_the_worked_example_of_the_policy_comes_out_of_the_register(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    assert told_of(register) == [("T-7", 120_000, "claimable", "between_12_and_24_months")]
    assert newest(register)["total_claimable_cents"] == 120_000


def test_agreed_costs_come_from_the_newest_agreement(register: Register) -> None:
    keep(register, person())
    grant = granted(register)
    signed(register, grant)
    signed(register, grant, version=2, agreed_costs_cents=260_000)
    announce(register)
    assert told_of(register)[0][1] == 260_000


def test_a_grant_without_agreement_cannot_be_claimed(register: Register) -> None:
    keep(register, person())
    granted(register)
    announce(register)
    assert told_of(register) == [("T-7", 240_000, "not_claimable", "no_signed_agreement")]


def test_a_grant_that_does_not_name_the_scheme_is_for_hr(register: Register) -> None:
    keep(register, person())
    signed(register, granted(register, repayment_scheme=0))
    announce(register)
    assert told_of(register) == [("T-7", 240_000, "needs_review", "not_in_grant")]


def test_actual_costs_and_a_break_off_are_those_recorded(register: Register) -> None:
    keep(register, person())
    signed(register, granted(register))
    progressed(register, actual_costs_cents=200_000, broken_off_on=date(2027, 5, 1))
    announce(register)
    assert told_of(register) == [("T-7", 200_000, "needs_review", "broken_off")]


def test_a_trajectory_is_completed_with_its_last_part(register: Register) -> None:
    trained(register, DONE, course_ids=[])
    course(register, "OPL-004")
    announce(register)
    assert told_of(register)[0][3] == "not_completed"
    enrolled(register, "OPL-004", completed_at=datetime(2027, 6, 30, tzinfo=UTC))
    announce(register)
    assert told_of(register)[0][3] == "within_12_months"


def test_a_completion_counts_on_its_amsterdam_day(register: Register) -> None:
    trained(register, datetime(2027, 3, 31, 22, 30, tzinfo=UTC))  # 1 April in Amsterdam
    announce(register)
    assert told_of(register)[0][3] == "within_12_months"


def test_an_account_emptied_before_the_exit_does_not_undo_a_completion(
    register: Register,
) -> None:
    keep(register, person())
    account(register)
    course(register)
    enrolled(register, completed_at=DONE, gone_at=NOW)
    signed(register, granted(register))
    announce(register)
    assert told_of(register)[0][3] == "between_12_and_24_months"


def test_a_completion_without_a_day_is_for_hr_to_find_out(register: Register) -> None:
    keep(register, person())
    account(register)
    course(register)
    enrolled(register, completed_at=None)
    signed(register, granted(register))
    announce(register)
    assert told_of(register) == [("T-7", 240_000, "needs_review", "completion_day_unknown")]


def test_a_collective_grant_counts_for_who_takes_part(register: Register) -> None:
    keep(register, person())
    granted(register, "T-8", employee_id=None, course_ids=["OPL-008"])
    announce(register)
    assert told_of(register) == []
    account(register)
    course(register, "OPL-008", "T-8")
    enrolled(register, "OPL-008", completed=False)
    announce(register)
    assert [item[0] for item in told_of(register)] == ["T-8"]


def test_a_revoked_grant_is_no_item(register: Register) -> None:
    keep(register, person())
    granted(register, revoked_at=NOW)
    announce(register)
    assert told_of(register) == []


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (None, (0, "nothing_due", "commitment_without_terms")),
        ({"text": "zie brief"}, (300_000, "needs_review", "commitment_own_terms")),
        (
            {"steps": [{"months": 12, "percentage": 75}, {"months": 36, "percentage": 25}]},
            (225_000, "needs_review", "commitment_own_terms"),
        ),
        ({"steps": [{"months": 0, "percentage": 0}]}, (0, "nothing_due", "commitment_own_terms")),
    ],
)
def test_an_existing_commitment_follows_its_own_terms(
    register: Register, terms: object, expected: tuple[int, str, str]
) -> None:
    keep(register, person())
    promised(register, terms=terms)
    announce(register)
    assert told_of(register) == [("OLD-1", *expected)]
    assert newest(register)["total_claimable_cents"] == 0


def test_two_commitments_for_one_trajectory_are_two_items_with_names_of_their_own(
    register: Register,
) -> None:
    keep(register, person())
    promised(register, id="A", terms=None)
    promised(register, id="B", terms=None)
    announce(register)
    assert [item[0] for item in told_of(register)] == ["OLD-1", "B"]


def test_the_same_news_again_makes_no_new_version(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    happen(parts_of(register), [told("offboarding.announced", NOW.replace(hour=13), LAST_DAY)])
    assert len(rows(register, RepaymentStatementRow)) == 1


def test_what_changes_in_the_register_makes_a_new_version(register: Register) -> None:
    trained(register, DONE)
    exit_id = announce(register)
    progressed(register, actual_costs_cents=100_000)
    with register.write() as connection:
        made = statements.recalculate(connection, [LEAVER], POLICY, NOW)
        again = statements.recalculate(connection, [LEAVER], POLICY, NOW)
    assert made == {exit_id: 2}
    assert again == {}
    assert [r["total_computed_cents"] for r in rows(register, RepaymentStatementRow)] == [
        120_000,
        50_000,
    ]


def test_a_change_in_the_register_reaches_a_settlement_through_its_own_event(
    register: Register,
) -> None:
    trained(register, DONE)
    announce(register)
    settle(register)
    progressed(register, actual_costs_cents=100_000)
    parts = parts_of(register)
    for event in stored_events(register):
        if event.channel == Channel.REGISTER:
            process_register.process(parts, event)
    assert [r["kind"] for r in rows(register, RepaymentStatementRow)] == [
        "preview",
        "settlement",
        "settlement",
    ]
    assert newest(register)["total_computed_cents"] == 50_000


def other_policy() -> Policy:
    values = [
        replace(value, value=40) if value.name == "repayment.share_second_period" else value
        for value in POLICY.values
    ]
    return Policy(tuple(values))


def test_another_policy_makes_a_new_version_and_the_old_one_can_still_be_made_again(
    register: Register,
) -> None:
    trained(register, DONE)
    exit_id = announce(register)
    with register.write() as connection:
        statements.recalculate(connection, [LEAVER], other_policy(), NOW)
    with register.read() as connection:
        both = [statements.recompute(connection, exit_id, version) for version in (1, 2)]
        assert statements.recompute(connection, exit_id, 3) is None
    found = [(one.same, one.items[0].computed_cents) for one in both if one is not None]
    assert found == [(True, 120_000), (True, 96_000)]


def test_a_policy_that_changes_no_item_leaves_the_version_and_its_override(
    register: Register,
) -> None:
    trained(register, DONE)
    exit_id = announce(register)
    override(register, 50_000)
    values = [
        replace(value, value=75) if value.name == "hours.near_percent" else value
        for value in POLICY.values
    ]
    elsewhere = Policy(tuple(values))
    assert elsewhere.digest != POLICY.digest
    with register.write() as connection:
        assert statements.recalculate(connection, [LEAVER], elsewhere, NOW) == {}
        last = statements.latest(connection, exit_id)
        assert last is not None
        assert [one.claimable_cents for one in settled_items(connection, last)] == [50_000]


def test_a_version_that_was_changed_past_the_adapter_is_named(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    made = newest(register)
    change = update(RepaymentStatementRow).values(total_claimable_cents=1)
    with pytest.raises(DBAPIError, match="is only added to"), register.write() as connection:
        connection.execute(change)
    with register.read() as connection:
        verified = chain.verify(connection)
    assert (verified.faults, verified.heads["repayment_statements"][0]) == ([], 1)
    with register.write() as connection:
        force(connection, change)
        assert chain.verify(connection).faults == [
            Fault("repayment_statements", made["id"], Breach.CHANGED)
        ]


def test_a_version_of_before_the_chain_gets_its_place_in_it(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0020")
        command.upgrade(migrate._config(connection), "head")
    with register.read() as connection:
        verified = chain.verify(connection)
    assert (verified.faults, verified.heads["repayment_statements"][0]) == ([], 1)


def test_a_version_whose_amounts_were_tampered_with_does_not_recompute(
    register: Register,
) -> None:
    trained(register, DONE)
    exit_id = announce(register)
    items = newest(register)["items"]
    items[0]["claimable_cents"] = 1
    with register.write() as connection:
        force(connection, update(RepaymentStatementRow).values(items=items))
        again = statements.recompute(connection, exit_id, 1)
    assert again is not None
    assert not again.same


def settled(register: Register) -> Any:
    with register.read() as connection:
        row = statements.latest(connection, rows(register, ExitRow)[0]["id"])
        assert row is not None
        return settled_items(connection, row)


def override(register: Register, cents: int, trajectory: str = "T-7", ground: str = "x") -> None:
    with register.write() as connection:
        row = statements.latest(connection, rows(register, ExitRow)[0]["id"])
        assert row is not None
        record(connection, row, Override(trajectory, cents, ground, "hr"), NOW)


def test_hr_lowers_an_item_and_the_computed_amount_stays_beside_it(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    override(register, 50_000)
    override(register, 0, ground="schrijnend geval")
    (item,) = settled(register)
    assert (item.computed.computed_cents, item.claimable_cents) == (120_000, 0)
    assert item.override.ground == "schrijnend geval"
    override(register, 120_000, ground="toch geheel")
    assert settled(register)[0].claimable_cents == 120_000


@pytest.mark.parametrize(
    ("cents", "trajectory", "ground", "refusal"),
    [
        (120_001, "T-7", "x", Refusal.MORE_THAN_COMPUTED),
        (-1, "T-7", "x", Refusal.MORE_THAN_COMPUTED),
        (0, "T-9", "x", Refusal.NO_SUCH_ITEM),
        (0, "T-7", "  ", Refusal.WITHOUT_GROUND),
    ],
)
def test_an_override_that_raises_or_has_no_ground_is_refused(
    register: Register, cents: int, trajectory: str, ground: str, refusal: Refusal
) -> None:
    trained(register, DONE)
    announce(register)
    with pytest.raises(OverrideRefused) as refused:
        override(register, cents, trajectory, ground)
    assert refused.value.refusal is refusal


def test_what_nobody_signed_cannot_be_claimed_by_an_override_either(register: Register) -> None:
    keep(register, person())
    granted(register)
    announce(register)
    with pytest.raises(OverrideRefused):
        override(register, 1)


def test_a_superseded_version_takes_no_override(register: Register) -> None:
    trained(register, DONE)
    exit_id = announce(register)
    progressed(register, actual_costs_cents=100_000)
    with register.write() as connection:
        statements.recalculate(connection, [LEAVER], POLICY, NOW)
        first = statements.version_of(connection, exit_id, 1)
        assert first is not None
        with pytest.raises(OverrideRefused) as refused:
            record(connection, first, Override("T-7", 0, "x", "hr"), NOW)
    assert refused.value.refusal is Refusal.SUPERSEDED


def settling(register: Register, hris: PeopleInMemory | None = None) -> tuple[Parts, SetClock]:
    trained(register, DONE)
    announce(register)
    clock = SetClock(datetime(2028, 4, 1, 21, 59, tzinfo=UTC))
    return parts_of(register, hris, clock), clock


def test_the_last_day_itself_is_still_employment(register: Register) -> None:
    parts, _ = settling(register)
    assert settle_due_exits(parts).moved == ()
    assert rows(register, ExitRow)[0]["state"] == "announced"


def test_on_the_day_after_in_amsterdam_the_exit_is_settled_once(register: Register) -> None:
    parts, clock = settling(register)
    clock.moment = datetime(2028, 4, 1, 22, 0, tzinfo=UTC)
    assert len(settle_due_exits(parts).moved) == 1
    assert rows(register, ExitRow)[0]["state"] == "effective"
    assert [r["kind"] for r in rows(register, RepaymentStatementRow)] == ["preview", "settlement"]
    assert settle_due_exits(parts).moved == ()


def test_on_the_day_the_hris_is_asked_and_may_show_a_renewal(register: Register) -> None:
    hris = PeopleInMemory()
    hris.show(employment(LAST_DAY), employment(None, "2", date(2028, 4, 2)))
    parts, clock = settling(register, hris)
    clock.moment = datetime(2028, 4, 2, 3, 0, tzinfo=UTC)
    settle_due_exits(parts)
    assert rows(register, ExitRow)[0]["state"] == "withdrawn"
    assert newest(register)["kind"] == "withdrawn"


@pytest.mark.parametrize("later", [date(2028, 4, 2), date(2028, 6, 30)])
def test_on_the_day_the_hris_may_show_a_later_end(register: Register, later: date) -> None:
    hris = PeopleInMemory()
    hris.show(employment(later))
    parts, clock = settling(register, hris)
    clock.moment = datetime(2028, 4, 2, 3, 0, tzinfo=UTC)
    settle_due_exits(parts)
    assert (rows(register, ExitRow)[0]["state"], newest(register)["exit_on"]) == (
        "announced",
        later,
    )


def test_a_last_day_that_was_read_meanwhile_is_not_undone_by_an_older_reading(
    register: Register,
) -> None:
    class Slow(PeopleInMemory):
        """Answers as it was asked, while another worker reads what changed since."""

        def employee(self, employee_id: str) -> Employee | None:
            clock.moment += timedelta(seconds=30)
            with register.write() as connection:
                changed = person(employment(date(2028, 6, 30)))
                keep_employee(connection, changed, self.source, clock.moment)
            return super().employee(employee_id)

    hris = Slow()
    hris.show(employment(LAST_DAY))
    parts, clock = settling(register, hris)
    clock.moment = datetime(2028, 4, 2, 3, 0, tzinfo=UTC)
    settle_due_exits(parts)
    (leaver,) = rows(register, ExitRow)
    assert (leaver["state"], leaver["last_day"]) == ("announced", date(2028, 6, 30))


def test_an_hris_that_is_down_postpones_the_settlement(register: Register) -> None:
    parts, clock = settling(register, PeopleInMemory(down=True))
    clock.moment = datetime(2028, 4, 3, tzinfo=UTC)
    assert len(settle_due_exits(parts).postponed) == 1
    assert rows(register, ExitRow)[0]["state"] == "announced"


def test_what_was_postponed_is_settled_within_the_hour_and_not_the_next_night(
    register: Register,
) -> None:
    hris = PeopleInMemory(down=True)
    hris.show(employment(LAST_DAY))
    parts, clock = settling(register, hris)
    clock.moment = datetime(2028, 4, 2, 3, 0, tzinfo=UTC)
    job = (Job("settle_exits", Daily(0), settle_exits),)
    run_due(parts, job)
    hris.down = False
    clock.moment += timedelta(minutes=20)
    assert run_due(parts, job) == ["settle_exits"]
    assert rows(register, ExitRow)[0]["state"] == "effective"
    assert run_due(parts, job) == []


def test_the_daily_run_brings_previews_up_to_date(register: Register) -> None:
    parts, _ = settling(register)
    progressed(register, actual_costs_cents=100_000)
    assert len(settle_due_exits(parts).recalculated) == 1
    assert settle_due_exits(parts).recalculated == ()


def page(register: Register, language: Language) -> str:
    with register.read() as connection:
        leaver = row_of(connection, select(ExitRow))
        made = statements.latest(connection, leaver.id)
        assert made is not None
        return html.render(statement_document(connection, leaver, made, language)).decode()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.NL, ["Daan de Vries", "1 april 2028", "50", "7:611a BW", "werkgever", "A20"]),
        (Language.EN, ["Daan de Vries", "1 April 2028", "50", "7:611a Dutch", "employer", "A20"]),
    ],
)
def test_the_document_says_who_what_why_and_what_next(
    register: Register, language: Language, expected: list[str]
) -> None:
    trained(register, DONE)
    announce(register)
    shown = page(register, language)
    assert [part for part in expected if part not in shown] == []


def document(register: Register) -> Report:
    with register.read() as connection:
        leaver = row_of(connection, select(ExitRow))
        made = statements.latest(connection, leaver.id)
        assert made is not None
        return statement_document(connection, leaver, made, Language.NL)


def test_the_document_begins_with_what_it_comes_to_and_what_to_do(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    found = document(register)
    summary, following = found.sections[:2]
    assert (summary.name, following.name) == ("summary", "next")
    [sentences] = summary.lists
    amount = newest(register)["total_claimable_cents"]
    assert f"{amount // 100:,}".replace(",", ".") in sentences[1]
    [picture] = summary.pictures
    assert [row.values for row in picture.rows] == [(amount, 0)]
    assert picture.told_in == "trajectories"
    assert found.file_name == f"terugbetalingsopgave-{LEAVER}-versie-1"


def test_what_waits_for_hr_is_hatched_until_hr_decided(register: Register) -> None:
    trained(register, DONE)
    progressed(register, broken_off_on=date(2027, 1, 1))
    announce(register)
    settle(register)
    [item] = newest(register)["items"]
    assert item["status"] == "needs_review"
    [row] = document(register).sections[0].pictures[0].rows
    assert row.values == (0, item["computed_cents"])
    override(register, 10_000, ground="in overleg")
    [row] = document(register).sections[0].pictures[0].rows
    assert row.values == (10_000, 0)


def withdraw(register: Register) -> None:
    happen(parts_of(register), [told("offboarding.withdrawn", NOW.replace(hour=14))])


def rehire(register: Register) -> None:
    happen(parts_of(register), [told("employee.rehired", NOW.replace(hour=14))])


def settle(register: Register) -> None:
    settle_due_exits(parts_of(register, None, SetClock(datetime(2028, 5, 1, tzinfo=UTC))))


def lower(register: Register) -> None:
    settle(register)
    override(register, 50_000, ground="in overleg")


@pytest.mark.parametrize("act", [withdraw, rehire, settle, lower])
def test_every_kind_of_statement_reads_in_both_languages(
    register: Register, act: Callable[[Register], None]
) -> None:
    trained(register, DONE)
    promised(register, terms={"text": "zie brief"})
    announce(register)
    act(register)
    for language in Language:
        assert "Daan de Vries" in page(register, language)


def test_an_override_is_told_with_its_ground(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    lower(register)
    assert "in overleg" in page(register, Language.NL)


def test_a_statement_holds_no_name_or_address(register: Register) -> None:
    trained(register, DONE)
    announce(register)
    kept = json.dumps([newest(register)["trajectories"], newest(register)["items"]])
    assert "Vries" not in kept
