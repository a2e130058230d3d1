"""*Mijn leren*: what an employee reads and does about the own learning (Visie §5; P3–P7)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from adapter.doors.pages.access import person
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.subjects.in_company import sign_ups
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.subjects.requests.acts import acting, looking
from adapter.views.overview.learning import learning_overview
from adapter.views.overview.own_learning import if_leaving_on, own_learning
from adapter.views.overview.report import overview_report
from policy.model import RepaymentItem

MY_LEARNING = Blueprint("my_learning", __name__)


@MY_LEARNING.get("/mijn-leren")
def show() -> Response:
    asked = request.args.get("vertrek", "")
    day, errors = _day(asked)
    with looking(current.parts(), current.principal()) as act:
        learning = own_learning(act, person())
        leaving = () if day is None else if_leaving_on(act, person(), day)
        today = act.today
    return page(
        "my_learning.html.jinja",
        learning=learning,
        today=today,
        asked=asked or today.isoformat(),
        day=day,
        errors=errors,
        leaving=leaving,
        reasons=_reasons,
        done=what_was_done(),
    )


@MY_LEARNING.get("/mijn-leren/leeroverzicht.pdf")
def overview() -> Response:
    language = current.language()
    with looking(current.parts(), current.principal()) as act:
        report = overview_report(learning_overview(act, person()), act.policy, act.now, language)
    return report_answer(report, RENDERERS["pdf"])


@MY_LEARNING.post("/mijn-leren/bijeenkomsten/<session_id>/aanmelden")
def sign_up(session_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        sign_ups.sign_up(act, session_id, person())
    return back_to("my_learning.show", "signed_up")


def _day(asked: str) -> tuple[date | None, dict[str, str]]:
    """The day that was asked for, or what is wrong with it."""
    if not asked:
        return None, {}
    try:
        return date.fromisoformat(asked), {}
    except ValueError:
        return None, {"vertrek": say("form.no_day")}


def _reasons(item: RepaymentItem) -> str:
    return " ".join(reason_sentence(one, current.language()) for one in item.reasons)
