"""`/v1/exits`: who leaves, and the versions of what that costs (Visie §7)."""

from __future__ import annotations

from flask import Response
from flask_openapi3.models.tag import Tag
from sqlalchemy import Connection, select

from adapter.doors.messages.exits import (
    EndingIn,
    ExitDetailOut,
    ExitOut,
    ExitPath,
    ExitsOut,
    ExitsQuery,
    OverrideIn,
    StatementOut,
    StatementPath,
    StatementsOut,
)
from adapter.doors.messages.media_types import PDF
from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.answers import answer
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.own_records import only_of, refuse_anothers
from adapter.doors.web.paging import paged
from adapter.doors.web.problems import Kind, Problem, invalid
from adapter.doors.web.report_answers import document_answer, report_answer, wanted_renderer
from adapter.ground.clock import today
from adapter.ground.store.portions import listed
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.exits import ExitChangeRow, ExitRow, RepaymentStatementRow
from adapter.register.decision_log import policy_of
from adapter.subjects.leaving import overrides, statements
from adapter.subjects.leaving.endings import endings_of, record_ending
from adapter.subjects.leaving.look_ahead import look_ahead_of_one
from adapter.subjects.leaving.overrides import OverrideRefused, Refusal
from adapter.subjects.leaving.settled_items import settled_items
from adapter.subjects.requests.acts import acting
from adapter.views.documents.letter import Sender, repayment_letter
from adapter.views.repayment.overview import statement_document
from policy.money import euros

EXITS = DescribedBlueprint(
    "exits",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="exits", description="Uitdiensttreding en terugbetaling (Visie §7)")],
)

_FILE = {"content": {PDF: {"schema": {"type": "string", "contentMediaType": PDF}}}}


@EXITS.get(
    "/exits",
    operation_id="listExits",
    summary="Uitdiensttredingen, het laatst gewijzigd eerst",
    description="Een medewerker leest alleen het eigene.",
    responses={200: ExitsOut},
)
def list_exits(query: ExitsQuery) -> Response:
    visible = select(ExitRow)
    if (own := only_of()) is not None:
        visible = visible.where(ExitRow.employee_id == own)
    asked = visible if query.state is None else visible.where(ExitRow.state == query.state)
    order = (ExitRow.updated_at, ExitRow.id)
    with current.parts().register.read() as connection:
        found = listed(connection, asked, order, query.cut, visible=visible, newest_first=True)
    return paged(ExitsOut(items=[ExitOut.of(row) for row in found.items]), found.after)


@EXITS.get(
    "/exits/<id>",
    operation_id="getExit",
    summary="Eén uitdiensttreding met alles wat erover is gemeld",
    responses={200: ExitDetailOut},
)
def get_exit(path: ExitPath) -> Response:
    with current.parts().register.read() as connection:
        return answer(_detail(connection, path.id))


@EXITS.post(
    "/exits/<id>/endings",
    operation_id="recordEnding",
    summary="Leg vast wie het dienstverband beëindigde, waarom, en of het in de proeftijd was",
    responses={201: ExitDetailOut},
)
def record_ending_of_exit(path: ExitPath, body: EndingIn) -> Response:
    with acting(current.parts(), current.principal()) as act:
        _leaver(act.connection, path.id)
        record_ending(act.connection, path.id, body.content(), act.actor, act.now)
        return answer(_detail(act.connection, path.id), 201)


@EXITS.get(
    "/exits/<id>/repayment-statements",
    operation_id="listRepaymentStatements",
    summary="Alle versies van de berekening",
    description="Een medewerker leest alleen het eigene.",
    responses={200: StatementsOut},
)
def list_statements(path: ExitPath) -> Response:
    with current.parts().register.read() as connection:
        _leaver(connection, path.id)
        made = statements.history(connection, path.id)
        shown = [_shown(connection, row) for row in made]
    return answer(StatementsOut(items=shown))


