"""`/v1/claims`: what HR claims of a leaver, from proposal to settlement (Visie §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import select

from adapter.doors.messages.claims import (
    ClaimDetailOut,
    ClaimOut,
    ClaimsOut,
    ClaimsQuery,
    ClaimStepOut,
    ConfirmationIn,
    GroundIn,
    HandOverIn,
    PayrollCorrectionIn,
    PayrollEntryOut,
    SettlementIn,
)
from adapter.doors.messages.procedure_fields import RecordPath
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.own_records import only_of, refuse_anothers
from adapter.doors.web.paging import paged
from adapter.doors.web.versions import IfMatchHeader, tagged
from adapter.ground.store.tables.claims import ClaimRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.subjects.leaving.claims import acts
from adapter.subjects.leaving.claims.log import (
    Claim,
    page_of_claims,
    payroll_entries_of,
    steps_of,
)
from adapter.subjects.leaving.claims.position import position_of, positions
from adapter.subjects.leaving.statements import history
from adapter.subjects.requests.acts import Act, acting, looking

CLAIMS = DescribedBlueprint(
    "claims",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="claims", description="Terugvorderingen (Visie §7)")],
)


@CLAIMS.get(
    "/claims",
    operation_id="listClaims",
    summary="De vorderingen, of alleen die met één status",
    description="Een medewerker leest alleen het eigene.",
    responses={200: ClaimsOut},
)
def list_claims(query: ClaimsQuery) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = page_of_claims(act.connection, query.cut, query.state, only_of())
        items = [
            ClaimOut.of(one) for one in positions(act.connection, ClaimRow.id.in_(found.items))
        ]
    return paged(ClaimsOut(items=items), found.after)


@CLAIMS.get(
    "/claims/<id>",
    operation_id="getClaim",
    summary="Eén vordering met alle stappen en wat de salarisadministratie inhoudt",
    description="Een medewerker leest alleen het eigene.",
    responses={200: ClaimDetailOut},
)
def get_claim(path: RecordPath) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _shown(act, path.id)


@CLAIMS.post(
    "/claims/<id>/confirmations",
    operation_id="confirmClaim",
    summary="Vraag het bedrag terug",
    description=(
        "Kan als elk traject is beoordeeld en vaststaat wie het dienstverband beëindigde. Bij "
        "verrekening gaat de opdracht naar de salarisadministratie, als die is gekoppeld."
    ),
    responses={201: ClaimDetailOut},
)
def confirm_claim(path: RecordPath, header: IfMatchHeader, body: ConfirmationIn) -> Response:
    parts = current.parts()
    with acting(parts, current.principal()) as act:
        acts.confirm(act, path.id, header.version(), body.content(), parts.payroll)
        return _shown(act, path.id, 201)


@CLAIMS.post(
    "/claims/<id>/waivers",
    operation_id="waiveClaim",
    summary="Zie van de vordering af, met de grond",
    responses={201: ClaimDetailOut},
)
def waive_claim(path: RecordPath, header: IfMatchHeader, body: GroundIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        acts.waive(act, path.id, header.version(), body.ground)
        return _shown(act, path.id, 201)


@CLAIMS.post(
    "/claims/<id>/reopenings",
    operation_id="reopenClaim",
    summary="Beoordeel een bevestigde of overgedragen vordering opnieuw",
    responses={201: ClaimDetailOut},
)
def reopen_claim(path: RecordPath, header: IfMatchHeader, body: GroundIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        acts.reopen(act, path.id, header.version(), body.ground)
        return _shown(act, path.id, 201)


@CLAIMS.post(
    "/claims/<id>/hand-overs",
    operation_id="handOverClaim",
    summary="Leg vast dat de vordering met de hand is overgedragen",
    responses={201: ClaimDetailOut},
)
def hand_over_claim(path: RecordPath, header: IfMatchHeader, body: HandOverIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        acts.hand_over_by_hand(act, path.id, header.version(), body.remark)
        return _shown(act, path.id, 201)


@CLAIMS.post(
    "/claims/<id>/settlements",
    operation_id="settleClaim",
    summary="Leg vast dat is verrekend of betaald",
    responses={201: ClaimDetailOut},
)
def settle_claim(path: RecordPath, header: IfMatchHeader, body: SettlementIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        acts.settle(act, path.id, header.version(), body.amount_cents, body.remark)
        return _shown(act, path.id, 201)


@CLAIMS.post(
    "/claims/<id>/payroll-corrections",
    operation_id="correctPayroll",
    summary="Leg vast wat in de salarisadministratie is teruggedraaid",
    responses={201: ClaimDetailOut},
)
def correct_payroll(path: RecordPath, header: IfMatchHeader, body: PayrollCorrectionIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        acts.correct_payroll(act, path.id, header.version(), body.amount_cents, body.remark)
        return _shown(act, path.id, 201)


def _shown(act: Act, claim_id: str, status: int = 200) -> Response:
    claim = acts.one_claim(act, claim_id)
    refuse_anothers(_leaver_of(act, claim))
    return tagged(answer(_detail(act, claim), status), claim.version)


def _leaver_of(act: Act, claim: Claim) -> str:
    return act.connection.execute(
        select(ExitRow.employee_id).where(ExitRow.id == claim.exit_id)
    ).scalar_one()


def _detail(act: Act, claim: Claim) -> ClaimDetailOut:
    versions = {row.id: row.version for row in history(act.connection, claim.exit_id)}
    language = current.language()
    shown = ClaimOut.of(position_of(act.connection, claim))
    steps = steps_of(act.connection, claim.id)
    entries = payroll_entries_of(act.connection, claim.id)
    return ClaimDetailOut(
        **dict(shown),
        steps=[ClaimStepOut.of(row, versions, language) for row in steps],
        payroll_entries=[PayrollEntryOut.of(row) for row in entries],
    )
