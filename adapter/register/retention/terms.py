"""How long the rows of each table are kept. A table without a term fails a test; the same table is
printed, with its reasons, in docs/retention.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, null, or_, select

from adapter.ground.store.tables.people import scans
from adapter.ground.store.tables.reconciliation import reconciliation_findings, reconciliation_runs
from adapter.ground.store.tables.work import (
    audit_log,
    heartbeats,
    inbox,
    inbox_decisions,
    job_runs,
    outbox,
)
from adapter.queues.inbox import EventState
from adapter.queues.outbox import ActionKind, ActionState

Past = Callable[[datetime], ColumnElement[bool]]
"""Which rows are past their term, of which the moment is given."""


class Kept(StrEnum):
    AS_RECORD = "record"
    """The organisation's selection list says how long; the adapter removes none by itself."""
    AS_IT_IS = "as it is"
    """What another system shows now, or the state of the service: overwritten, not piled up."""


@dataclass(frozen=True, slots=True)
class Term:
    """`setting` is a member of `RetentionSettings`, in days. Rows that are past it are removed, or
    with `emptied` lose what these columns hold."""

    setting: str
    past: Past
    emptied: Mapping[str, Any] = field(default_factory=dict)


def _done_events(before: datetime) -> ColumnElement[bool]:
    done = inbox.c.state.in_((EventState.PROCESSED, EventState.IGNORED))
    return done & (inbox.c.processed_at < before)


def _of_done_events(before: datetime) -> ColumnElement[bool]:
    return inbox_decisions.c.event_id.in_(select(inbox.c.id).where(_done_events(before)))


def _done_actions(before: datetime) -> ColumnElement[bool]:
    """The row itself stays: it keeps the same action from being carried out again. What payroll was
    asked is part of the claim."""
    ended = or_(
        and_(outbox.c.state == ActionState.DELIVERED, outbox.c.delivered_at < before),
        and_(outbox.c.state == ActionState.CANCELLED, outbox.c.created_at < before),
    )
    return ended & (outbox.c.kind != ActionKind.HAND_OVER_CLAIM) & (outbox.c.payload != {})


def _old_runs(before: datetime) -> ColumnElement[bool]:
    return reconciliation_runs.c.finished_at < before


def _of_old_runs(before: datetime) -> ColumnElement[bool]:
    return reconciliation_findings.c.run_id.in_(
        select(reconciliation_runs.c.id).where(_old_runs(before))
    )


_CLEARED: Mapping[str, Term] = {
    # What refers to a row goes before it.
    inbox_decisions.name: Term("inbox_days", _of_done_events),
    inbox.name: Term("inbox_days", _done_events),
    outbox.name: Term(
        "outbox_days", _done_actions, {"payload": {}, "history": null(), "last_error": null()}
    ),
    reconciliation_findings.name: Term("reconciliation_days", _of_old_runs),
    reconciliation_runs.name: Term("reconciliation_days", _old_runs),
    scans.name: Term("scans_days", lambda before: scans.c.finished_at < before),
    audit_log.name: Term("audit_log_days", lambda before: audit_log.c.at < before),
    job_runs.name: Term("job_runs_days", lambda before: job_runs.c.period_start < before),
    heartbeats.name: Term("job_runs_days", lambda before: heartbeats.c.at < before),
}
_AS_IT_IS = frozenset(
    {
        "account_links",
        "account_reservations",
        "cohort_members",
        "courses",
        "employees",
        "employments",
        "enrolment_marks",
        "enrolments",
        "job_leases",
        "lms_abilities",
        "lms_users",
        "part_states",
        "payroll_entries",
        "register_facts",
        "scim_users",
        "shown_profiles",
        "switches",
        "turns",
    }
)
_RECORDS = frozenset(
    {
        "agreements",
        "api_keys",
        "budgets",
        "claim_steps",
        "claims",
        "commitment_decisions",
        "commitment_proposals",
        "commitments",
        "consents",
        "decisions",
        "employment_news",
        "exit_changes",
        "exit_endings",
        "exits",
        "grants",
        "hold_set_asides",
        "holds",
        "imported_requests",
        "in_company_absence_consequences",
        "in_company_prices",
        "in_company_sessions",
        "in_company_sign_up_steps",
        "in_company_sign_ups",
        "in_company_team_availabilities",
        "interim_consents",
        "legal_assessments",
        "log_chain",
        "norm_exemptions",
        "policy_adoptions",
        "policy_versions",
        "repayment_statements",
        "request_decisions",
        "request_proposals",
        "request_transitions",
        "requests_from_lms",
        "signatures",
        "signed_files",
        "statement_overrides",
        "task_changes",
        "training_requests",
        "trajectory_records",
        "tranche_steps",
        "weighings",
    }
)

TERMS: Mapping[str, Term | Kept] = {
    **_CLEARED,
    **dict.fromkeys(sorted(_AS_IT_IS), Kept.AS_IT_IS),
    **dict.fromkeys(sorted(_RECORDS), Kept.AS_RECORD),
}


def cleared() -> Mapping[str, Term]:
    """The tables that the adapter clears by itself, in the order in which it does."""
    return _CLEARED
