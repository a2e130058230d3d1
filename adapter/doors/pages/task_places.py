"""Where a task of the work list is done: the page with its act."""

from __future__ import annotations

from flask import url_for

from adapter.subjects.leaving.claims.acts import one_claim
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.agreements import newest_agreement
from adapter.views.tasks.task import Task, TaskKind


def place_of(act: Act, task: Task) -> tuple[str, str] | None:
    """The address, and what one opens there (a key of `pages.task_place`); None for what is done
    elsewhere or on the page of the employee, to which the task leads already."""
    match task.kind:
        case (
            TaskKind.REPAYMENT_REVIEW
            | TaskKind.OVERRIDE_TO_REPEAT
            | TaskKind.EXIT_SUSPECTED
            | TaskKind.EXIT_REHIRED
            | TaskKind.EXIT_OPEN_MATTERS
            | TaskKind.EXIT_ENDING_UNKNOWN
            | TaskKind.ACTUAL_COSTS_UNKNOWN
        ):
            return url_for("exits.show", exit_id=task.about[0]), "exit"
        case (
            TaskKind.CLAIM_TO_CONFIRM
            | TaskKind.CLAIM_TO_HAND_OVER
            | TaskKind.CLAIM_TO_SETTLE
            | TaskKind.CLAIM_DIFFERS
        ):
            claim = one_claim(act, task.about[0])
            return url_for("exits.show", exit_id=claim.exit_id), "exit"
        case TaskKind.COMMITMENT_OPEN:
            return url_for("commitments.show", commitment_id=task.about[0]), "commitment"
        case TaskKind.HOLD_UNREACHABLE:
            return url_for("holds.show", hold_id=task.about[0]), "hold"
        case TaskKind.REQUEST_INCOMPLETE:
            return url_for("requests.show", request_id=task.about[0]), "request"
        case TaskKind.AGREEMENT_MISSING:
            grant_id, employee_id = task.about
            here = url_for("agreements.new", grant_id=grant_id, employee_id=employee_id)
            return here, "new_agreement"
        case (
            TaskKind.AGREEMENT_UNSIGNED
            | TaskKind.AGREEMENT_INCOMPLETE
            | TaskKind.AGREEMENT_NOT_FILED
        ):
            grant_id, employee_id = task.about
            made = newest_agreement(act, grant_id, employee_id)
            if made is None:
                return None
            return url_for("agreements.show", agreement_id=made.id), "agreement"
    return None
