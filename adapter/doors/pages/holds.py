"""*Stilgezet*: who is kept out, and HR setting a hold aside for a time (AVG article 22(3), P3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from adapter.doors.messages.holds import SetAsideIn
from adapter.doors.pages.act_forms import (
    ActField,
    ActForm,
    Look,
    carry_out,
    form_named,
    with_errors,
)
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.ground.store.portions import LENGTH
from adapter.ground.store.tables.decisions import HoldSetAsideRow
from adapter.register.decision_log import findings_of
from adapter.register.holds import OPEN
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.subjects.enrolments import setting_aside
from adapter.subjects.enrolments.set_asides import set_aside_on, standing_set_asides
from adapter.subjects.enrolments.setting_aside import HoldOfCourse
from adapter.subjects.requests.acts import Act, looking

HOLDS = Blueprint("holds", __name__)


@HOLDS.get("/stilgezet")
def show_all() -> Response:
    """Also of whom HR lets in: that can be withdrawn."""
    after = request.args.get("na") or None
    with looking(current.parts(), current.principal()) as act:
        rows = setting_aside.list_holds(
            act, states=tuple(OPEN), with_set_aside=True, after=after, limit=LENGTH + 1
        )
        people = [row.employee_id for row in rows]
        names = names_of(act.connection, people)
        standing = standing_set_asides(act.connection, people)
        let_in = {
            one: aside.last_on
            for one, aside in standing.items()
            if aside.last_on is not None and aside.last_on >= act.today
        }
    return page(
        "holds.html.jinja",
        rows=rows[:LENGTH],
        names=names,
        let_in=let_in,
        following=rows[LENGTH - 1].id if len(rows) > LENGTH else None,
    )


@HOLDS.get("/stilgezet/<hold_id>")
def show(hold_id: str) -> Response:
    return _page(hold_id, None)


@HOLDS.post("/stilgezet/<hold_id>/<act_name>")
def carry(hold_id: str, act_name: str) -> Response:
    def run(act: Act, message: SetAsideIn, version: int) -> None:
        setting_aside.set_aside(act, hold_id, message.content(), version)

    with looking(current.parts(), current.principal()) as act:
        form = form_named(_forms(_open(act, hold_id)), act_name)
    wrong = carry_out(form, run)
    if wrong is not None:
        return _page(hold_id, wrong)
    if form.name == "withdraw_set_aside":
        return back_to("holds.show", "withdraw_set_aside", hold_id=hold_id)
    return back_to("holds.show", "set_aside", hold_id=hold_id)


@dataclass(frozen=True, slots=True)
class OpenHold:
    """All that a page shows of one; `let_in_until` is None while the rules apply."""

    row: HoldOfCourse
    name: str
    asides: list[HoldSetAsideRow]
    let_in_until: date | None


def _open(act: Act, hold_id: str) -> OpenHold:
    hold = setting_aside.one_hold(act, hold_id)
    about(hold.employee_id)
    in_force = set_aside_on(act.connection, hold.employee_id, hold.idnumber, act.today)
    names = names_of(act.connection, [hold.employee_id])
    return OpenHold(
        row=hold,
        name=names.get(hold.employee_id, hold.employee_id),
        asides=setting_aside.set_asides_of(act, hold),
        let_in_until=None if in_force is None else in_force.last_on,
    )


def _page(hold_id: str, wrong: ActForm | None) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, hold_id)
    return page(
        "hold.html.jinja",
        200 if wrong is None else 422,
        found=found,
        hold=found.row,
        name=found.name,
        findings=findings_of(found.row.findings),
        by_hr=current.principal().role is Role.HR,
        forms=with_errors(_forms(found), wrong),
        done=what_was_done(),
    )


def _forms(found: OpenHold) -> Iterator[ActForm]:
    version = found.asides[-1].number if found.asides else 0
    ground = ActField("ground", "/ground", Look.TEXT)
    last_on = ActField("last_on", "/lastDate", Look.DAY)
    yield ActForm("set_aside", SetAsideIn, (ground, last_on), version)
    if found.let_in_until is not None:
        nobody = {"lastDate": None}
        yield ActForm("withdraw_set_aside", SetAsideIn, (ground,), version, given=nobody)
