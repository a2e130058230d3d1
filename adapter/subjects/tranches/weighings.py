"""HR's scores of a request on the five criteria, each with its reason (Visie §4, P8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from adapter.ground.store.reading import next_position, rows_of
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.tranches import WeighingRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.proposals import Proposal, propose
from adapter.subjects.requests.refusals import NotNow, WrongField, refuse_if_any
from adapter.subjects.requests.requests import request_for, write
from adapter.subjects.requests.states import move
from policy.request_states import RequestState
from policy.weighing import Criterion, WrongScores, refuse_wrong_scores

WEIGHED_IN = (RequestState.SUBMITTED, RequestState.UNDER_REVIEW, RequestState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Score:
    score: int
    reason: str


def weigh(act: Act, request_id: str, version: int, scores: Mapping[Criterion, Score]) -> str:
    """Record a score on every criterion and return the weighing's id; the newest one counts.

    Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`.
    """
    row = request_for(act, request_id, version)
    if row.state not in WEIGHED_IN:
        raise NotNow("not_weighed_now", state=row.state)
    refuse_if_any(_wrong(act, row, scores))
    weighing_id = new_id()
    plain = {one: {"score": scores[one].score, "reason": scores[one].reason} for one in Criterion}
    act.connection.execute(
        insert(WeighingRow).values(
            id=weighing_id,
            request_id=request_id,
            position=next_position(
                act.connection, WeighingRow.position, WeighingRow.request_id == request_id
            ),
            scores=plain,
            weighed_by=act.actor,
            weighed_at=act.now,
        )
    )
    write(act, row, {})
    return weighing_id


def weigh_and_propose(
    act: Act,
    row: TrainingRequestRow,
    version: int,
    scores: Mapping[Criterion, Score] | None,
    proposal: Proposal | None,
) -> None:
    """What HR fills in of one request at once. One that HR proposes for is under review from then
    on. Raises `UnknownEntry`, `OtherVersion`, `NotNow`, `WrongFields`."""
    if scores is not None:
        weigh(act, row.id, version, scores)
        version += 1
    if proposal is None:
        return
    if row.state == RequestState.SUBMITTED:
        move(act, row.id, version, RequestState.UNDER_REVIEW)
        version += 1
    propose(act, row.id, version, proposal)


def weighings_of(act: Act, request_id: str) -> list[WeighingRow]:
    """Oldest first; the last one counts."""
    return rows_of(
        act.connection,
        select(WeighingRow)
        .where(WeighingRow.request_id == request_id)
        .order_by(WeighingRow.position),
    )


def scores_of(weighing: WeighingRow | None) -> tuple[int, ...] | None:
    """In the order of the criteria; None for a request that nobody has weighed."""
    if weighing is None:
        return None
    return tuple(int(weighing.scores[one]["score"]) for one in Criterion)


def _wrong(
    act: Act, row: TrainingRequestRow, scores: Mapping[Criterion, Score]
) -> list[WrongField]:
    parameters = act.policy.on(act.today)
    wrong: list[WrongField] = []
    try:
        refuse_wrong_scores(tuple(scores[one].score for one in Criterion), parameters)
    except WrongScores as error:
        numbers = {"highest": parameters.weighing_highest_score}
        wrong = [
            WrongField(f"/{one}/score", "tranches.field.off_the_scale", numbers)
            for one in error.criteria
        ]
    if scores[Criterion.INDIVIDUAL].score > 0 and row.appraisal_on is None:
        # Individual development is weighed by the conversation in the appraisal cycle (P2).
        wrong.append(
            WrongField(f"/{Criterion.INDIVIDUAL}/score", "tranches.field.appraisal_unknown")
        )
    return wrong
