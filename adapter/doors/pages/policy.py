"""*Beleid*: the management team adopts the policy, sets budgets and departs from the hours norm
(Visie §4, §8, §10; P1, P4, P8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response

from adapter.doors.messages.norm_exemptions import NormExemptionIn
from adapter.doors.messages.policy_adoptions import PolicyAdoptionIn
from adapter.doors.messages.weighings import BudgetIn
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
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.spreadsheets import cells
from adapter.register.adoption import adoptions
from adapter.register.people import names_of
from adapter.subjects.requests import exemptions
from adapter.subjects.requests.acts import Act, looking
from adapter.subjects.requests.adopting import adopt
from adapter.subjects.tranches.budgets import list_budgets, set_budget
from policy.trajectories import NECESSARY

POLICY = Blueprint("policy", __name__)


@POLICY.get("/beleid")
def show() -> Response:
    return _page(None)


@POLICY.post("/beleid/<act_name>")
def carry(act_name: str) -> Response:
    if act_name not in _RUNS:
        raise Problem(Kind.NOT_FOUND)
    wrong = carry_out(form_named(_forms(), act_name), _RUNS[act_name])
    return back_to("policy.show", "policy_changed") if wrong is None else _page(wrong)


def _page(wrong: ActForm | None) -> Response:
    number = portion_number("extra-uren")
    with looking(current.parts(), current.principal()) as act:
        recorded, budgets = adoptions(act.connection), list_budgets(act)
        exempted = exemptions.newest_exemptions(act, number)
        names = names_of(act.connection, [row.employee_id for row in exempted.items])
    newest = {(row.year, row.tranche): row for row in budgets}
    return page(
        "policy.html.jinja",
        200 if wrong is None else 422,
        adoptions=recorded,
        budgets=sorted(newest.values(), key=lambda row: (-row.year, row.tranche or "")),
        exemptions=exempted,
        names=names,
        forms=with_errors(_forms(), wrong),
        done=what_was_done(),
    )


def _forms() -> Iterator[ActForm]:
    yield ActForm(
        "set_budget",
        BudgetIn,
        (
            ActField("year", "/year", read=cells.whole),
            ActField("tranche", "/tranche", required=False),
            ActField("amount", "/amountEur", Look.NUMBER),
            ActField("reason", "/reason", Look.TEXT, required=False),
        ),
    )
    yield ActForm(
        "exempt",
        NormExemptionIn,
        (
            ActField("employee", "/employeeId", Look.PERSON),
            ActField("year", "/year", read=cells.whole),
            ActField("extra_hours", "/extraHours", Look.NUMBER),
            ActField("training", "/training"),
            ActField("training_id", "/trainingId"),
            ActField("training_start", "/trainingStartDate", Look.DAY),
            ActField(
                "exemption_ground", "/ground", Look.CHOICE, tuple(NECESSARY), "imports.ground"
            ),
            ActField("evidence", "/evidence", Look.TEXT),
            ActField("decided_on", "/decidedDate", Look.DAY),
        ),
    )
    yield ActForm(
        "adopt",
        PolicyAdoptionIn,
        (
            ActField("adopted_on", "/adoptedDate", Look.DAY),
            ActField("effective_on", "/effectiveDate", Look.DAY, required=False),
            ActField("document", "/document", required=False),
            ActField("works_council_on", "/worksCouncilDate", Look.DAY, required=False),
            ActField("dpia_on", "/dpiaDate", Look.DAY, required=False),
        ),
    )


def _set_budget(act: Act, message: BudgetIn, _version: int) -> None:
    set_budget(act, message.year, message.tranche, message.amount_cents, message.reason)


def _exempt(act: Act, message: NormExemptionIn, _version: int) -> None:
    exemptions.exempt(act, message.content())


def _adopt(act: Act, message: PolicyAdoptionIn, _version: int) -> None:
    adopt(act, message.content())


_RUNS: Mapping[str, Run] = {"set_budget": _set_budget, "exempt": _exempt, "adopt": _adopt}
