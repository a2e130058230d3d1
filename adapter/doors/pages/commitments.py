"""*Toezeggingen*: promised before the policy; HR proposes, the management team decides (P9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response

from adapter.doors.imports.request_columns import answers
from adapter.doors.messages.existing_commitments import CommitmentDecisionIn, CommitmentProposalIn
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
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.ground.store.tables.procedure import CommitmentRow
from adapter.ground.store.tables.rulings import CommitmentDecisionRow, CommitmentProposalRow
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.subjects.requests.acts import Act, looking
from adapter.subjects.requests.commitment_decisions import (
    CommitmentOutcome,
    commitment_decision_of,
    commitment_proposals_of,
    decide_commitment,
    propose_for_commitment,
    undecided_commitments,
)
from adapter.subjects.requests.commitments import one_commitment
from policy.model import Ground, MandatoryByLaw

COMMITMENTS = Blueprint("commitments", __name__)


@dataclass(frozen=True, slots=True)
class OpenCommitment:
    row: CommitmentRow
    name: str
    proposals: list[CommitmentProposalRow]
    decision: CommitmentDecisionRow | None


@COMMITMENTS.get("/toezeggingen")
def show_all() -> Response:
    number = portion_number("pagina")
    with looking(current.parts(), current.principal()) as act:
        found = undecided_commitments(act, number)
        names = names_of(act.connection, [row.employee_id for row in found.items])
    return page(
        "commitments.html.jinja",
        rows=found.items,
        names=names,
        number=number,
        more=found.more,
        by_sheet=current.principal().role is Role.HR,
        done=what_was_done(),
    )


@COMMITMENTS.get("/toezeggingen/<commitment_id>")
def show(commitment_id: str) -> Response:
    return _page(commitment_id, None)


@COMMITMENTS.post("/toezeggingen/<commitment_id>/voorstellen")
def propose(commitment_id: str) -> Response:
    def run(act: Act, message: CommitmentProposalIn, _version: int) -> None:
        propose_for_commitment(act, commitment_id, message.outcome, message.reason)

    return _carried(commitment_id, "propose_for_commitment", run)


@COMMITMENTS.post("/toezeggingen/<commitment_id>/besluiten")
def decide(commitment_id: str) -> Response:
    def run(act: Act, message: CommitmentDecisionIn, _version: int) -> None:
        decide_commitment(act, commitment_id, message.decision())

    return _carried(commitment_id, "decide_commitment", run)


def _carried(commitment_id: str, name: str, run: Run) -> Response:
    with looking(current.parts(), current.principal()) as act:
        _open(act, commitment_id)
    wrong = carry_out(form_named(_forms_of_role(), name), run)
    if wrong is not None:
        return _page(commitment_id, wrong)
    return back_to("commitments.show", "commitment_changed", commitment_id=commitment_id)


def _open(act: Act, commitment_id: str) -> OpenCommitment:
    row = one_commitment(act, commitment_id)
    about(row.employee_id)
    return OpenCommitment(
        row=row,
        name=names_of(act.connection, [row.employee_id]).get(row.employee_id, row.employee_id),
        proposals=commitment_proposals_of(act, commitment_id),
        decision=commitment_decision_of(act, commitment_id),
    )


def _page(commitment_id: str, wrong: ActForm | None) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, commitment_id)
        today = act.today.isoformat()
    # What was typed after somebody else decided stands there once more, with what is wrong.
    open_forms = _forms_of_role() if found.decision is None or wrong else ()
    begun = (one.starting_with(decided_on=today) for one in open_forms)
    actions = {
        "propose_for_commitment": "commitments.propose",
        "decide_commitment": "commitments.decide",
    }
    return page(
        "commitment.html.jinja",
        200 if wrong is None else 422,
        found=found,
        forms=with_errors(begun, wrong),
        actions=actions,
        done=what_was_done(),
    )


def _forms_of_role() -> Iterator[ActForm]:
    """What the role that looks can do with a commitment that is not decided."""
    outcome = ActField(
        "commitment_outcome", "/outcome", Look.CHOICE, tuple(CommitmentOutcome), "pages.promise"
    )
    if current.principal().role is Role.HR:
        fields = (outcome, ActField("reason", "/reason", Look.TEXT))
        yield ActForm("propose_for_commitment", CommitmentProposalIn, fields)
        return
    yield ActForm(
        "decide_commitment",
        CommitmentDecisionIn,
        (
            outcome,
            ActField("decided_on", "/decidedDate", Look.DAY),
            ActField("reason", "/reason", Look.TEXT, required=False),
            ActField("costs_of_grant", "/grant/costsEur", Look.NUMBER, required=False),
            ActField("hours_of_grant", "/grant/hours", Look.NUMBER, required=False),
            ActField(
                "ground_of_grant",
                "/grant/ground",
                Look.CHOICE,
                tuple(Ground),
                "imports.ground",
                required=False,
            ),
            ActField(
                "mandatory_of_grant",
                "/grant/mandatoryByLaw",
                Look.CHOICE,
                tuple(MandatoryByLaw),
                "imports.mandatory",
                required=False,
            ),
            ActField(
                "scheme_of_grant",
                "/grant/repaymentScheme",
                Look.CHOICE,
                ("yes", "no"),
                "imports.answer",
                read=answers(),
                required=False,
            ),
        ),
    )
