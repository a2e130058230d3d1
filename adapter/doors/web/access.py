"""Who may call what: one table of every route, enforced before any view runs (Visie §5, P10).

A route without a row, or a row without a route, stops the program at the start.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Request, g, request

from adapter.doors.messages.asked_words import WORDS_CONFIRMED, ask_about_words
from adapter.doors.messages.media_types import (
    CLOUDEVENT_BATCH,
    EVENT_TYPES,
    HTML,
    JSON,
    ODS,
    PDF,
    SCIM,
    XLSX,
)
from adapter.doors.web import current
from adapter.doors.web.client_address import client_address
from adapter.doors.web.limits import limit_caller, limit_stranger, limits, refuse_guessing
from adapter.doors.web.machines import is_token, program_of
from adapter.doors.web.problems import Kind, Problem
from adapter.doors.web.refused_logins import log_refused
from adapter.doors.web.signatures import Scheme, frappe_hr, moodle_plugin
from adapter.ground.rendering.renderers import RENDERERS
from adapter.register.audit_log import API, come_by
from adapter.register.keys import (
    Principal,
    RefusedKey,
    Role,
    authenticate,
)
from adapter.views.open_data.writing import WRITERS
from adapter.views.published_report import AnyReport
from adapter.views.reports import published_reports

HR = frozenset({Role.HR})
HR_AND_MT = frozenset({Role.HR, Role.MANAGEMENT_TEAM})
HR_AND_MANAGERS = frozenset({Role.HR, Role.MANAGER})
HR_AND_AUDITORS = frozenset({Role.HR, Role.AUDITOR})
HR_AND_EMPLOYEES = frozenset({Role.HR, Role.EMPLOYEE})
DECISION_READERS = frozenset({Role.HR, Role.AUDITOR, Role.EMPLOYEE})
LMS = frozenset({Role.LMS})
HRIS = frozenset({Role.HRIS})
ENROLMENT_CHECKERS = frozenset({Role.LMS, Role.HR, Role.MANAGER})
MANAGEMENT_TEAM = frozenset({Role.MANAGEMENT_TEAM})
MANAGERS = frozenset({Role.MANAGER})
PROCEDURE = frozenset({Role.HR, Role.MANAGEMENT_TEAM, Role.MANAGER})
EMPLOYEE_MANAGER_HR = frozenset({Role.HR, Role.MANAGER, Role.EMPLOYEE})
HOLD_READERS = frozenset({Role.HR, Role.MANAGEMENT_TEAM, Role.EMPLOYEE})
CONSENT_READERS = frozenset({Role.HR, Role.MANAGER, Role.KNOWLEDGE_BROKER})
PRICE_READERS = frozenset({Role.HR, Role.MANAGEMENT_TEAM, Role.KNOWLEDGE_BROKER})
PRICE_RECORDERS = frozenset({Role.HR, Role.KNOWLEDGE_BROKER})
KNOWLEDGE_BROKER = frozenset({Role.KNOWLEDGE_BROKER})
IN_COMPANY = frozenset({Role.KNOWLEDGE_BROKER, Role.HR, Role.MANAGER, Role.EMPLOYEE})
OVERLAP_READERS = frozenset({Role.KNOWLEDGE_BROKER, Role.HR, Role.MANAGEMENT_TEAM})
AUDITORS = frozenset({Role.AUDITOR})
ADMINS = frozenset({Role.ADMIN})
HR_AND_ADMINS = frozenset({Role.HR, Role.ADMIN})
EVERY_ROLE = frozenset(Role)

SIGNED_FILE_BYTES = 10_000_000
"""A scan of some pages; a larger one is scanned again, at a lower resolution."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a route asks of its caller. `roles` None means open to anyone.

    `takes` and `gives` are media types; a route that takes none reads no body.
    """

    roles: frozenset[Role] | None
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = (JSON,)
    key_in_body: bool = False
    """The sender can put its key only in the member `token` of the body (local_webhooks)."""

    signed_by: tuple[Scheme, ...] = ()
    """How a sender may sign in place of a key; who signs must sign right, whatever key it has."""

    event: bool = False
    """It takes events, whose senders cannot be told: what is JSON without saying so is read, and
    none is refused for the answer that it asks for."""

    versioned: bool = False
    """The caller says in If-Match which version it has read."""
    conflicts: bool = False
    """It can be refused because of how things stand (409)."""
    largest_body: int | None = None
    """In bytes, where it is another than `max_body_bytes`."""


OPEN = Route(None)


def _changing(roles: frozenset[Role], *, versioned: bool = False) -> Route:
    """A route that changes a record of the procedure."""
    return Route(roles, takes=(JSON,), versioned=versioned, conflicts=True)


def _scim(*, takes: bool = False) -> Route:
    """Identity providers write both media types, and some ask for neither."""
    both = (SCIM, JSON)
    return Route(HRIS, takes=both if takes else (), gives=both)


def _report(report: AnyReport) -> Route:
    return Route(report.roles, gives=(JSON, *(RENDERERS[one].media_type for one in report.forms)))


ROUTES: Mapping[str, Route] = {
    "GET /v1/tranches": Route(EVERY_ROLE),
    "GET /v1/tranches/<name>": Route(HR_AND_MT),
    "GET /v1/tranches/<name>/dossier": Route(HR_AND_MT, gives=(JSON, HTML, XLSX, PDF)),
    "POST /v1/enrolment-checks": Route(ENROLMENT_CHECKERS, takes=(JSON,)),
    "POST /v1/repayment-calculations": Route(HR, takes=(JSON,)),
    "POST /v1/hours-projections": Route(HR_AND_MANAGERS, takes=(JSON,)),
    "GET /v1/policy-parameters": Route(EVERY_ROLE),
    "GET /v1/policy-adoptions": Route(EVERY_ROLE),
    "POST /v1/policy-adoptions": Route(HR_AND_MT, takes=(JSON,)),
    "POST /v1/lms-events": Route(
        LMS, takes=EVENT_TYPES, event=True, key_in_body=True, signed_by=(moodle_plugin,)
    ),
    "POST /v1/hris-events": Route(HRIS, takes=EVENT_TYPES, event=True, signed_by=(frappe_hr,)),
    "GET /v1/events/<id>": Route(HR_AND_AUDITORS),
    "GET /v1/decisions": Route(DECISION_READERS),
    "GET /v1/decisions/<id>": Route(DECISION_READERS),
    "POST /v1/decisions/<id>/recomputations": Route(HR_AND_AUDITORS),
    "GET /v1/audit-entries": Route(AUDITORS),
    "GET /v1/dead-letters": Route(HR_AND_ADMINS),
    "POST /v1/dead-letters/<id>/replays": Route(HR_AND_ADMINS),
    "GET /v1/api-keys": Route(ADMINS),
    "POST /v1/api-keys": Route(ADMINS, takes=(JSON,)),
    "GET /v1/api-keys/<id>": Route(ADMINS),
    "POST /v1/api-keys/<id>/rotations": Route(ADMINS, takes=(JSON,)),
    "POST /v1/api-keys/<id>/revocations": Route(ADMINS),
    "GET /v1/holds": Route(HOLD_READERS),
    "GET /v1/holds/<id>": Route(HOLD_READERS),
    "GET /v1/holds/<id>/set-asides": Route(HOLD_READERS),
    "POST /v1/holds/<id>/set-asides": _changing(HR),
    "GET /v1/training-requests": Route(PROCEDURE),
    "POST /v1/training-requests": _changing(HR_AND_MANAGERS),
    "POST /v1/training-request-imports": Route(MANAGERS, takes=(XLSX, ODS)),
    "POST /v1/quality-criteria-imports": Route(HR, takes=(XLSX, ODS)),
    "GET /v1/training-requests/<id>": Route(PROCEDURE),
    "PATCH /v1/training-requests/<id>": _changing(HR_AND_MANAGERS, versioned=True),
    "GET /v1/training-requests/<id>/intake": Route(PROCEDURE),
    "GET /v1/training-requests/<id>/legal-assessments": Route(PROCEDURE),
    "POST /v1/training-requests/<id>/legal-assessments": _changing(HR),
    "GET /v1/training-requests/<id>/transitions": Route(PROCEDURE),
    "POST /v1/training-requests/<id>/transitions": _changing(HR_AND_MANAGERS, versioned=True),
    "GET /v1/training-requests/<id>/weighings": Route(HR_AND_MT),
    "POST /v1/training-requests/<id>/weighings": _changing(HR, versioned=True),
    "GET /v1/training-requests/<id>/proposals": Route(HR_AND_MT),
    "POST /v1/training-requests/<id>/proposals": _changing(HR, versioned=True),
    "POST /v1/training-requests/<id>/interim-consents": _changing(MANAGEMENT_TEAM, versioned=True),
    "GET /v1/training-requests/<id>/decisions": Route(PROCEDURE),
    "POST /v1/training-requests/<id>/decisions": _changing(MANAGEMENT_TEAM, versioned=True),
    "GET /v1/budgets": Route(HR_AND_MT),
    "POST /v1/budgets": Route(MANAGEMENT_TEAM, takes=(JSON,)),
    "GET /v1/in-company-prices": Route(PRICE_READERS),
    "POST /v1/in-company-prices": Route(PRICE_RECORDERS, takes=(JSON,)),
    "GET /v1/team-capacities": Route(PROCEDURE),
    "GET /v1/grants": Route(PROCEDURE),
    "GET /v1/grants/<id>": Route(PROCEDURE),
    "POST /v1/grants/<id>/revocations": _changing(MANAGEMENT_TEAM),
    "GET /v1/grants/<id>/legal-assessments": Route(HR_AND_MT),
    "POST /v1/grants/<id>/legal-assessments": _changing(HR),
    "GET /v1/norm-exemptions": Route(HR_AND_MT),
    "POST /v1/norm-exemptions": _changing(MANAGEMENT_TEAM),
    "POST /v1/norm-exemptions/<id>/withdrawals": _changing(MANAGEMENT_TEAM),
    "GET /v1/agreements": Route(EMPLOYEE_MANAGER_HR),
    "POST /v1/agreements": _changing(HR),
    "GET /v1/agreements/<id>": Route(EMPLOYEE_MANAGER_HR),
    "GET /v1/agreements/<id>/document": Route(EMPLOYEE_MANAGER_HR, gives=(PDF,)),
    "GET /v1/agreements/<id>/signatures": Route(EMPLOYEE_MANAGER_HR),
    "POST /v1/agreements/<id>/signatures": _changing(EMPLOYEE_MANAGER_HR),
    "POST /v1/agreements/<id>/filings": _changing(HR),
    "POST /v1/agreements/<id>/signed-files": Route(
        HR, takes=(PDF,), conflicts=True, largest_body=SIGNED_FILE_BYTES
    ),
    "GET /v1/agreements/<id>/signed-files": Route(HR),
    "GET /v1/agreements/<id>/signed-files/<number>": Route(HR, gives=(PDF,)),
    "GET /v1/trajectory-records": Route(HR),
    "POST /v1/trajectory-records": Route(HR, takes=(JSON,)),
    "GET /v1/in-company-consents": Route(CONSENT_READERS),
    "POST /v1/in-company-consents": _changing(MANAGERS),
    "GET /v1/in-company-sessions": Route(IN_COMPANY),
    "POST /v1/in-company-sessions": _changing(KNOWLEDGE_BROKER),
    "GET /v1/in-company-sessions/<id>": Route(IN_COMPANY),
    "PATCH /v1/in-company-sessions/<id>": _changing(KNOWLEDGE_BROKER, versioned=True),
    "POST /v1/in-company-sessions/<id>/cancellations": _changing(KNOWLEDGE_BROKER, versioned=True),
    "POST /v1/in-company-sessions/<id>/team-availabilities": _changing(MANAGERS),
    "GET /v1/in-company-sessions/<id>/participants": Route(IN_COMPANY),
    "POST /v1/in-company-sessions/<id>/participants": _changing(EMPLOYEE_MANAGER_HR),
    "GET /v1/in-company-sessions/<id>/participants/<participant_id>/transitions": Route(IN_COMPANY),
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/transitions": _changing(
        IN_COMPANY, versioned=True
    ),
    "POST /v1/in-company-sessions/<id>/participants/<participant_id>/consequences": _changing(HR),
    "GET /v1/overlaps": Route(OVERLAP_READERS),
    **{f"GET /v1{one.address}": _report(one) for one in published_reports()},
    "GET /v1/reports/open-data": Route(
        HR_AND_MT, gives=tuple(media_type for media_type, _ in WRITERS.values())
    ),
    "GET /v1/existing-commitments": Route(HR_AND_MT),
    "POST /v1/existing-commitments": _changing(HR),
    "GET /v1/existing-commitments/<id>": Route(HR_AND_MT),
    "POST /v1/existing-commitments/<id>/proposals": _changing(HR),
    "POST /v1/existing-commitments/<id>/decisions": _changing(MANAGEMENT_TEAM),
    "GET /v1/tasks": Route(PROCEDURE, gives=(JSON, XLSX)),
    "GET /v1/tasks/<id>": Route(PROCEDURE),
    "PATCH /v1/tasks/<id>": _changing(HR_AND_MANAGERS, versioned=True),
    "GET /v1/exits": Route(HR_AND_EMPLOYEES),
    "GET /v1/exits/<id>": Route(HR),
    "GET /v1/exits/<id>/repayment-statements": Route(HR_AND_EMPLOYEES),
    "GET /v1/exits/<id>/repayment-statements/<version>": Route(
        HR_AND_EMPLOYEES, gives=(JSON, HTML, XLSX, PDF)
    ),
    "GET /v1/exits/<id>/repayment-statements/<version>/letter": Route(HR, gives=(PDF,)),
    "POST /v1/exits/<id>/repayment-statements/<version>/overrides": _changing(HR),
    "POST /v1/exits/<id>/endings": _changing(HR),
    "GET /v1/claims": Route(HR_AND_EMPLOYEES),
    "GET /v1/claims/<id>": Route(HR_AND_EMPLOYEES),
    "POST /v1/claims/<id>/confirmations": _changing(HR, versioned=True),
    "POST /v1/claims/<id>/waivers": _changing(HR, versioned=True),
    "POST /v1/claims/<id>/reopenings": _changing(HR, versioned=True),
    "POST /v1/claims/<id>/hand-overs": _changing(HR, versioned=True),
    "POST /v1/claims/<id>/settlements": _changing(HR, versioned=True),
    "POST /v1/claims/<id>/payroll-corrections": _changing(HR, versioned=True),
    "POST /v1/reconciliation-runs": Route(HR, takes=(JSON,)),
    "GET /v1/reconciliation-runs": Route(HR),
    "GET /v1/reconciliation-runs/<id>": Route(HR, gives=(JSON, HTML, XLSX, PDF)),
    "GET /v1/findings": Route(HR),
    "POST /v1/finding-acknowledgements": Route(HR, takes=(JSON,)),
    "GET /v1/finding-acknowledgements": Route(HR),
    "GET /scim/v2/Users": _scim(),
    "POST /scim/v2/Users": _scim(takes=True),
    "POST /scim/v2/.search": _scim(takes=True),
    "POST /scim/v2/Users/.search": _scim(takes=True),
    "GET /scim/v2/Users/<user_id>": _scim(),
    "PUT /scim/v2/Users/<user_id>": _scim(takes=True),
    "PATCH /scim/v2/Users/<user_id>": _scim(takes=True),
    "DELETE /scim/v2/Users/<user_id>": _scim(),
    "GET /scim/v2/ServiceProviderConfig": _scim(),
    "GET /scim/v2/ResourceTypes": _scim(),
    "GET /scim/v2/ResourceTypes/<name>": _scim(),
    "GET /scim/v2/Schemas": _scim(),
    "GET /scim/v2/Schemas/<name>": _scim(),
    "GET /v1/openapi.json": OPEN,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /metrics": Route(None, gives=("text/plain",)),
}


class UnguardedRoute(RuntimeError):
    """The table and the routes of the application differ."""


def key_of(rule: str, method: str) -> str:
    """The row of a route; HEAD is a GET without its body."""
    return f"{'GET' if method == 'HEAD' else method} {rule}"


def current_route() -> Route | None:
    """The row of the request at hand; None for a path that does not exist."""
    return route_of(current.request_itself())


def route_of(asked: Request) -> Route | None:
    """The same of any request."""
    rule = asked.url_rule
    return None if rule is None else ROUTES[key_of(rule.rule, asked.method)]


def guard(app: Flask) -> None:
    """Refuse to start with a gap in the table, and enforce it from then on."""
    served = {
        key_of(rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    if served != ROUTES.keys():
        difference = ", ".join(sorted(served ^ ROUTES.keys()))
        raise UnguardedRoute(
            f"routes and the table in adapter/doors/web/access.py differ: {difference}"
        )
    app.before_request(_enforce)


def _enforce() -> None:
    come_by(API)
    asked = current.request_itself()
    route = route_of(asked)
    ask_about_words(ask=asked.is_json and asked.headers.get(WORDS_CONFIRMED) != "true")
    if route is None or route.roles is None:
        limit_stranger(client_address())
        return
    principal = current.kept().principal = _authenticated(route)
    come_by(f"{API} {principal.key_id}")
    limit_caller(principal.key_id, events=route.event)
    if principal.role not in route.roles:
        log_refused(f"role {principal.role}", principal.key_id)
        numbers = {"role": str(principal.role), "roles": ", ".join(sorted(route.roles))}
        raise Problem(Kind.FORBIDDEN, numbers=numbers)


def _authenticated(route: Route) -> Principal:
    for signed in route.signed_by:
        if sender := _signed(signed):
            return sender
    presented = _presented(route)
    if not presented:
        log_refused("no key")
        limit_stranger(client_address())
        raise _unauthenticated("no_key")
    return _holder_of(presented, route)


def _holder_of(presented: str, route: Route) -> Principal:
    """Who presents a key or a token; raises 401, 403 or 429."""
    address = client_address()
    refuse_guessing(address, presented)
    found = _looked_up(presented, address, route)
    if isinstance(found, Principal):
        limits().note_right(address or "", presented)
        return found
    log_refused(found.reason, found.key_id)
    if found.from_elsewhere:
        raise Problem(Kind.FORBIDDEN, "key_from_elsewhere")
    limits().note_wrong(address or "", current.parts().settings.limits.wrong_keys_per_minute)
    in_body = route.key_in_body and "Authorization" not in request.headers
    raise _unauthenticated("wrong_webhook_token" if in_body else "unauthenticated")


def _looked_up(presented: str, address: str | None, route: Route) -> Principal | RefusedKey:
    if route.key_in_body and _is_webhook_token(presented):
        return Principal("webhook", "webhook", Role.LMS, None)
    if is_token(presented) and "Authorization" in request.headers:
        return program_of(presented)
    parts = current.parts()
    if not _is_confirmed_when_stored(route):
        return authenticate(parts.register, presented, parts.clock.now(), address)
    found = authenticate(
        parts.register, presented, parts.clock.now(), address, recent=current.recent_keys()
    )
    if isinstance(found, Principal):
        current.kept().key_to_confirm = found.key_id
    return found


def _is_confirmed_when_stored(route: Route) -> bool:
    """One event, which is stored only if its key still opens then (`key_to_confirm`)."""
    return route.event and current.request_itself().mimetype != CLOUDEVENT_BATCH


def key_to_confirm() -> str | None:
    """The key of the request at hand, where a row that was read before let it in; None where
    nothing of it can have changed."""
    key_id: str | None = current.kept().get("key_to_confirm")
    return key_id


def look_again() -> None:
    """After a key turned out not to open any more: raises what its holder is told."""
    route, key_id = current_route(), g.pop("key_to_confirm")
    assert route is not None
    current.recent_keys().forget(key_id)
    g.principal = _authenticated(route)


def _signed(scheme: Scheme) -> Principal | None:
    try:
        return scheme()
    except Problem as problem:
        log_refused(problem.detail or "signature")
        limit_stranger(client_address())
        raise


def known_caller() -> Principal:
    """The caller of an open route that tells more to whom it knows; 401 for a key that is wrong."""
    return _holder_of(_presented(OPEN), OPEN)


def _presented(route: Route) -> str:
    given = current.request_itself().headers.get("Authorization")
    if given is not None or not route.key_in_body:
        scheme, _, presented = (given or "").partition(" ")
        return presented.strip() if scheme.lower() == "bearer" else ""
    if request.mimetype == CLOUDEVENT_BATCH:  # no sender of batches has its key in there
        return ""
    token = request.get_json().get("token")
    return token if isinstance(token, str) else ""


def _is_webhook_token(presented: str) -> bool:
    token = current.parts().settings.webhook_token
    if token is None:
        return False
    return hmac.compare_digest(presented.encode(), token.get_secret_value().encode())


def _unauthenticated(detail: str) -> Problem:
    return Problem(Kind.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
