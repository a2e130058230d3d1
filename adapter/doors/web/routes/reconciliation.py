"""`/v1/reconciliation-runs` and `/v1/findings`: what differs, and what breaks a rule (Visie §5)."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection

from adapter.doors.messages.media_types import JSON
from adapter.doors.messages.reconciliation import (
    AcknowledgementIn,
    AcknowledgementOut,
    AcknowledgementsOut,
    AcknowledgementsQuery,
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
from adapter.doors.web.answers import answer, json_text
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import file_answer, given, wanted_renderer
from adapter.ground.clock import today
from adapter.ground.store.tables.reconciliation import ReconciliationRunRow
from adapter.subjects.requests.acts import acting
from adapter.views.reconcile import acknowledgements, history
from adapter.views.reconcile.asked_runs import ask_run
from adapter.views.reconcile.documents import IN_MEMORY, written
from adapter.views.reconcile.names import addresses_of

RECONCILIATION = DescribedBlueprint(
    "reconciliation",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="reconciliation", description="Afstemming van HRIS, LMS en register")],
)


@RECONCILIATION.post(
    "/reconciliation-runs",
    operation_id="createReconciliationRun",
    summary="Stem HRIS, LMS en register af",
    description="Vergelijkt wat het laatst is gelezen; er wordt geregeld opnieuw gelezen. Bij een "
    "groot register antwoordt de dienst met 202, en maakt een werkproces de afstemming: lees haar "
    "op het adres in Location tot haar stand `finished` is.",
    responses={201: ReconciliationRunDetailOut, 202: ReconciliationRunOut},
)
def create_run(body: ReconciliationRunIn) -> Response:
    parts, asker = current.parts(), current.principal()
    day = body.as_of or today(parts.clock)
    run_id, finished = ask_run(parts, day, apply=body.apply, by=asker.employee_id or asker.name)
    with parts.register.read() as connection:
        if finished:
            response = _detail(connection, run_id, 201)
        else:
            response = answer(ReconciliationRunOut.of(_one(connection, run_id), {}), 202)
    response.headers["Location"] = f"/v1/reconciliation-runs/{run_id}"
    return response


@RECONCILIATION.get(
    "/reconciliation-runs",
    operation_id="listReconciliationRuns",
    summary="Afstemmingen, de laatste eerst",
    responses={200: ReconciliationRunsOut},
)
def list_runs(query: RunsQuery) -> Response:
    with current.parts().register.read() as connection:
        found = history.page_of_runs(connection, query.cut)
        shown = [
            ReconciliationRunOut.of(row, history.counts_of(connection, row.id))
            for row in found.items
        ]
    return paged(ReconciliationRunsOut(items=shown), found.after)


@RECONCILIATION.get(
    "/reconciliation-runs/<id>",
    operation_id="getReconciliationRun",
    summary="Eén afstemming, als gegevens of als leesbaar rapport",
    responses={200: ReconciliationRunDetailOut},
)
def get_run(path: RunPath) -> Response:
    renderer = wanted_renderer()
    parts = current.parts()
    with parts.register.read() as connection:
        if renderer is None:
            return _detail(connection, path.id)
        form, language = renderer.extension, current.language()
        document = written(connection, path.id, form, language, addresses_of(parts))
    if document is None:
        raise Problem(Kind.NOT_FOUND)
    return given(document)


@RECONCILIATION.post(
    "/finding-acknowledgements",
    operation_id="createFindingAcknowledgement",
    summary="Erken bevindingen: laat ze tot een dag rusten, met de reden",
    responses={201: AcknowledgementsOut},
)
def create_acknowledgement(body: AcknowledgementIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        rows = acknowledgements.acknowledge(act, body.leave())
        shown = [AcknowledgementOut.of(row) for row in rows]
    return answer(AcknowledgementsOut(items=shown), 201)


@RECONCILIATION.get(
    "/finding-acknowledgements",
    operation_id="listFindingAcknowledgements",
    summary="De erkenningen die staan, de nieuwste eerst",
    responses={200: AcknowledgementsOut},
)
def list_acknowledgements(query: AcknowledgementsQuery) -> Response:
    with current.parts().register.read() as connection:
        found = acknowledgements.standing_ones(connection, query.cut)
    shown = [AcknowledgementOut.of(row) for row in found.items]
    return paged(AcknowledgementsOut(items=shown), found.after)


@RECONCILIATION.get(
    "/findings",
    operation_id="listFindings",
    summary="Bevindingen van de laatste afstemming",
    responses={200: ReconciliationFindingsOut},
)
def list_findings(query: FindingsQuery) -> Response:
    language = current.language()
    first = int(query.cursor or 0)
    last = first + query.limit
    with current.parts().register.read() as connection:
        run_id = _run_id(connection, query)
        rows = history.findings_of(
            connection,
            run_id or "",
            status=query.status,
            code=query.code,
            limit=query.limit + 1,
            offset=first,
        )
    shown = [ReconciliationFindingOut.of(row, language) for row in rows[: query.limit]]
    return paged(
        ReconciliationFindingsOut(run_id=run_id, items=shown),
        str(last) if len(rows) > query.limit else None,
    )


def _run_id(connection: Connection, query: FindingsQuery) -> str | None:
    """Of the run that is asked for, else of the last one; None while there is none."""
    if query.run_id is None:
        last = history.latest_run(connection)
        return None if last is None else str(last.id)
    if history.run_by_id(connection, query.run_id) is None:
        raise Problem(Kind.NOT_FOUND)
    return query.run_id


def _one(connection: Connection, run_id: str) -> ReconciliationRunRow:
    run = history.run_by_id(connection, run_id)
    if run is None:
        raise Problem(Kind.NOT_FOUND)
    return run


def _detail(connection: Connection, run_id: str, status: int = 200) -> Response:
    """With all its findings, which are written as they are read: there can be a million."""
    run = ReconciliationRunOut.of(
        _one(connection, run_id), history.counts_of(connection, run_id)
    ).model_dump(mode="json", by_alias=True)
    language = current.language()
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- given away open
    file.write(f'{json_text(run)[:-1]},"findings":['.encode())
    for place, row in enumerate(history.streamed(connection, history.every_finding(run_id))):
        finding = ReconciliationFindingOut.of(row, language).model_dump(mode="json", by_alias=True)
        file.write(f"{',' if place else ''}{json_text(finding)}".encode())
    file.write(b"]}")
    file.seek(0)
    return file_answer(file, JSON, status=status)
