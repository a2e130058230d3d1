"""The addresses of SCIM 2.0 (RFC 7643, 7644), and nothing of what answers there.

Its models take a third of all that the web service imports, and most agencies have no identity
provider that writes accounts: what answers is imported when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flask import Blueprint, Flask, Response, request

from adapter.doors.scim.addresses import BASE
from adapter.doors.web.problems import MEDIA_TYPE as PROBLEM

SCIM_API = Blueprint("scim", __name__, url_prefix=BASE)

_VIEWS = (
    ("GET", "/Users", "list_users"),
    ("POST", "/Users", "create_user"),
    # The same with what is asked in the body; there are no other resources than users.
    ("POST", "/.search", "search_users"),
    ("POST", "/Users/.search", "search_users"),
    ("GET", "/Users/<user_id>", "get_user"),
    ("PUT", "/Users/<user_id>", "replace_user"),
    ("PATCH", "/Users/<user_id>", "patch_user"),
    ("DELETE", "/Users/<user_id>", "delete_user"),
    ("GET", "/ServiceProviderConfig", "get_configuration"),
    ("GET", "/ResourceTypes", "list_resource_types"),
    ("GET", "/ResourceTypes/<name>", "get_resource_type"),
    ("GET", "/Schemas", "list_schemas"),
    ("GET", "/Schemas/<name>", "get_schema"),
)
"""Method, address and the view in `adapter/doors/web/scim_views.py`."""


@cache
def _view(name: str) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        from adapter.doors.web.scim_views import VIEWS, answered_by

        return answered_by(VIEWS[name], arguments)

    return view


for _method, _address, _name in _VIEWS:
    SCIM_API.add_url_rule(_address, _name, _view(_name), methods=[_method])


def speak_scim(app: Flask) -> None:
    """Below the address of SCIM every error of ours takes the shape that its clients read."""
    app.after_request(_in_scim)


def _in_scim(response: Response) -> Response:
    if response.mimetype != PROBLEM or not request.path.startswith(f"{BASE}/"):
        return response
    from adapter.doors.web.scim_answers import from_problem

    return from_problem(response)
