"""*Stilgezet*: who is kept out, and HR setting a hold aside for a time (AVG article 22(3), P3)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.messages.holds import SetAsideIn
from adapter.doors.pages.act_forms import ActField, ActForm, Look, carry_out
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.ground.store.portions import LENGTH
from adapter.register.decision_log import findings_of
from adapter.register.holds import OPEN
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.subjects.enrolments import setting_aside
from adapter.subjects.requests.acts import Act, looking

HOLDS = Blueprint("holds", __name__)
_FORM = ActForm(
    "set_aside",
    SetAsideIn,
    (
        ActField("ground", "/ground", Look.TEXT),
        ActField("last_on", "/lastDate", Look.DAY),
    ),
)


@HOLDS.get("/stilgezet")
def show_all() -> Response:
    after = request.args.get("na") or None
    with looking(current.parts(), current.principal()) as act:
        rows = setting_aside.list_holds(act, states=tuple(OPEN), after=after, limit=LENGTH + 1)
        names = names_of(act.connection, [row.employee_id for row in rows])
    return page(
        "holds.html.jinja",
        rows=rows[:LENGTH],
        names=names,
        following=rows[LENGTH - 1].id if len(rows) > LENGTH else None,
    )


@HOLDS.get("/stilgezet/<hold_id>")
def show(hold_id: str) -> Response:
    return _page(hold_id, _FORM)


@HOLDS.post("/stilgezet/<hold_id>")
def set_aside(hold_id: str) -> Response:
    def run(act: Act, message: SetAsideIn, _version: int) -> None:
        setting_aside.set_aside(act, hold_id, message.content())

    wrong = carry_out(_FORM, run)
    if wrong is not None:
        return _page(hold_id, wrong)
    return back_to("holds.show", "set_aside", hold_id=hold_id)


def _page(hold_id: str, form: ActForm) -> Response:
    with looking(current.parts(), current.principal()) as act:
        hold = setting_aside.one_hold(act, hold_id)
        about(hold.employee_id)
        asides = setting_aside.set_asides_of(act, hold)
        names = names_of(act.connection, [hold.employee_id])
    return page(
        "hold.html.jinja",
        422 if form.errors else 200,
        hold=hold,
        name=names.get(hold.employee_id, hold.employee_id),
        findings=findings_of(hold.findings),
        asides=asides,
        by_hr=current.principal().role is Role.HR,
        form=form,
        done=what_was_done(),
    )
