"""Reminders of a tranche: before its deadline, in its decision window, and after it (P2)."""

from __future__ import annotations

from sqlalchemy import func, select

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.queues.outbox import put
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches import messages
from adapter.subjects.tranches.drafts import drafts_by_manager
from adapter.subjects.tranches.plan import Step
from adapter.subjects.tranches.undecided import WAITING
from policy.request_states import RequestState
from policy.tranches import Tranche


def of_deadline(act: Act, tranche: Tranche, step: Step, hr_reads: bool) -> dict[str, int]:
    """To every manager with drafts, and to HR with how many there are; that there are none only
    where it has an address (`hr_reads`)."""
    waiting = drafts_by_manager(act, made_before=tranche)
    numbers = {
        "managers": len(waiting),
        "drafts": sum(len(drafts) for drafts in waiting.values()),
        "requests": _count(act, tranche, (RequestState.SUBMITTED,)),
    }
    told = (
        messages.to_manager(tranche, step, manager_id, drafts, tranche)
        for manager_id, drafts in waiting.items()
    )
    if hr_reads or any(numbers.values()):
        put(act.connection, (*told, messages.to_hr(tranche, step, numbers)), act.now)
    return numbers


def of_window(act: Act, tranche: Tranche, step: Step) -> dict[str, int]:
    """To the management team, while there is something to decide."""
    numbers = {"requests": undecided(act, tranche)}
    if numbers["requests"]:
        put(act.connection, [messages.to_mt(tranche, step, numbers)], act.now)
    return numbers


def of_overdue(act: Act, tranche: Tranche, step: Step) -> dict[str, int]:
    """To the management team and HR: the window is over and something is not decided."""
    numbers = {"requests": undecided(act, tranche)}
    if numbers["requests"]:
        told = (messages.to_mt(tranche, step, numbers), messages.to_hr(tranche, step, numbers))
        put(act.connection, told, act.now)
    return numbers


def undecided(act: Act, tranche: Tranche) -> int:
    """How many requests of a tranche wait for a decision."""
    return _count(act, tranche, WAITING)


def _count(act: Act, tranche: Tranche, states: tuple[RequestState, ...]) -> int:
    found = act.connection.execute(
        select(func.count())
        .select_from(TrainingRequestRow)
        .where(TrainingRequestRow.tranche == tranche.name, TrainingRequestRow.state.in_(states))
    ).scalar_one()
    return int(found)
