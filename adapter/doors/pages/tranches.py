"""*Tranche*: HR weighs and proposes for all requests in one table, with the cut line (Visie §4)."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, request

from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.shown import page
from adapter.doors.pages.weighing_table import (
    NOTHING_SAVED,
    SCORES,
    GoneRow,
    Saved,
    save,
    table_rows,
    where_to_go_on,
)
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.report_answers import given
from adapter.doors.web.tranche_calendar import tranche_by_name, tranches_up_to_the_next
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.subjects.requests.acts import looking
from adapter.subjects.requests.refusals import UnknownEntry
from adapter.subjects.requests.requests import visible_request
from adapter.views.dossier.documents import dossier_document
from adapter.views.dossier.dossier import Dossier, make_dossier
from policy.request_states import RequestOutcome
from policy.tranches import Tranche

TRANCHES = Blueprint("tranches", __name__)


@TRANCHES.get("/tranches")
def show_all() -> Response:
    tranches = reversed(tranches_up_to_the_next())
    return page("tranches.html.jinja", tranches=list(tranches))


@TRANCHES.get("/tranches/<name>")
def show(name: str) -> Response:
    tranche = tranche_by_name(name)
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche)
    return _table(tranche, dossier, NOTHING_SAVED)


@TRANCHES.post("/tranches/<name>")
def weigh(name: str) -> Response:
    tranche = tranche_by_name(name)
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche)
    saved = save(dossier, request.form)
    if not saved.not_kept and not saved.kept:
        return back_to("tranches.show", "nothing_changed", name=name)
    if not saved.not_kept:
        return back_to("tranches.show", "weighed", name=name)
    with looking(current.parts(), current.principal()) as act:
        dossier = make_dossier(act, tranche)
    return _table(tranche, dossier, saved)


@TRANCHES.get("/tranches/<name>/dossier.<form>")
def dossier(name: str, form: str) -> Response:
    tranche = tranche_by_name(name)
    if form not in RENDERERS:
        raise Problem(Kind.NOT_FOUND)
    with looking(current.parts(), current.principal()) as act:
        document = dossier_document(act, tranche, form, current.language())
    return given(document)


def _table(tranche: Tranche, dossier: Dossier, saved: Saved) -> Response:
    parameters = current.parts().policy.on(tranche.decision_from)
    rows, done = table_rows(dossier, saved), what_was_done()
    return page(
        "tranche.html.jinja",
        422 if saved.not_kept else 200,
        tranche=tranche,
        dossier=dossier,
        rows=rows,
        go_on=where_to_go_on(rows) if done or saved.not_kept else None,
        saved=saved,
        gone=_with_titles(saved),
        scores=SCORES,
        highest=parameters.weighing_highest_score,
        weights=parameters.weighing_weights,
        outcomes=tuple(RequestOutcome),
        done=done,
    )


def _with_titles(saved: Saved) -> list[tuple[TrainingRequestRow, GoneRow]]:
    """What was typed of requests that left the tranche; of those that the register knows."""
    found = []
    with looking(current.parts(), current.principal()) as act:
        for one in saved.gone:
            with suppress(UnknownEntry):
                found.append((visible_request(act, one.request_id).row, one))
    return found
