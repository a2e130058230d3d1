"""Closing a tranche at the end of its deadline day (Visie §6, P2).

What was submitted comes under review, and so does what an earlier tranche deferred: it is weighed
again with the others. A draft stays a draft, and its manager hears that it was not
in time.
"""

from __future__ import annotations

from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.queues.outbox import put
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.requests import procedure_of
from adapter.subjects.requests.states import enter
from adapter.subjects.tranches import messages
from adapter.subjects.tranches.drafts import drafts_by_manager
from adapter.subjects.tranches.plan import Step
from config.catalogue import text
from policy.request_states import RequestState
from policy.tranches import Tranche, tranche_for, tranche_named


def close(act: Act, tranche: Tranche, step: Step, hr_reads: bool) -> dict[str, int]:
    """Returns how many requests came under review, and how many drafts were left. `hr_reads`: HR
    has an address, so it hears also that there is nothing."""
    deferred = _take_over_deferred(act, tranche)
    submitted = _submitted(act, tranche)
    reason = text("tranches.transition.closed", tranche=tranche.name)
    for row in submitted:
        enter(act, row, RequestState.UNDER_REVIEW, reason=reason)
    late = drafts_by_manager(act, made_before=tranche)
    numbers = {
        "requests": len(submitted) + deferred,
        "drafts": sum(len(drafts) for drafts in late.values()),
    }
    # A service that starts long after the decisions has nothing to tell about this tranche.
    if any(numbers.values()) or (hr_reads and act.today <= tranche.decision_until):
        following = tranche_for(act.today, act.policy)
        told = (
            messages.to_manager(tranche, step, manager_id, drafts, following)
            for manager_id, drafts in late.items()
        )
        put(act.connection, (*told, messages.to_hr(tranche, step, numbers)), act.now)
    return numbers


def _take_over_deferred(act: Act, tranche: Tranche) -> int:
    """Returns how many. Their training may by now start too early to be considered."""
    deferred = rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(TrainingRequestRow.state == RequestState.DEFERRED)
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id)
        .with_for_update(),
    )
    earlier = [
        row
        for row in deferred
        if row.tranche and tranche_named(row.tranche, act.policy).deadline_on < tranche.deadline_on
    ]
    for row in earlier:
        values = {
            "tranche": tranche.name,
            "procedure": procedure_of(act, tranche.deadline_on, row.starts_on),
        }
        reason = text("tranches.transition.again", before=row.tranche, tranche=tranche.name)
        enter(act, row, RequestState.UNDER_REVIEW, values, reason)
    return len(earlier)


def _submitted(act: Act, tranche: Tranche) -> list[TrainingRequestRow]:
    return rows_of(
        act.connection,
        select(TrainingRequestRow)
        .where(
            TrainingRequestRow.tranche == tranche.name,
            TrainingRequestRow.state == RequestState.SUBMITTED,
        )
        .order_by(TrainingRequestRow.submitted_at, TrainingRequestRow.id)
        .with_for_update(),
    )
