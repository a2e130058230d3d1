"""`/v1/in-company-sessions`: what the knowledge broker organises (Visie §5, §7)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_openapi3.models.tag import Tag

from adapter.doors.messages.in_company_sessions import (
    CancellationIn,
    InCompanySessionChange,
    InCompanySessionIn,
    InCompanySessionOut,
    InCompanySessionsOut,
    Occupation,
    TeamAvailabilityIn,
    TeamAvailabilityOut,
)
from adapter.doors.messages.paging import PageQuery
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.paging import paged
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.subjects.in_company import availability, sessions
from adapter.subjects.in_company.places import availabilities_of_team, counts_by_state
from adapter.subjects.in_company.records import one_session
from adapter.subjects.requests.acts import Act, acting, looking
from policy.sign_ups import HAS_PLACE, SignUpState

IN_COMPANY_SESSIONS = DescribedBlueprint(
    "in_company_sessions",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="in-company-sessions", description="Incompany-opleiding (Visie §5, §7)")],
)


@IN_COMPANY_SESSIONS.get(
    "/in-company-sessions",
    operation_id="listInCompanySessions",
    summary="De incompany-bijeenkomsten, in volgorde van plannen",
    responses={200: InCompanySessionsOut},
)
def list_in_company_sessions(query: PageQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = sessions.page_of_sessions(act, query.cut)
        items = _sessions(act, found.items)
    return paged(InCompanySessionsOut(items=items), found.after)


@IN_COMPANY_SESSIONS.post(
    "/in-company-sessions",
    operation_id="planInCompanySession",
    summary="Plan een bijeenkomst",
    responses={201: InCompanySessionOut},
)
def plan_in_company_session(body: InCompanySessionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        session_id = sessions.plan_session(act, body.content())
        response = _shown(act, session_id, 201)
    response.headers["Location"] = f"/v1/in-company-sessions/{session_id}"
    return response


@IN_COMPANY_SESSIONS.get(
    "/in-company-sessions/<id>",
    operation_id="getInCompanySession",
    summary="Eén bijeenkomst",
    responses={200: InCompanySessionOut},
)
def get_in_company_session(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _shown(act, path.id)


@IN_COMPANY_SESSIONS.patch(
    "/in-company-sessions/<id>",
    operation_id="changeInCompanySession",
    summary="Wijzig een bijeenkomst die nog niet is begonnen",
    description="Komen er plaatsen bij, dan schuift de wachtlijst meteen door.",
    responses={200: InCompanySessionOut},
)
def change_in_company_session(
    path: RecordPath, header: IfMatchHeader, body: InCompanySessionChange
) -> Response:
    with acting(current.parts(), current.principal()) as act:
        sessions.change_session(act, path.id, header.version(), body.changes())
        return _shown(act, path.id)


@IN_COMPANY_SESSIONS.post(
    "/in-company-sessions/<id>/cancellations",
    operation_id="cancelInCompanySession",
    summary="Blaas een bijeenkomst af; wie was aangemeld krijgt bericht",
    responses={201: InCompanySessionOut},
)
def cancel_in_company_session(
    path: RecordPath, header: IfMatchHeader, body: CancellationIn
) -> Response:
    with acting(current.parts(), current.principal()) as act:
        sessions.cancel_session(act, path.id, header.version(), body.reason)
        return _shown(act, path.id, 201)


@IN_COMPANY_SESSIONS.post(
    "/in-company-sessions/<id>/team-availabilities",
    operation_id="setTeamAvailability",
    summary="Leg vooraf vast hoeveel van het eigen team tegelijk weg kunnen",
    responses={201: TeamAvailabilityOut},
)
def set_team_availability(path: RecordPath, body: TeamAvailabilityIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        manager_id = availability.set_availability(act, path.id, body.most)
    return answer(TeamAvailabilityOut(manager_id=manager_id, most=body.most), 201)


def _shown(act: Act, session_id: str, status: int = 200) -> Response:
    row = one_session(act, session_id)
    [shown] = _sessions(act, [row])
    return tagged(answer(shown, status), row.version)


def _sessions(act: Act, rows: Sequence[InCompanySessionRow]) -> list[InCompanySessionOut]:
    ids = [row.id for row in rows]
    counts = counts_by_state(act, ids)
    own_most = availabilities_of_team(act, act.by.employee_id, ids)
    return [
        InCompanySessionOut.of(
            row,
            Occupation(
                placed=sum(counts[row.id, state] for state in HAS_PLACE),
                waiting=counts[row.id, SignUpState.WAITING],
                own_team_most=own_most.get(row.id),
            ),
            act.by.role,
        )
        for row in rows
    ]
