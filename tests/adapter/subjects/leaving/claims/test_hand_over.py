"""A confirmed claim reaches payroll once, whatever happens in between."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete

from adapter.ground.store.register import Register
from adapter.ground.store.tables.claims import ClaimRow, ClaimStepRow
from adapter.ground.store.tables.work import OutboxActionRow
from adapter.queues.outbox import ActionState
from adapter.subjects.leaving.claims.log import payroll_entries_of
from adapter.subjects.leaving.due_exits import settle_due_exits
from adapter.subjects.requests.refusals import NotNow
from connectors.afas import AfasPayroll
from connectors.ports import PayDeduction, Payroll
from policy.claim_states import ClaimState
from sandboxes.afas import SandboxAfas, SandboxEmployment
from tests.adapter.subjects.leaving.claims.conftest import Desk
from tests.fixtures.leavers import rows

LATER = date(2028, 3, 31)


def test_a_confirmed_claim_goes_to_payroll_and_not_before(desk: Desk) -> None:
    assert desk.work() == 0
    desk.confirm()
    assert desk.claim().state is ClaimState.CONFIRMED
    desk.work()
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL
    (mutation,) = desk.afas.payroll.mutations
    assert (mutation["EmId"], mutation["Year"], mutation["PeId"]) == ("000001006", 2027, 12)
    assert (mutation["VaD1"], mutation["Sc02"]) == (-2400.0, 305)
    assert desk.standing().difference_cents == 0


def test_after_a_lost_answer_payroll_is_read_before_anything_is_sent_again(desk: Desk) -> None:
    desk.afas.payroll.lost_answers = 1
    desk.confirm()
    desk.work()
    assert desk.claim().state is ClaimState.CONFIRMED
    desk.work(minutes=1)
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL
    assert desk.afas.payroll.posts == 1
    assert desk.deducted() == [-2400.0]


def test_a_lock_is_tried_again(desk: Desk) -> None:
    desk.afas.payroll.locks = 2
    desk.confirm()
    desk.work_until_nothing_waits()
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL
    assert desk.deducted() == [-2400.0]


class DiesAfterwards:
    """A payroll that does its work, in a worker that is killed before it can say so."""

    def __init__(self, payroll: Payroll) -> None:
        self.check, self.takes = payroll.check, payroll.takes
        self.held_cents = payroll.held_cents
        self._deduct = payroll.deduct

    def deduct(self, deduction: PayDeduction) -> None:
        self._deduct(deduction)
        raise SystemExit("killed")


def test_a_worker_that_died_before_it_could_say_so_did_it_all_the_same(
    desk: Desk, payroll: AfasPayroll
) -> None:
    desk.confirm()
    whole, desk.parts = desk.parts, replace(desk.parts, payroll=DiesAfterwards(payroll))
    with pytest.raises(SystemExit, match="killed"):
        desk.work()
    desk.parts = whole
    assert desk.claim().state is ClaimState.CONFIRMED
    desk.work(minutes=6)  # its lease is over: a death is noted, and the action pauses
    desk.work(minutes=1)
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL
    assert desk.deducted() == [-2400.0]


def test_what_payroll_refuses_waits_for_a_person_and_hr_can_enter_it_by_hand(desk: Desk) -> None:
    desk.confirm()
    desk.afas.payroll.refuses_everyone = True
    desk.work()
    (order,) = rows(desk.parts.register, OutboxActionRow)
    assert order["state"] == ActionState.DEAD
    assert "does not exist there" in order["last_error"]
    desk.waive()
    desk.work_until_nothing_waits()
    assert desk.deducted() == []
    assert desk.claim().state is ClaimState.WAIVED


def test_a_claim_withdrawn_after_the_hand_over_leaves_a_difference_for_hr(desk: Desk) -> None:
    desk.confirm()
    desk.work()
    desk.exit_becomes("withdrawn")
    assert desk.claim().state is ClaimState.WITHDRAWN
    assert desk.standing().difference_cents == 240_000
    desk.exit_becomes("effective")
    assert desk.claim().state is ClaimState.PROPOSED
    with pytest.raises(NotNow, match="payroll_first"):
        desk.confirm()


def test_a_new_last_day_after_the_hand_over_changes_nothing_by_itself(desk: Desk) -> None:
    desk.confirm()
    desk.work()
    desk.lower(100_000)
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL
    assert desk.standing().difference_cents == 140_000
    desk.exit_becomes("effective", LATER)
    assert desk.claim().state is ClaimState.HANDED_TO_PAYROLL


def test_a_claim_taken_back_while_the_answer_is_lost_is_found_in_payroll(desk: Desk) -> None:
    desk.afas.payroll.lost_answers = 1
    desk.confirm()
    desk.work()
    desk.exit_becomes("withdrawn")
    desk.work_until_nothing_waits()
    assert desk.claim().state is ClaimState.WITHDRAWN
    assert desk.standing().difference_cents == 240_000


def test_not_seeing_a_deduction_proves_nothing_while_payroll_may_be_at_work(desk: Desk) -> None:
    desk.afas.payroll.locks = 1
    desk.confirm()
    desk.work()
    desk.exit_becomes("withdrawn")
    desk.work(minutes=1)
    (order,) = rows(desk.parts.register, OutboxActionRow)
    assert order["state"] == ActionState.PENDING
    desk.exit_becomes("effective", LATER)
    with pytest.raises(NotNow, match="order_underway"):
        desk.confirm()
    desk.work(minutes=30)
    (order,) = rows(desk.parts.register, OutboxActionRow)
    assert order["state"] == ActionState.CANCELLED
    desk.confirm()


def test_who_left_before_there_were_claims_gets_one_from_the_daily_job(desk: Desk) -> None:
    with desk.parts.register.write() as connection:
        connection.execute(delete(ClaimStepRow))
        connection.execute(delete(ClaimRow))
    settle_due_exits(desk.parts)
    settle_due_exits(desk.parts)
    assert (desk.claim().state, desk.claim().number) == (ClaimState.PROPOSED, 1)


Happening = Callable[[Desk], None]


def _confirm(desk: Desk) -> None:
    try:
        desk.confirm()
    except NotNow:
        return


def _new_version(desk: Desk) -> None:
    if desk.standing().leaver.state == "effective":
        desk.exit_becomes("effective", LATER)


def _withdraw(desk: Desk) -> None:
    desk.exit_becomes("withdrawn")


def _work(desk: Desk) -> None:
    desk.work(minutes=6)


def _lose_the_answer(desk: Desk) -> None:
    desk.afas.payroll.lost_answers = 1


HAPPENINGS: Sequence[Happening] = (_confirm, _new_version, _withdraw, _work, _lose_the_answer)


def test_every_order_of_what_can_happen_ends_with_register_and_payroll_agreeing(
    sqlite_register: Register, afas: SandboxAfas, payroll: AfasPayroll
) -> None:
    """What payroll holds is known to the register to the cent, nothing is deducted twice, and what
    differs from the claim is a difference that shows."""
    for number, order in enumerate(itertools.permutations(HAPPENINGS)):
        employee_id = f"{7000 + number}"
        afas.employments.add(SandboxEmployment(employee_id, "A", "B", date(2019, 9, 1)))
        afas.payroll.lost_answers = 0
        desk = Desk(sqlite_register, afas, payroll, employee_id)
        desk.leaves()
        for happens in order:
            happens(desk)
        afas.payroll.lost_answers = 0
        desk.work_until_nothing_waits()
        told = [happens.__name__ for happens in order]
        standing = desk.standing()
        assert standing.in_payroll_cents == -100 * sum(desk.deducted()), told
        assert len(desk.deducted()) <= 1, told
        assert standing.claim.state is ClaimState.WITHDRAWN, told
        assert standing.difference_cents == standing.in_payroll_cents, told
        with sqlite_register.read() as connection:
            keys = [row.payroll_key for row in payroll_entries_of(connection, standing.claim.id)]
        assert len(keys) == len(set(keys)), told
