"""`/v1/trajectory-records`: actual costs and training that was broken off (Visie §7, §8)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.trajectory_records import (
    TrajectoryRecordIn,
    TrajectoryRecordOut,
    TrajectoryRecordsOut,
    TrajectoryRecordsQuery,
)
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.subjects.requests.acts import acting, looking
from adapter.subjects.requests.trajectory_records import page_of_entries, record_entry

TRAJECTORY_RECORDS = DescribedBlueprint(
    "trajectory_records",
    __name__,
    url_prefix="/v1",
    abp_tags=[
        Tag(name="trajectory-records", description="Werkelijke kosten en afgebroken opleidingen")
    ],
)


@TRAJECTORY_RECORDS.get(
    "/trajectory-records",
    operation_id="listTrajectoryRecords",
    summary="Wat is vastgelegd over werkelijke kosten en afbreken, ook wat is achterhaald",
    responses={200: TrajectoryRecordsOut},
)
def list_trajectory_records(query: TrajectoryRecordsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = page_of_entries(act, query.cut, query.trajectory_id)
    items = [TrajectoryRecordOut.of(row) for row in found.items]
    return paged(TrajectoryRecordsOut(items=items), found.after)


@TRAJECTORY_RECORDS.post(
    "/trajectory-records",
    operation_id="createTrajectoryRecord",
    summary="Leg werkelijke kosten vast, of dat de medewerker de opleiding afbrak",
    description=(
        "Wat ontbreekt blijft zoals het was; null trekt in wat was vastgelegd. Berekeningen en "
        "besluiten volgen vanzelf."
    ),
    responses={201: TrajectoryRecordOut},
)
def create_trajectory_record(body: TrajectoryRecordIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        row = record_entry(act, body.content())
    return answer(TrajectoryRecordOut.of(row), 201)
