"""The decision log: what was decided, from which facts, and whether that still comes out."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection, Select, select, tuple_

from adapter.doors.messages.decisions import (
    DecisionOut,
    DecisionPath,
    DecisionsOut,
    DecisionsQuery,
    LoggedFinding,
    RecomputationOut,
)
from adapter.doors.messages.moments import utc_text
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.own_records import is_anothers, only_of, refuse_anothers
from adapter.doors.web.paging import paged
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.store.portions import UnknownCursor
from adapter.ground.store.reading import rows_with
from adapter.ground.store.tables.decisions import DecisionRow, PolicyVersionRow
from adapter.register import decision_log
from config.catalogue import text
from policy.model import Finding

DECISIONS = DescribedBlueprint(
    "decisions",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="decisions", description="Het besluitenlogboek")],
)


@DECISIONS.get(
    "/decisions",
    operation_id="listDecisions",
    summary="Besluiten, oudste eerst",
    description="Een medewerker leest alleen het eigene.",
    responses={200: DecisionsOut},
)
def list_decisions(query: DecisionsQuery) -> Response:
    with current.parts().register.read() as connection:
        rows = list(rows_with(connection, _page(connection, query)))
    more = len(rows) > query.limit
    shown = rows[: query.limit]
    return paged(
        DecisionsOut(items=[_shown(row, version) for row, version in shown]),
        shown[-1][0].id if more else None,
    )


@DECISIONS.get(
    "/decisions/<id>",
    operation_id="getDecision",
    summary="Eén besluit met zijn feiten",
    description="Een medewerker leest alleen het eigene.",
    responses={200: DecisionOut},
)
def get_decision(path: DecisionPath) -> Response:
    with current.parts().register.read() as connection:
        logged = next(rows_with(connection, _logged().where(DecisionRow.id == path.id)), None)
    if logged is None:
        raise Problem(Kind.NOT_FOUND)
    row, version = logged
    refuse_anothers(row.employee_id)
    return answer(_shown(row, version))


@DECISIONS.post(
    "/decisions/<id>/recomputations",
    operation_id="recomputeDecision",
    summary="Reken een besluit na uit de vastgelegde feiten en het beleid van toen",
    responses={200: RecomputationOut},
)
def recompute_decision(path: DecisionPath) -> Response:
    with current.parts().register.read() as connection:
        again = decision_log.recompute(connection, path.id)
    if again is None:
        raise Problem(Kind.NOT_FOUND)
    return answer(
        RecomputationOut(
            decision_id=path.id,
            same=again.same,
            outcome=again.outcome,
            findings=again.findings,
            years=again.years,
        )
    )


def _logged() -> Select[DecisionRow, str]:
    return select(DecisionRow, PolicyVersionRow.version).join(
        PolicyVersionRow, PolicyVersionRow.digest == DecisionRow.policy_digest
    )


def _page(connection: Connection, query: DecisionsQuery) -> Select[DecisionRow, str]:
    page = _logged().order_by(DecisionRow.decided_at, DecisionRow.id).limit(query.limit + 1)
    if (own := only_of()) is not None:
        page = page.where(DecisionRow.employee_id == own)
    if query.course_id is not None:
        page = page.where(DecisionRow.course_id == query.course_id)
    if query.cursor is None:
        return page
    last = connection.execute(
        select(DecisionRow.decided_at, DecisionRow.id, DecisionRow.employee_id).where(
            DecisionRow.id == query.cursor
        )
    ).one_or_none()
    if last is None or is_anothers(last.employee_id):
        raise UnknownCursor
    decided_at, decision_id, _ = last
    place = tuple_(DecisionRow.decided_at, DecisionRow.id)
    return page.where(place > tuple_(decided_at, decision_id))


def _shown(row: DecisionRow, policy_version: str) -> DecisionOut:
    return DecisionOut(
        id=row.id,
        employee_id=row.employee_id,
        course_id=row.course_id,
        enrolled_date=row.enrolled_on.isoformat(),
        outcome=row.outcome,
        regime=row.regime,
        policy_version=policy_version,
        policy_digest=row.policy_digest,
        decided_at=utc_text(row.decided_at),
        findings=[_finding(finding) for finding in decision_log.findings_of(row.findings)],
        years=row.years,
        facts=row.facts,
        sources=row.sources,
    )


def _finding(finding: Finding) -> LoggedFinding:
    return LoggedFinding(
        code=finding.code,
        severity=finding.severity,
        clause=finding.clause,
        year=finding.year,
        numbers=dict(finding.numbers),
        message=text(f"policy.finding.{finding.code}", current.language(), **finding.numbers),
    )
