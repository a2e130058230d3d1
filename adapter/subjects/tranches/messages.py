"""What a tranche tells managers, HR and the management team, as actions of the outbox.

Every key names tranche, step and recipient, so that telling twice is telling once.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.queues.outbox import Action, ActionKind
from adapter.subjects.tranches.plan import DEADLINE_REMINDERS, WINDOW_REMINDERS, Step
from policy.tranches import Tranche

_REMINDER_TEXTS = {
    **dict.fromkeys(DEADLINE_REMINDERS, "tranche_deadline"),
    **dict.fromkeys(WINDOW_REMINDERS, "tranche_window"),
    Step.CLOSE: "tranche_closed",
    Step.OVERDUE: "tranche_overdue",
}


def to_manager(
    tranche: Tranche,
    step: Step,
    manager_id: str,
    drafts: Sequence[TrainingRequestRow],
    in_time: Tranche,
) -> Action:
    """About the manager's drafts; `in_time` is the tranche that they can still be submitted for."""
    key = f"tranche:{tranche.name}:{step}:manager:{manager_id}"
    return Action(
        action_key=key,
        kind=ActionKind.TELL,
        subject=key,
        payload={
            "recipient": manager_id,
            "text": f"{_REMINDER_TEXTS[step]}_manager",
            "numbers": {
                **_days(tranche),
                "drafts": len(drafts),
                "titles": "\n".join(f"- {row.title}" for row in drafts),
                "next": in_time.name,
                "next_deadline": in_time.deadline_on.isoformat(),
            },
        },
    )


def to_hr(tranche: Tranche, step: Step, numbers: dict[str, int]) -> Action:
    return _mail(ActionKind.MAIL_HR, "hr", tranche, step, numbers)


def to_mt(tranche: Tranche, step: Step, numbers: dict[str, int]) -> Action:
    return _mail(ActionKind.MAIL_MT, "mt", tranche, step, numbers)


def _mail(
    kind: ActionKind, recipient: str, tranche: Tranche, step: Step, numbers: dict[str, int]
) -> Action:
    key = f"tranche:{tranche.name}:{step}:{recipient}"
    return Action(
        action_key=key,
        kind=kind,
        # No step waits for the message of another: one that cannot be sent keeps nobody uninformed.
        subject=key,
        payload={
            "text": f"{_REMINDER_TEXTS[step]}_{recipient}",
            "numbers": {**_days(tranche), **numbers},
        },
    )


def _days(tranche: Tranche) -> dict[str, str]:
    return {
        "tranche": tranche.name,
        "deadline": tranche.deadline_on.isoformat(),
        "decision_from": tranche.decision_from.isoformat(),
        "decision_until": tranche.decision_until.isoformat(),
    }
