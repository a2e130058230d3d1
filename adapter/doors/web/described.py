"""Blueprints of which the OpenAPI document describes the routes, made when somebody asks for it:
schemas of all messages are a seventh of what starting would take otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.utils import parse_parameters


class DescribedBlueprint(APIBlueprint):
    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self._later: list[Callable[[], object]] = []
        self._one_at_a_time = Lock()

    def describe(self) -> None:
        """Have `tags`, `paths` and `components_schemas` tell of every route."""
        with self._one_at_a_time:
            while self._later:
                self._later.pop(0)()

    # The one place where the library describes a route, as it is added.
    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **told: Any) -> Any:
        self._later.append(partial(super()._collect_openapi_info, rule, func, **told))
        return parse_parameters(func, doc_ui=False)
