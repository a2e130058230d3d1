"""Interim requests: the management team's consent beforehand, with ground and evidence (P2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.rulings import InterimConsentRow
from adapter.register.adoption import in_force
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.days import wrong_if_after, wrong_if_future
from adapter.subjects.requests.entry_answers import show_step
from adapter.subjects.requests.refusals import NotNow, refuse_if_any
from adapter.subjects.requests.requests import request_for, write
from policy.model import Ground, Regime, Rule
from policy.request_states import UNDECIDED
from policy.tranches import Procedure, interim_admissible


def consent_to_interim(act: Act, request_id: str, version: int, consented_on: date) -> None:
    """Record the consent with the request's ground and evidence as they are now.

    Raises `UnknownEntry`, `OtherVersion`, `NotNow` where the request is not one to consent to, and
    `WrongFields` for a consent that was not beforehand.
    """
    row = request_for(act, request_id, version)
    _refuse_needless(act, row)
    assert row.starts_on is not None, "an interim request has a start"
    refuse_if_any(
        [
            *wrong_if_future(act, consented_on, "/consentedDate"),
            *wrong_if_after(consented_on, row.starts_on, "/consentedDate", "after_training_start"),
        ]
    )
    act.connection.execute(
        insert(InterimConsentRow).values(
            request_id=row.id,
            ground=row.ground,
            evidence=row.evidence,
            consented_on=consented_on,
            consented_by=act.actor,
            recorded_at=act.now,
        )
    )
    show_step(act.connection, row.id, write(act, row, {}), act.now)


def interim_consent(act: Act, request_id: str) -> InterimConsentRow | None:
    return row_or_none(
        act.connection, select(InterimConsentRow).where(InterimConsentRow.request_id == request_id)
    )


def admissible(act: Act, row: TrainingRequestRow) -> bool:
    """Whether an interim request may be considered, by what is known of it now."""
    if row.starts_on is None:
        return False
    consent = interim_consent(act, row.id)
    return interim_admissible(
        Ground(row.ground),
        evidence=bool(row.evidence),
        consented_on=consent.consented_on if consent else None,
        starts_on=row.starts_on,
    )


def refuse_inadmissible(act: Act, row: TrainingRequestRow, decided_on: date) -> None:
    """Raise `NotNow` for granting an interim request that may not be considered.

    In the transition year and before its adoption the policy only advises, so the management team
    may go on.
    """
    parameters = in_force(act.connection, act.policy, decided_on)
    enforced = parameters.regime(Rule.GRANT) is Regime.ENFORCE
    if row.procedure == Procedure.INTERIM and enforced and not admissible(act, row):
        start = "" if row.starts_on is None else row.starts_on.isoformat()
        raise NotNow("interim_not_considered", start=start)


def _refuse_needless(act: Act, row: TrainingRequestRow) -> None:
    if row.procedure != Procedure.INTERIM or row.state not in UNDECIDED:
        raise NotNow("no_interim_request", state=row.state)
    if interim_consent(act, row.id) is not None:
        raise NotNow("consent_exists")
    if row.ground not in (Ground.LEGAL, Ground.FUNCTION) or not row.evidence:
        raise NotNow("interim_without_necessity")
