"""The OpenAPI document: what flask-openapi3 derives from the routes, and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

from flask import Response
from flask_openapi3.models.contact import Contact
from flask_openapi3.models.info import Info
from flask_openapi3.models.license import License
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel

from adapter.doors.messages.asked_words import WORDS_CONFIRMED
from adapter.doors.messages.media_types import JSON, SCIM
from adapter.doors.messages.problem import ProblemOut
from adapter.doors.web.access import ROUTES, Route, key_of
from adapter.doors.web.answers import json_text
from adapter.doors.web.described import DescribedBlueprint
from adapter.doors.web.examples import EXAMPLES
from adapter.doors.web.headers import API_VERSION
from adapter.doors.web.problems import (
    MEDIA_TYPE,
    STATUS,
    Kind,
    refuse,
)
from config.catalogue import text

BASE = "/v1"
PATH = f"{BASE}/openapi.json"
_SCHEME = "apiKey"
_VERSION_HEADER = {
    "description": "Volledige versie van de API.",
    "required": True,
    "schema": {"type": "string", "const": API_VERSION},
}
_WORDS_CONFIRMED = {
    "name": WORDS_CONFIRMED,
    "in": "header",
    "required": False,
    "description": "`true`: een tekst die op een BSN of gezondheidsgegeven lijkt, mag zo blijven. "
    "Elke andere waarde betekent niets.",
    "schema": {"type": "string"},
}

_LINK_HEADER = {
    "description": "Het adres van de volgende pagina, met rel=next; de laatste heeft het niet.",
    "schema": {"type": "string"},
}

Json = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])


class _Api(OpenAPI):
    def ensure_sync(self, func: F) -> F:
        """Nothing of ours is asynchronous, which Flask would ask of each hook at each request."""
        return func

    def generate_spec_json(self) -> None:
        """As the library would have it, with what the blueprints tell now of their routes."""
        for api in self.blueprints.values():
            if isinstance(api, DescribedBlueprint):
                api.describe()
                self._add(api)
        super().generate_spec_json()  # type: ignore[no-untyped-call]

    def _add(self, api: DescribedBlueprint) -> None:
        for tag in api.tags:
            if tag.name not in self.tag_names:
                self.tags.append(tag)
                self.tag_names.append(tag.name)
        self.paths.update(api.paths)
        self.components_schemas.update(api.components_schemas)


def documented_app() -> OpenAPI:
    """An application without routes that will describe those it gets."""
    return _Api(
        "adapter.doors.web",
        static_folder=None,
        info=Info(
            title="Leeradapter",
            description="Past het leerbeleid toe tussen LMS en HRIS. Teksten voor mensen zijn "
            "Nederlands, of Engels met Accept-Language: en.",
            version=API_VERSION,
            contact=Contact(
                name="Beheer leeradapter",
                url="https://leeradapter.example/contact",
                email="beheer@leeradapter.example",
            ),
            license=License(name="EUPL-1.2", identifier="EUPL-1.2"),
        ),
        servers=[Server(url=BASE)],
        security_schemes={
            _SCHEME: {
                "type": "http",
                "scheme": "bearer",
                "description": "API-sleutel van deze service.",
            }
        },
        openapi_extensions={"security": [{_SCHEME: []}]},
        doc_ui=False,
        validation_error_status=400,
        validation_error_model=ProblemOut,
        validation_error_callback=refuse,
    )


def serve_document(app: OpenAPI) -> None:
    """Open to anyone and any origin, as the API Design Rules ask."""

    @cache
    def written() -> str:
        return json_text(document(app))

    @app.route(PATH)
    def openapi_document() -> Response:
        response = Response(written(), mimetype="application/json")
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def document(app: OpenAPI) -> Json:
    """The finished document; changes nothing when it is made again."""
    refuse_shared_names()
    found: Json = json.loads(json.dumps(app.api_doc))
    found["paths"] = {
        path.removeprefix(BASE): _finished(path, operations)
        for path, operations in found["paths"].items()
    }
    found["components"]["responses"] = {_name(kind): _problem(kind) for kind in Kind}
    for schema in found["components"]["schemas"].values():
        schema.pop("description", None)  # docstrings, which are for who reads the code
    _tidy(found)
    return found


class SharedName(RuntimeError):
    """Two models of ours have one name: the document would describe the one as the other."""


def refuse_shared_names() -> None:
    """A schema goes by the name of its class alone. Raises `SharedName`."""
    modules: dict[str, set[str]] = {}
    for model in _models(BaseModel):
        if model.__module__.startswith("adapter."):
            modules.setdefault(model.__name__, set()).add(model.__module__)
    shared = {name: sorted(found) for name, found in modules.items() if len(found) > 1}
    if shared:
        raise SharedName(f"schemas with one name in several modules: {shared}")


def _models(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in kind.__subclasses__():
        yield model
        yield from _models(model)


def _finished(path: str, operations: Json) -> Json:
    rule = path.replace("{", "<").replace("}", ">")
    for method, operation in operations.items():
        row = key_of(rule, method.upper())
        _finish(operation, ROUTES[row])
        if row in EXAMPLES:
            operation["requestBody"]["content"][JSON]["example"] = EXAMPLES[row]
    return operations


def _finish(operation: Json, route: Route) -> None:
    if route.versioned:
        _require_version(operation)
    for status, response in operation["responses"].items():
        if status < "400":
            response.setdefault("headers", {})["API-Version"] = _VERSION_HEADER
            _describe_forms(response, route)
            if _is_paged(operation):
                response["headers"]["Link"] = _LINK_HEADER
    for kind in _problems_of(operation, route):
        reference = {"$ref": f"#/components/responses/{_name(kind)}"}
        operation["responses"][str(STATUS[kind])] = reference
    if "parameters" not in operation and "requestBody" not in operation:
        operation["responses"].pop("400", None)
    if route.roles is not None:
        roles = f"Rollen: {', '.join(sorted(route.roles))}."
        operation["description"] = f"{operation.get('description', '')} {roles}".strip()
    if JSON in route.takes and SCIM not in route.takes and not route.event:
        operation.setdefault("parameters", []).append(_WORDS_CONFIRMED)


def _is_paged(operation: Json) -> bool:
    return any(one["name"] == "cursor" for one in operation.get("parameters", ()))


def _require_version(operation: Json) -> None:
    """The service answers 428 without it; that it may be absent is for the service to tell."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "header" and parameter["name"] == "If-Match":
            parameter["required"] = True
            parameter["schema"] = {"type": "string"}


