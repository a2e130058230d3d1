"""A line of the audit trail for each look at somebody's data, each file that is taken out, and each
act, by API and pages alike: by whom, by which way, what, and about whom where it is one person.

An act that notes more of itself gets no second line. What systems exchange by design (events, SCIM)
stands in the inbox, and nobody is noted for looking at the own data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request

from adapter.doors.messages.media_types import HTML, JSON
from adapter.doors.web import current
from adapter.register.audit_log import SERVICE, acts_noted, come_by, note_act
from adapter.register.keys import Principal, Role

UNNOTED = frozenset(
    {
        # Nobody's data.
        *("GET /v1/tranches", "GET /v1/tranches/<name>"),
        *("GET /v1/policy-parameters", "GET /v1/policy-adoptions"),
        *("GET /v1/budgets", "GET /v1/in-company-prices", "GET /v1/overlaps"),
        # The facts are the caller's own; the register is not read.
        *("POST /v1/repayment-calculations", "POST /v1/hours-projections"),
    }
)
"""Routes of which a look is not worth a line."""
_SYSTEMS = frozenset({Role.LMS, Role.HRIS})
_VIEW, _EXPORT, _CHANGE = "view", "export", "change"
_RESULTS = {_VIEW: "shown", _CHANGE: "done"}


def about(employee_id: str) -> None:
    """Whom the answer at hand is about."""
    g.about = employee_id


def note_what_is_done(
    app: Flask, unnoted: Collection[str], row_of: Callable[[str, str], str]
) -> None:
    """`row_of` gives the row of a rule and a method in the table of access."""

    def noting(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def noted(**arguments: Any) -> Response:
            before = acts_noted()
            response = app.make_response(view(**arguments))
            principal = current.principal_if_any()
            if (
                principal is not None
                and acts_noted() == before
                and _is_worth_a_line(response, principal)
                and _row_at_hand(row_of) not in unnoted
            ):
                _note(response, principal)
            return response

        return noted

    app.teardown_request(lambda _: come_by(SERVICE))
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = noting(view)


def _row_at_hand(row_of: Callable[[str, str], str]) -> str:
    rule = request.url_rule
    assert rule is not None, "only a route that exists has a view"
    return row_of(rule.rule, request.method)


def _is_worth_a_line(response: Response, principal: Principal) -> bool:
    if response.status_code >= 400 or principal.role in _SYSTEMS:
        return False
    return principal.role is not Role.EMPLOYEE or _kind_of(response) is _CHANGE


def _kind_of(response: Response) -> str:
    """Of what is read: data and pages are looked at, files are taken out."""
    if request.method not in ("GET", "HEAD") and (
        response.status_code != 200 or request.method == "PATCH"
    ):
        return _CHANGE
    return _VIEW if response.mimetype in (JSON, HTML) else _EXPORT


def _note(response: Response, principal: Principal) -> None:
    parts, kind = current.parts(), _kind_of(response)
    with parts.register.write() as connection:
        note_act(
            connection,
            parts.clock.now(),
            actor=principal.employee_id or principal.name,
            action=kind,
            # Ids only: no address of ours holds a name, and what is searched for is left out.
            record=request.path,
            result=_RESULTS.get(kind) or f"{response.mimetype}",
            about=g.get("about") or _named_in_the_address(),
        )


def _named_in_the_address() -> str | None:
    arguments = request.view_args or {}
    whole = f"{request.url_rule}"
    named = arguments.get("employee_id") or (
        arguments.get("id") if "/employees/<id>" in whole else None
    )
    return None if named is None else str(named)
