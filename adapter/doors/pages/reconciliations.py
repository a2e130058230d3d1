"""*Aansluiting*: what differs between HRIS, LMS and register, to mend or to leave for now."""

from __future__ import annotations

from flask import Blueprint, Response, request

from adapter.doors.messages.reconciliation import AcknowledgementIn
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import FormField, WrongForm, read_form, refused
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import given
from adapter.ground.clock import today
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.spreadsheets import cells
from adapter.ground.store.portions import LENGTH
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.register.people import names_of
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import WrongFields
from adapter.views.reconcile import acknowledgements, history, most_urgent
from adapter.views.reconcile.asked_runs import ask_run
from adapter.views.reconcile.deciding_again import decided_again, have_decided_again
from adapter.views.reconcile.documents import written
from adapter.views.reconcile.duties import DUTIES
from adapter.views.reconcile.history import RunState
from adapter.views.reconcile.names import addresses_of
from adapter.views.reconcile.sentences import heading, sentence, todo

RECONCILIATIONS = Blueprint("reconciliations", __name__)
_LEAVE = (
    FormField("finding", "/findingKeys", several=True),
    FormField("reason", "/reason"),
    FormField("returns", "/returnsOnDate", cells.day),
)


@RECONCILIATIONS.get("/werkvoorraad/aansluiting")
def runs() -> Response:
    number = portion_number("pagina")
    with looking(current.parts(), current.principal()) as act:
        rows = history.runs(act.connection, LENGTH + 1, (number - 1) * LENGTH)
        last = history.latest_run(act.connection)
        kinds = () if last is None else most_urgent.open_kinds(act.connection, last, act.today, 0)
        again = None if last is None else decided_again(act.connection, last.id)
    return page(
        "reconciliations.html.jinja",
        rows=rows[:LENGTH],
        last=last,
        kinds=kinds,
        duties=DUTIES,
        again=again,
        finished=RunState.FINISHED,
        number=number,
        more=len(rows) > LENGTH,
        done=what_was_done(),
    )


@RECONCILIATIONS.post("/werkvoorraad/aansluiting")
def compare() -> Response:
    parts, asker = current.parts(), current.principal()
    by = asker.employee_id or asker.name
    _, finished = ask_run(parts, today(parts.clock), apply=False, by=by)
    return (
        back_to("reconciliations.runs", "compared")
        if finished
        else back_to("reconciliations.runs", "comparison_asked")
    )


@RECONCILIATIONS.post("/werkvoorraad/aansluiting/<run_id>/opnieuw")
def decide_again(run_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        run = history.run_by_id(act.connection, run_id)
        if run is None or run.state != RunState.FINISHED:
            raise Problem(Kind.NOT_FOUND)
        have_decided_again(act.connection, run_id, act.now)
    return back_to("reconciliations.runs", "decided_again")


@RECONCILIATIONS.get("/werkvoorraad/aansluiting/<run_id>.<form>")
def run(run_id: str, form: str) -> Response:
    if form not in RENDERERS:
        raise Problem(Kind.NOT_FOUND)
    parts, language = current.parts(), current.language()
    with parts.register.read() as connection:
        document = written(connection, run_id, form, language, addresses_of(parts))
    if document is None:
        raise Problem(Kind.NOT_FOUND)
    return given(document)


@RECONCILIATIONS.get("/werkvoorraad/aansluiting/bevindingen/<code>")
def findings(code: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _findings(act, code, {})


@RECONCILIATIONS.post("/werkvoorraad/aansluiting/bevindingen/<code>")
def leave_for_now(code: str) -> Response:
    try:
        with acting(current.parts(), current.principal()) as act:
            message = read_form(_LEAVE, request.form, AcknowledgementIn)
            acknowledgements.acknowledge(act, message.leave())
    except WrongForm as wrong:
        return _once_more(code, wrong.errors)
    except WrongFields as refusal:
        return _once_more(code, refused(_LEAVE, refusal).errors)
    return back_to("reconciliations.findings", "finding_acknowledged", code=code)


def _once_more(code: str, errors: dict[str, str]) -> Response:
    with looking(current.parts(), current.principal()) as act:
        return _findings(act, code, errors)


def _findings(act: Act, code: str, errors: dict[str, str]) -> Response:
    if code not in DUTIES:
        raise Problem(Kind.NOT_FOUND)
    number = portion_number("pagina")
    last = history.latest_run(act.connection)
    rows: list[ReconciliationFindingRow] = []
    left: list[most_urgent.Parked] = []
    if last is not None:
        skipped = (number - 1) * LENGTH
        rows = most_urgent.of_kind(
            act.connection, last, act.today, code, limit=LENGTH + 1, offset=skipped
        )
        left = most_urgent.left_for_now(act.connection, last, act.today, code)
    people = [row.employee_id for row in (*rows, *(row for row, _ in left)) if row.employee_id]
    language = current.language()
    return page(
        "findings.html.jinja",
        422 if errors else 200,
        code=code,
        title=heading(code, language),
        duty=DUTIES[code],
        todo=todo(code, language),
        rows=[(row, sentence(row, language)) for row in rows[:LENGTH]],
        left=[(row, sentence(row, language), why) for row, why in left],
        names=names_of(act.connection, people),
        number=number,
        more=len(rows) > LENGTH,
        ticked=request.form.getlist("finding"),
        values=request.form,
        labels={"finding": say("reconciliation.findings")},
        errors=errors,
        done=what_was_done(),
    )
