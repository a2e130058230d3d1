"""`/v1/reconciliation-runs` and `/v1/findings`: what differs, and what breaks a rule (Visie §5)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection

from adapter.doors.messages.reconciliation import (
    FindingsQuery,
    ReconciliationFindingOut,
    ReconciliationFindingsOut,
    ReconciliationRunDetailOut,
    ReconciliationRunIn,
    ReconciliationRunOut,
    ReconciliationRunsOut,
    RunPath,
    RunsQuery,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import report_answer, wanted_renderer
from adapter.ground.clock import today
from adapter.views.reconcile import history
from adapter.views.reconcile.report import report_of
from adapter.views.reconcile.run import reconcile

RECONCILIATION = APIBlueprint(
    "reconciliation",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="reconciliation", description="Afstemming van HRIS, LMS en register")],
)


@RECONCILIATION.post(
    "/reconciliation-runs",
    operation_id="createReconciliationRun",
    summary="Stem HRIS, LMS en register af",
    description="Vergelijkt wat het laatst is gelezen; er wordt geregeld opnieuw gelezen.",
    responses={201: ReconciliationRunDetailOut},
)
def create_run(body: ReconciliationRunIn) -> Response:
    parts = current.parts()
    run_id = reconcile(parts, as_of=body.as_of or today(parts.clock), apply=body.apply)
    with parts.register.read() as connection:
        response = answer(_detail(connection, run_id), 201)
    response.headers["Location"] = f"/v1/reconciliation-runs/{run_id}"
    return response


@RECONCILIATION.get(
    "/reconciliation-runs",
    operation_id="listReconciliationRuns",
    summary="Afstemmingen, de laatste eerst",
    responses={200: ReconciliationRunsOut},
)
def list_runs(query: RunsQuery) -> Response:
    skipped = (query.page - 1) * query.limit
    with current.parts().register.read() as connection:
        rows = history.runs(connection, query.limit + 1, skipped)
        shown = [
            ReconciliationRunOut.of(row, history.counts_of(connection, row.id))
            for row in rows[: query.limit]
        ]
    more = len(rows) > query.limit
    return answer(ReconciliationRunsOut(items=shown, next_page=query.page + 1 if more else None))


@RECONCILIATION.get(
    "/reconciliation-runs/<id>",
    operation_id="getReconciliationRun",
    summary="Eén afstemming, als gegevens of als leesbaar rapport",
    responses={200: ReconciliationRunDetailOut},
)
def get_run(path: RunPath) -> Response:
    renderer = wanted_renderer()
    with current.parts().register.read() as connection:
        if renderer is None:
            return answer(_detail(connection, path.id))
        report = report_of(connection, path.id, current.language())
    if report is None:
        raise Problem(Kind.NOT_FOUND)
    return report_answer(report, renderer)


@RECONCILIATION.get(
    "/findings",
    operation_id="listFindings",
    summary="Bevindingen van de laatste afstemming",
    responses={200: ReconciliationFindingsOut},
)
def list_findings(query: FindingsQuery) -> Response:
    language = current.language()
    with current.parts().register.read() as connection:
        run_id = _run_id(connection, query)
        rows = history.findings_of(
            connection,
            run_id or "",
            status=query.status,
            code=query.code,
            limit=query.limit + 1,
            offset=(query.page - 1) * query.limit,
        )
    more = len(rows) > query.limit
    shown = [ReconciliationFindingOut.of(row, language) for row in rows[: query.limit]]
    following = query.page + 1 if more else None
    return answer(ReconciliationFindingsOut(run_id=run_id, items=shown, next_page=following))


def _run_id(connection: Connection, query: FindingsQuery) -> str | None:
    """Of the run that is asked for, else of the last one; None while there is none."""
    if query.run_id is None:
        last = history.latest_run(connection)
        return None if last is None else str(last.id)
    if history.run_by_id(connection, query.run_id) is None:
        raise Problem(Kind.NOT_FOUND)
    return query.run_id


def _detail(connection: Connection, run_id: str) -> ReconciliationRunDetailOut:
    run = history.run_by_id(connection, run_id)
    if run is None:
        raise Problem(Kind.NOT_FOUND)
    language = current.language()
    findings = [
        ReconciliationFindingOut.of(row, language)
        for row in history.findings_of(connection, run_id)
    ]
    return ReconciliationRunDetailOut.with_findings(
        run, history.counts_of(connection, run_id), findings
    )