@EXITS.get(
    "/exits/<id>/repayment-statements/<version>",
    operation_id="getRepaymentStatement",
    summary="Eén versie van de berekening, als gegevens of als leesbaar overzicht",
    description="Een medewerker leest alleen het eigene.",
    responses={200: StatementOut},
)
def get_statement(path: StatementPath) -> Response:
    renderer = wanted_renderer()
    with current.parts().register.read() as connection:
        leaver = _leaver(connection, path.id)
        made = _statement(connection, path)
        if renderer is None:
            return answer(_shown(connection, made))
        document = statement_document(connection, leaver, made, current.language())
    return report_answer(document, renderer)


@EXITS.get(
    "/exits/<id>/repayment-statements/<version>/letter",
    operation_id="getRepaymentLetter",
    summary="De brief aan de medewerker bij deze versie, als PDF/A en PDF/UA",
    description=(
        "Bij een aangekondigd vertrek een vooruitblik; tot HR de vordering heeft bevestigd een "
        "concept."
    ),
    responses={200: _FILE},
)
def get_letter(path: StatementPath) -> Response:
    parts = current.parts()
    with parts.register.read() as connection:
        leaver = _leaver(connection, path.id)
        made = _statement(connection, path)
        letter = repayment_letter(
            connection, leaver, made, current.language(), Sender.of(parts.settings)
        )
    return document_answer(letter.pdf(), PDF, f"terugbetaling-versie-{made.version}.pdf")


@EXITS.post(
    "/exits/<id>/repayment-statements/<version>/overrides",
    operation_id="createRepaymentOverride",
    summary="HR stelt een bedrag lager of nihil, met de grond",
    responses={201: StatementOut},
)
def create_override(path: StatementPath, body: OverrideIn) -> Response:
    parts, caller = current.parts(), current.principal()
    override = overrides.Override(
        body.trajectory_id,
        body.claimable_cents,
        body.ground,
        decided_by=caller.employee_id or caller.name,
    )
    with parts.register.write() as connection:
        _leaver(connection, path.id)
        made = _statement(connection, path)
        try:
            overrides.record(connection, made, override, parts.clock.now())
        except OverrideRefused as refused:
            raise _refusal(refused) from refused
        return answer(_shown(connection, made), 201)


def _detail(connection: Connection, exit_id: str) -> ExitDetailOut:
    leaver = _leaver(connection, exit_id)
    changes = rows_of(
        connection,
        select(ExitChangeRow)
        .where(ExitChangeRow.exit_id == exit_id)
        .order_by(ExitChangeRow.recorded_at, ExitChangeRow.noticed_at, ExitChangeRow.id),
    )
    ahead = look_ahead_of_one(connection, leaver, today(current.parts().clock))
    return ExitDetailOut.with_records(leaver, changes, endings_of(connection, exit_id), ahead)


def _leaver(connection: Connection, exit_id: str) -> ExitRow:
    row = row_or_none(connection, select(ExitRow).where(ExitRow.id == exit_id))
    if row is None:
        raise Problem(Kind.NOT_FOUND)
    refuse_anothers(row.employee_id)
    return row


def _statement(connection: Connection, path: StatementPath) -> RepaymentStatementRow:
    row = statements.version_of(connection, path.id, path.version)
    if row is None:
        raise Problem(Kind.NOT_FOUND)
    return row


def _shown(connection: Connection, row: RepaymentStatementRow) -> StatementOut:
    policy = policy_of(connection, row.policy_digest)
    items = settled_items(connection, row)
    return StatementOut.of(row, items, policy.version, current.language())


def _refusal(refused: OverrideRefused) -> Problem:
    match refused.refusal:
        case Refusal.NO_SUCH_ITEM:
            return invalid(FieldError("/trajectoryId", "unknown_record"))
        case Refusal.MORE_THAN_COMPUTED:
            highest = {"le": euros(refused.highest_cents)}
            return invalid(FieldError("/claimableEur", "less_than_equal", highest))
        case Refusal.WITHOUT_GROUND:
            return invalid(FieldError("/ground", "missing"))
        case Refusal.SUPERSEDED:
            return Problem(Kind.CONFLICT)
