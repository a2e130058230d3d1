"""Checked before a view runs: media types, 415 for what comes in and 406 for what is asked for, and
what no address of ours can hold."""

from __future__ import annotations

from flask import Flask, Request

from adapter.doors.messages.wrong_fields import FieldError
from adapter.doors.web import current
from adapter.doors.web.access import Route, route_of
from adapter.doors.web.problems import Kind, Problem, invalid

CLOUDEVENTS = "application/cloudevents"


def negotiate(app: Flask) -> None:
    app.before_request(_check)


def _check() -> None:
    asked = current.request_itself()
    route = route_of(asked)
    if route is None:
        return
    if route.largest_body is not None:
        asked.max_content_length = route.largest_body
    _refuse_media_type(route, asked)
    _refuse_unacceptable(route, asked)
    if asked.query_string:
        _refuse_repeated_parameters(asked)
    _refuse_unstorable(asked)


def _refuse_media_type(route: Route, asked: Request) -> None:
    if not route.takes or (route.event and _is_untold_json(asked)):
        return
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
    encoded = asked.headers.get("Content-Encoding", "identity").lower() != "identity"
    if asked.mimetype not in route.takes or charset != "utf-8" or encoded:
        types = ", ".join(route.takes)
        raise Problem(
            Kind.UNSUPPORTED_MEDIA_TYPE, headers={"Accept": types}, numbers={"types": types}
        )


def _is_untold_json(asked: Request) -> bool:
    """A missing type is JSON (CloudEvents 1.0; Frappe leaves it out too), and the data of a binary
    CloudEvent may have a JSON type of its own."""
    binary = "ce-specversion" in asked.headers and asked.mimetype.endswith("+json")
    return not asked.mimetype or (binary and not asked.mimetype.startswith(CLOUDEVENTS))


def _refuse_unacceptable(route: Route, asked: Request) -> None:
    if route.event or not asked.accept_mimetypes.provided:
        return
    if all(asked.accept_mimetypes.quality(offered) <= 0 for offered in route.gives):
        raise Problem(Kind.NOT_ACCEPTABLE, numbers={"types": ", ".join(route.gives)})


def _refuse_repeated_parameters(asked: Request) -> None:
    """The first and the last of two values are both defensible, so neither is taken."""
    repeated = [name for name, values in asked.args.lists() if len(values) > 1]
    if repeated:
        raise invalid(*(FieldError(f"/{name}", "given_twice", place="query") for name in repeated))


def _refuse_unstorable(asked: Request) -> None:
    """No text in the database holds a NUL, so no record is found by it either."""
    if asked.view_args and any("\x00" in str(value) for value in asked.view_args.values()):
        raise Problem(Kind.NOT_FOUND)
    if not asked.query_string:
        return
    wrong = [name for name, value in asked.args.items() if "\x00" in name + value]
    if wrong:
        raise invalid(*(FieldError(f"/{name}", "unstorable_text", place="query") for name in wrong))
