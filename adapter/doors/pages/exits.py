"""*Uitdienst*: an exit from its statement to a settled claim, with each step of HR (Visie §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response
from sqlalchemy import select

from adapter.doors.messages.claims import (
    ConfirmationIn,
    GroundIn,
    HandOverIn,
    PayrollCorrectionIn,
    SettlementIn,
)
from adapter.doors.messages.exits import EndingIn, OverrideIn
from adapter.doors.messages.media_types import PDF
from adapter.doors.pages.act_forms import (
    ActField,
    ActForm,
    Look,
    Run,
    carry_out,
    form_named,
    with_errors,
)
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import as_typed
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import document_answer, report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.spreadsheets import cells
from adapter.ground.store.portions import LENGTH
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.claims import ExitEndingRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.register.learning_reader import newest_records
from adapter.register.people import names_of
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.leaving import overrides, statements
from adapter.subjects.leaving.claims import acts
from adapter.subjects.leaving.claims.acts import Pay
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.claims.position import ClaimPosition, position_of
from adapter.subjects.leaving.endings import EndedBy, endings_of, record_ending
from adapter.subjects.leaving.overrides import OverrideRefused
from adapter.subjects.leaving.particulars import particulars_of
from adapter.subjects.leaving.sentences import item_sentences
from adapter.subjects.leaving.settled_items import SettledItem, settled_items
from adapter.subjects.requests.acts import Act, looking
from adapter.subjects.requests.refusals import OtherVersion, WrongField, WrongFields
from adapter.views.documents.letter import Sender, repayment_letter
from adapter.views.repayment.overview import statement_document
from policy.claim_states import NEXT, ClaimState, ClaimStep
from policy.money import euros

EXITS = Blueprint("exits", __name__)


@dataclass(frozen=True, slots=True)
class OpenExit:
    """All that a page shows of one exit; `position` is None while nothing was claimed."""

    row: ExitRow
    name: str
    statements: tuple[RepaymentStatementRow, ...]
    items: tuple[SettledItem, ...]
    endings: list[ExitEndingRow]
    position: ClaimPosition | None
    titles: dict[str, str]
    recorded: dict[str, TrajectoryRecordRow]

    def title(self, trajectory_id: str) -> str:
        return self.titles.get(trajectory_id, trajectory_id)

    def actual_cents(self, trajectory_id: str) -> int | None:
        """What is recorded now; the statement may be of before that."""
        row = self.recorded.get(trajectory_id)
        return None if row is None else row.actual_costs_cents


@EXITS.get("/uitdienst")
def show_all() -> Response:
    number = portion_number("pagina")
    query = select(ExitRow).order_by(ExitRow.updated_at.desc(), ExitRow.id)
    with looking(current.parts(), current.principal()) as act:
        rows = rows_of(act.connection, query.limit(LENGTH + 1).offset((number - 1) * LENGTH))
        names = names_of(act.connection, [row.employee_id for row in rows])
    return page(
        "exits.html.jinja",
        rows=rows[:LENGTH],
        names=names,
        number=number,
        more=len(rows) > LENGTH,
    )


@EXITS.get("/uitdienst/<exit_id>")
def show(exit_id: str) -> Response:
    return _page(exit_id, None)


@EXITS.post("/uitdienst/<exit_id>/<act_name>")
def carry(exit_id: str, act_name: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open_exit(act, exit_id)
    form = form_named(_forms(found), act_name)
    wrong = carry_out(form, _runs(found)[act_name])
    if wrong is not None:
        return _page(exit_id, wrong)
    return back_to("exits.show", "exit_changed", exit_id=exit_id)


@EXITS.get("/uitdienst/<exit_id>/opgave-<int:version>.<form>")
def statement(exit_id: str, version: int, form: str) -> Response:
    renderer = RENDERERS.get(form)
    with looking(current.parts(), current.principal()) as act:
        leaver, made = _statement(act, exit_id, version)
        if renderer is None:
            raise Problem(Kind.NOT_FOUND)
        document = statement_document(act.connection, leaver, made, current.language())
    return report_answer(document, renderer)


@EXITS.get("/uitdienst/<exit_id>/brief-<int:version>.pdf")
def letter(exit_id: str, version: int) -> Response:
    parts = current.parts()
    with looking(parts, current.principal()) as act:
        leaver, made = _statement(act, exit_id, version)
        sender = Sender.of(parts.settings)
        written = repayment_letter(act.connection, leaver, made, current.language(), sender).pdf()
    return document_answer(written, PDF, f"terugbetaling-versie-{version}.pdf")


def _statement(act: Act, exit_id: str, version: int) -> tuple[ExitRow, RepaymentStatementRow]:
    found = statements.version_of_exit(act.connection, exit_id, version)
    if found is None:
        raise Problem(Kind.NOT_FOUND)
    about(found[0].employee_id)
    return found


def _open_exit(act: Act, exit_id: str) -> OpenExit:
    connection = act.connection
    row = row_or_none(connection, select(ExitRow).where(ExitRow.id == exit_id))
    if row is None:
        raise Problem(Kind.NOT_FOUND)
    about(row.employee_id)
    made = statements.history(connection, exit_id)
    claim = claim_of_exit(connection, exit_id)
    return OpenExit(
        row=row,
        name=names_of(connection, [row.employee_id]).get(row.employee_id, row.employee_id),
        statements=made,
        items=settled_items(connection, made[-1]) if made else (),
        endings=endings_of(connection, exit_id),
        position=None if claim is None else position_of(connection, claim),
        titles=trajectory_titles(connection) | _told_titles(made),
        recorded=dict(newest_records(connection, row.employee_id)),
    )


def _told_titles(made: Sequence[RepaymentStatementRow]) -> dict[str, str]:
    """As the newest version calls them, commitments of before the policy too."""
    told = particulars_of(made[-1]) if made else {}
    return {trajectory_id: one.title for trajectory_id, one in told.items()}


def _page(exit_id: str, wrong: ActForm | None) -> Response:
    language = current.language()
    with looking(current.parts(), current.principal()) as act:
        found = _open_exit(act, exit_id)
    forms = with_errors(_forms(found), wrong)
    return page(
        "exit.html.jinja",
        200 if wrong is None else 422,
        found=found,
        forms=forms,
        reasons=lambda item: " ".join(item_sentences(item, language)),
        done=what_was_done(),
    )


_STEPS: tuple[tuple[ClaimStep, str], ...] = (
    (ClaimStep.CONFIRM, "confirm"),
    (ClaimStep.WAIVE, "waive"),
    (ClaimStep.REOPEN, "reopen"),
    (ClaimStep.HAND_OVER, "hand_over"),
    (ClaimStep.SETTLE, "settle"),
)


def _forms(found: OpenExit) -> Iterator[ActForm]:
    """What HR can do with it now."""
    yield ActForm(
        "ending",
        EndingIn,
        (
            ActField("ended_by", "/endedBy", Look.CHOICE, tuple(EndedBy), "exits.ended_by"),
            ActField("ending_reason", "/reason", Look.TEXT),
            ActField("in_probation", "/inProbation", Look.TICK),
        ),
    )
    if found.items:
        yield ActForm(
            "override",
            OverrideIn,
            (
                _trajectory(found),
                ActField("claimable", "/claimableEur", Look.NUMBER),
                ActField("ground", "/ground", Look.TEXT),
            ),
            found.statements[-1].version,
        )
    if found.position is None:
        return
    state = found.position.claim.state
    for step, name in _STEPS:
        if step in NEXT[state]:
            yield _claim_form(name, found.position)
    if found.position.in_payroll_cents > 0 and state is not ClaimState.HANDED_TO_PAYROLL:
        yield _claim_form("correct_payroll", found.position)


def _trajectory(found: OpenExit) -> ActField:
    ids = [item.computed.trajectory_id for item in found.items]
    titles = tuple((one, found.title(one)) for one in ids)
    reviewed = () if found.position is None else found.position.to_review
    value = reviewed[0] if reviewed else ids[0]
    return ActField("trajectory", "/trajectoryId", Look.CHOICE, titles=titles, value=value)


def _claim_form(name: str, position: ClaimPosition) -> ActForm:
    amount = ActField(
        "amount", "/amountEur", Look.NUMBER, value=as_typed(euros(position.claimable_cents))
    )
    remark = ActField("remark", "/remark", Look.TEXT, required=False)
    ground = ActField("ground", "/ground", Look.TEXT)
    version = position.claim.version
    match name:
        case "confirm":
            fields = (
                amount,
                ActField("pay", "/pay", Look.CHOICE, tuple(Pay), "pages.pay"),
                ActField("set_off", "/setOff", Look.TICK),
                ActField("pay_year", "/payPeriod/year", read=cells.whole, required=False),
                ActField("pay_period", "/payPeriod/period", read=cells.whole, required=False),
                ActField("reason", "/reason", Look.TEXT, required=False),
            )
            return ActForm(name, ConfirmationIn, fields, version)
        case "waive" | "reopen":
            return ActForm(name, GroundIn, (ground,), version)
        case "hand_over":
            return ActForm(name, HandOverIn, (remark,), version)
        case "settle":
            return ActForm(name, SettlementIn, (amount, remark), version)
    return ActForm(name, PayrollCorrectionIn, (amount, remark), version)


def _runs(found: OpenExit) -> dict[str, Run]:
    """What each form does: the same functions as the routes of the API."""
    exit_id = found.row.id
    claim_id = "" if found.position is None else found.position.claim.id
    payroll = current.parts().payroll

    def with_ground(run: Callable[[Act, str, int, str], None]) -> Run:
        return lambda act, message, version: run(act, claim_id, version, message.ground)

    return {
        "ending": lambda act, message, _: record_ending(
            act.connection, exit_id, message.content(), act.actor, act.now
        ),
        "override": lambda act, message, version: _override(act, found, message, version),
        "confirm": lambda act, message, version: acts.confirm(
            act, claim_id, version, message.content(), payroll
        ),
        "waive": with_ground(acts.waive),
        "reopen": with_ground(acts.reopen),
        "hand_over": lambda act, message, version: acts.hand_over_by_hand(
            act, claim_id, version, message.remark
        ),
        "settle": lambda act, message, version: acts.settle(
            act, claim_id, version, message.amount_cents, message.remark
        ),
        "correct_payroll": lambda act, message, version: acts.correct_payroll(
            act, claim_id, version, message.amount_cents, message.remark
        ),
    }


def _override(act: Act, found: OpenExit, message: OverrideIn, version: int) -> None:
    """On the statement that was read: another one may compute something else."""
    if found.statements[-1].version != version:
        raise OtherVersion
    override = overrides.Override(
        message.trajectory_id, message.claimable_cents, message.ground, decided_by=act.actor
    )
    try:
        overrides.record(act.connection, found.statements[-1], override, act.now)
    except OverrideRefused as refusal:
        raise _as_refusal(refusal) from refusal


def _as_refusal(refusal: OverrideRefused) -> WrongFields | OtherVersion:
    match refusal.refusal:
        case overrides.Refusal.NO_SUCH_ITEM:
            return WrongFields([WrongField("/trajectoryId", "unknown_record")])
        case overrides.Refusal.MORE_THAN_COMPUTED:
            highest = {"le": euros(refusal.highest_cents)}
            return WrongFields([WrongField("/claimableEur", "less_than_equal", highest)])
        case overrides.Refusal.WITHOUT_GROUND:
            return WrongFields([WrongField("/ground", "missing")])
    return OtherVersion()
