"""*Toezicht*: what an auditor verifies (Visie §9; P9, P10)."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from adapter.doors.pages.access import may_open
from adapter.doors.pages.codes import in_words, known_actions
from adapter.doors.pages.facts import facts_of
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.ground.store import chain
from adapter.register import decision_log
from adapter.register.audit_log import note_act
from adapter.register.decision_log import Recomputation
from adapter.views.findings import sentence
from adapter.views.oversight.audit_trail import audit_trail
from adapter.views.oversight.decisions import listed_decisions, one_decision
from adapter.views.service.job_states import job_states
from config.catalogue import text

OVERSIGHT = Blueprint("oversight", __name__)
_WAYS = (
    ("/toezicht/besluiten", "pages.oversight.decisions", "pages.oversight.decisions_what"),
    ("/toezicht/auditspoor", "pages.oversight.trail", "pages.oversight.trail_what"),
    ("/toezicht/logboeken", "pages.oversight.logs", "pages.oversight.logs_what"),
    ("/toezicht/archief", "pages.oversight.archive", "pages.oversight.archive_what"),
    ("/toezicht/rollen", "pages.oversight.roles", "pages.oversight.roles_what"),
    ("/toezicht/dienst", "pages.oversight.service", "pages.oversight.service_what"),
    ("/toezicht/niet-verwerkt", "pages.oversight.letters", "pages.oversight.letters_what"),
    ("/toezicht/aangemeld", "pages.oversight.sessions", "pages.oversight.sessions_what"),
    ("/toezicht/sleutels", "pages.oversight.keys", "pages.oversight.keys_what"),
)
_VERIFIED_NIGHTLY_BY = "verify_logs"


@OVERSIGHT.get("/toezicht")
def show() -> Response:
    """Only the ways that are open to who looks."""
    language = current.language()
    ways = [
        {"path": path, "title": text(title, language), "what": text(what, language)}
        for path, title, what in _WAYS
        if may_open(f"GET {path}")
    ]
    return page("oversight.html.jinja", ways=ways)


@OVERSIGHT.get("/toezicht/besluiten")
def decisions() -> Response:
    course = request.args.get("cursus", "").strip()
    with current.parts().register.read() as connection:
        listed = listed_decisions(connection, course, request.args.get("na", ""))
    return page(
        "oversight_decisions.html.jinja",
        in_words=in_words,
        listed=listed,
        course=course,
        on_from="na" in request.args,
    )


@OVERSIGHT.get("/toezicht/besluiten/<decision_id>")
def decision(decision_id: str) -> Response:
    with current.parts().register.write() as connection:
        return _decision(connection, decision_id, "view-decision", None)


@OVERSIGHT.post("/toezicht/besluiten/<decision_id>/narekenen")
def recompute(decision_id: str) -> Response:
    with current.parts().register.write() as connection:
        again = decision_log.recompute(connection, decision_id)
        return _decision(connection, decision_id, "recompute-decision", again)


@OVERSIGHT.get("/toezicht/auditspoor")
def trail() -> Response:
    action = request.args.get("handeling", "").strip()
    actions = known_actions()
    if action and action not in dict(actions):
        actions.append((action, action))
    with current.parts().register.read() as connection:
        lines = audit_trail(connection, action, request.args.get("na", ""))
    return page(
        "oversight_trail.html.jinja",
        in_words=in_words,
        lines=lines,
        actions=actions,
        action=action,
        on_from="na" in request.args,
    )


@OVERSIGHT.get("/toezicht/logboeken")
def logs() -> Response:
    return _logs(None)


@OVERSIGHT.post("/toezicht/logboeken")
def verify() -> Response:
    """It reads every line of the logs, so only when somebody asks."""
    with current.parts().register.read() as connection:
        return _logs(chain.verify(connection))


def _decision(
    connection: Connection, decision_id: str, action: str, again: Recomputation | None
) -> Response:
    """Whoever reads the personal facts of a decision is noted (P10)."""
    found = one_decision(connection, decision_id)
    language = current.language()
    result = "shown" if again is None else ("same" if again.same else "different")
    note_act(
        connection,
        current.parts().clock.now(),
        actor=current.principal().employee_id or "",
        action=action,
        record=decision_id,
        result=result,
        about=found.row.employee_id,
    )
    return page(
        "oversight_decision.html.jinja",
        in_words=in_words,
        found=found,
        row=found.row,
        facts=facts_of(found.row.facts, found.row.sources, language),
        findings=[(one, sentence(one, language)) for one in found.findings],
        again=again,
    )


def _logs(verified: chain.Verified | None) -> Response:
    with current.parts().register.read() as connection:
        [nightly] = job_states(connection, [_VERIFIED_NIGHTLY_BY])
    return page("oversight_logs.html.jinja", in_words=in_words, nightly=nightly, verified=verified)