def _describe_forms(response: Json, route: Route) -> None:
    """Beside the data as JSON: the files that Accept can ask for."""
    for media_type in route.gives:
        file = {"schema": {"type": "string", "contentMediaType": media_type}}
        response.setdefault("content", {}).setdefault(media_type, file)


def _problems_of(operation: Json, route: Route) -> Iterator[Kind]:
    yield from (Kind.METHOD_NOT_ALLOWED, Kind.NOT_ACCEPTABLE, Kind.INTERNAL_ERROR, Kind.UNAVAILABLE)
    if route.roles is not None:
        yield from (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.TOO_MANY_REQUESTS)
    if "parameters" in operation:
        yield from (Kind.INVALID_REQUEST, Kind.NOT_FOUND)
    if route.versioned:
        yield from (Kind.PRECONDITION_FAILED, Kind.PRECONDITION_REQUIRED)
    if route.conflicts:
        yield Kind.CONFLICT
    if route.takes:
        yield from (Kind.INVALID_REQUEST, Kind.BODY_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE)


def _name(kind: Kind) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))


def _problem(kind: Kind) -> Json:
    schema = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
    return {
        "description": text(f"api.title.{kind.replace('-', '_')}"),
        "headers": {"API-Version": _VERSION_HEADER},
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _tidy(node: object) -> None:
    """Everywhere: a value or null in one type, which linters read, and no titles made of names."""
    if isinstance(node, list):
        for part in node:
            _tidy(part)
    if not isinstance(node, dict):
        return
    for part in node.values():
        _tidy(part)
    if isinstance(node.get("title"), str) and ("type" in node or "anyOf" in node or "$ref" in node):
        del node["title"]
    _join_null(node)


def _join_null(schema: Json) -> None:
    options = schema.get("anyOf", [])
    typed = [option for option in options if "type" in option and option["type"] != "null"]
    if len(options) == 2 and len(typed) == 1 and {"type": "null"} in options:
        del schema["anyOf"]
        schema.update(typed[0])
        schema["type"] = [typed[0]["type"], "null"]
