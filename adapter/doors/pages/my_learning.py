"""*Mijn leren*: what an employee reads and does about the own learning (Visie §5; P3–P7)."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from adapter.doors.pages.access import person
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.if_leaving import if_leaving
from adapter.doors.pages.published import asked_for
from adapter.doors.pages.reading import version_read
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import report_answer
from adapter.ground.rendering.renderers import RENDERERS
from adapter.register.audit_log import note_act
from adapter.subjects.in_company import sign_ups
from adapter.subjects.leaving.statements import version_of_exit
from adapter.subjects.requests.acts import acting, looking
from adapter.views.overview.own_learning import own_learning
from adapter.views.privacy.person_records import own_records
from adapter.views.quality_criteria.answers import own_quality_criteria
from adapter.views.repayment.overview import statement_document
from adapter.views.reports.learning_overview import REPORT, EmployeePath
from policy.sign_ups import SignUpStep

MY_LEARNING = Blueprint("my_learning", __name__)


@MY_LEARNING.get("/mijn-leren")
def show() -> Response:
    with looking(current.parts(), current.principal()) as act:
        learning = own_learning(act, person())
        leaving = if_leaving(act, person())
        required = own_quality_criteria(act, person())
        today = act.today
    return page(
        "my_learning.html.jinja",
        learning=learning,
        required=required,
        today=today,
        leaving=leaving,
        done=what_was_done(),
    )


@MY_LEARNING.get("/mijn-leren/leeroverzicht.<form>")
def overview(form: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        report = asked_for(act, REPORT, EmployeePath(id=person()), form)
    return report_answer(report, RENDERERS[form])


@MY_LEARNING.get("/mijn-leren/opgaven/<exit_id>/<int:version>.<form>")
def statement(exit_id: str, version: int, form: str) -> Response:
    """What HR computed of the employee's own exit."""
    renderer = RENDERERS.get(form)
    with looking(current.parts(), current.principal()) as act:
        found = version_of_exit(act.connection, exit_id, version)
        if found is None or found[0].employee_id != person() or renderer is None:
            raise Problem(Kind.NOT_FOUND)
        document = statement_document(act.connection, *found, current.language())
    return report_answer(document, renderer)


@MY_LEARNING.get("/mijn-leren/mijn-gegevens.json")
def records() -> Response:
    """All that is kept about who asks (AVG article 15); asking is in the audit trail."""
    with acting(current.parts(), current.principal()) as act:
        note_act(
            act.connection,
            act.now,
            actor=act.actor,
            action="export-own-records",
            record=person(),
            result="given",
        )
        kept = own_records(act.connection, person())
    body = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": 'attachment; filename="mijn-gegevens.json"'}
    return Response(body, mimetype="application/json", headers=headers)


@MY_LEARNING.post("/mijn-leren/bijeenkomsten/<session_id>/aanmelden")
def sign_up(session_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        sign_ups.sign_up(act, session_id, person())
    return back_to("my_learning.show", "signed_up")


@MY_LEARNING.post("/mijn-leren/bijeenkomsten/<session_id>/aanmeldingen/<sign_up_id>/annuleren")
def cancel(session_id: str, sign_up_id: str) -> Response:
    with acting(current.parts(), current.principal()) as act:
        sign_ups.take_step(act, session_id, sign_up_id, version_read(), SignUpStep.CANCEL)
    return back_to("my_learning.show", "sign_up_cancelled")
