"""How long the rows of each table are kept. A table without a term fails a test; the same table is
printed, with its reasons, in docs/retention.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, null, or_, select

from adapter.ground.store.tables.people import ScanRow
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
    ReconciliationRunRow,
)
from adapter.ground.store.tables.sign_in import (
    BrowserSessionRow,
    KeptFormRow,
    LmsInvitationRow,
    SignInAttemptRow,
    SignInLinkRow,
)
from adapter.ground.store.tables.work import (
    AuditLineRow,
    EventDecisionRow,
    HeartbeatRow,
    InboxEventRow,
    JobRunRow,
    OutboxActionRow,
)
from adapter.queues.inbox import EventState
from adapter.queues.outbox import ActionKind, ActionState

Past = Callable[[datetime], ColumnElement[bool]]
"""Which rows are past their term, of which the moment is given."""


class KeptAs(StrEnum):
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
    done = InboxEventRow.state.in_((EventState.PROCESSED, EventState.IGNORED))
    return done & (InboxEventRow.processed_at < before)


def _of_done_events(before: datetime) -> ColumnElement[bool]:
    return EventDecisionRow.event_id.in_(select(InboxEventRow.id).where(_done_events(before)))


def _done_actions(before: datetime) -> ColumnElement[bool]:
    """The row itself stays: it keeps the same action from being carried out again. What payroll was
    asked is part of the claim."""
    ended = or_(
        and_(OutboxActionRow.state == ActionState.DELIVERED, OutboxActionRow.delivered_at < before),
        and_(OutboxActionRow.state == ActionState.CANCELLED, OutboxActionRow.created_at < before),
    )
    return (
        ended
        & (OutboxActionRow.kind != ActionKind.HAND_OVER_CLAIM)
        & (OutboxActionRow.payload != {})
    )


def _old_runs(before: datetime) -> ColumnElement[bool]:
    return ReconciliationRunRow.started_at < before


def _of_old_runs(before: datetime) -> ColumnElement[bool]:
    return ReconciliationFindingRow.run_id.in_(
        select(ReconciliationRunRow.id).where(_old_runs(before))
    )


_CLEARED: Mapping[str, Term] = {
    # What refers to a row goes before it.
    EventDecisionRow.__tablename__: Term("inbox_days", _of_done_events),
    InboxEventRow.__tablename__: Term("inbox_days", _done_events),
    OutboxActionRow.__tablename__: Term(
        "outbox_days", _done_actions, {"payload": {}, "history": null(), "last_error": null()}
    ),
    FindingAcknowledgementRow.__tablename__: Term(
        "reconciliation_days", lambda before: FindingAcknowledgementRow.acknowledged_at < before
    ),
    ReconciliationFindingRow.__tablename__: Term("reconciliation_days", _of_old_runs),
    ReconciliationRunRow.__tablename__: Term("reconciliation_days", _old_runs),
    ScanRow.__tablename__: Term("scans_days", lambda before: ScanRow.finished_at < before),
    AuditLineRow.__tablename__: Term("audit_log_days", lambda before: AuditLineRow.at < before),
    JobRunRow.__tablename__: Term("job_runs_days", lambda before: JobRunRow.period_start < before),
    HeartbeatRow.__tablename__: Term("job_runs_days", lambda before: HeartbeatRow.at < before),
    BrowserSessionRow.__tablename__: Term(
        "sign_in_days", lambda before: BrowserSessionRow.opened_at < before
    ),
    # At the next sign-in of anybody it goes already once it is an hour old.
    KeptFormRow.__tablename__: Term("sign_in_days", lambda before: KeptFormRow.kept_at < before),
    SignInAttemptRow.__tablename__: Term(
        "sign_in_days", lambda before: SignInAttemptRow.begun_at < before
    ),
    SignInLinkRow.__tablename__: Term(
        "sign_in_days", lambda before: SignInLinkRow.made_at < before
    ),
    LmsInvitationRow.__tablename__: Term(
        "sign_in_days", lambda before: LmsInvitationRow.made_at < before
    ),
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
        "archive_exports",
        "budgets",
        "certificates",
        "claim_steps",
        "claims",
        "commitment_decisions",
        "commitment_proposals",
        "commitments",
        "consents",
        "decisions",
        "destructions",
        "employment_news",
        "erasures",
        "exit_changes",
        "exit_endings",
        "exits",
        "expertise_members",
        "given_roles",
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
        "kept_reports",
        "legal_assessments",
        "lms_registrations",
        "log_chain",
        "log_starts",
        "norm_exemptions",
        "policy_adoptions",
        "policy_versions",
        "quality_requirements",
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

TERMS: Mapping[str, Term | KeptAs] = {
    **_CLEARED,
    **dict.fromkeys(sorted(_AS_IT_IS), KeptAs.AS_IT_IS),
    **dict.fromkeys(sorted(_RECORDS), KeptAs.AS_RECORD),
}


def cleared_tables() -> Mapping[str, Term]:
    """The tables that the adapter clears by itself, in the order in which it does."""
    return _CLEARED
