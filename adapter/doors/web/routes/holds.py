"""`/v1/holds`: enrolments that the policy keeps out, and HR setting one aside (P3)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.holds import (
    HoldFinding,
    HoldOut,
    HoldsOut,
    HoldsQuery,
    SetAsideIn,
    SetAsideOut,
    SetAsidesOut,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.register.decision_log import findings_of
from adapter.subjects.enrolments import setting_aside
from adapter.subjects.enrolments.set_asides import standing_set_asides
from adapter.subjects.enrolments.setting_aside import HoldOfCourse
from adapter.subjects.requests.acts import Act, acting, looking
from config.catalogue import text

HOLDS = DescribedBlueprint(
    "holds",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="holds", description="Stilgezette inschrijvingen (Visie §6)")],
)


@HOLDS.get(
    "/holds",
    operation_id="listHolds",
    summary="De stilgezette inschrijvingen die u mag zien",
    description="Een medewerker leest alleen het eigene.",
    responses={200: HoldsOut},
)
def list_holds(query: HoldsQuery) -> Response:
    states = () if query.state is None else (query.state,)
    with looking(current.parts(), current.principal()) as act:
        rows = setting_aside.list_holds(
            act, states=states, after=query.cursor, limit=query.limit + 1
        )
        shown = _shown(act, rows[: query.limit])
    more = len(rows) > query.limit
    return paged(HoldsOut(items=shown), shown[-1].id if more else None)


@HOLDS.get(
    "/holds/<id>",
    operation_id="getHold",
    summary="Eén stilgezette inschrijving, met de redenen",
    description="Een medewerker leest alleen het eigene.",
    responses={200: HoldOut},
)
def get_hold(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        [shown] = _shown(act, [setting_aside.one_hold(act, path.id)])
    return answer(shown)


@HOLDS.get(
    "/holds/<id>/set-asides",
    operation_id="listSetAsides",
    summary="Hoe HR het stilzetten opzij heeft gezet, oudste eerst",
    description="Een medewerker leest alleen het eigene.",
    responses={200: SetAsidesOut},
)
def list_set_asides(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        rows = setting_aside.set_asides_of(act, setting_aside.one_hold(act, path.id))
    return answer(SetAsidesOut(items=[SetAsideOut.of(row) for row in rows]))


@HOLDS.post(
    "/holds/<id>/set-asides",
    operation_id="createSetAside",
    summary="Zet het stilzetten voor een tijd opzij, met de grond",
    responses={201: SetAsideOut},
)
def create_set_aside(path: RecordPath, body: SetAsideIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        return answer(SetAsideOut.of(setting_aside.set_aside(act, path.id, body.content())), 201)


def _shown(act: Act, rows: Sequence[HoldOfCourse]) -> list[HoldOut]:
    asides = standing_set_asides(act.connection, {row.employee_id for row in rows})
    return [_hold(row, asides.get((row.employee_id, row.idnumber))) for row in rows]


def _hold(row: HoldOfCourse, aside: HoldSetAsideRow | None) -> HoldOut:
    findings = [
        HoldFinding(
            code=one.code,
            severity=one.severity,
            clause=one.clause,
            message=text(f"policy.finding.{one.code}", current.language(), **one.numbers),
        )
        for one in findings_of(row.findings)
    ]
    return HoldOut.of(row, findings, aside)
