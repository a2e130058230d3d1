"""PHP form fields to nested parameters, and Moodle's check of them against a function's shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandboxes.moodle.errors import invalid_parameter

_NAME = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")


@dataclass(frozen=True)
class Optional:
    """A parameter that may be left out."""

    shape: Any
    default: Any = None


INT, TEXT, BOOL = "int", "text", "bool"


def read_fields(query: str, body: bytes, limit: int) -> dict[str, str]:
    """The fields of query and form; what is above PHP's limit is dropped without a word."""
    form, address = (
        parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        for text in (body.decode("utf-8", "surrogateescape"), query)
    )
    return dict(address[:limit] + form[:limit])


def nested(fields: Mapping[str, str]) -> dict[str, Any]:
    """`{"a[0][b]": "1"}` becomes `{"a": {"0": {"b": "1"}}}`, as PHP does."""
    tree: dict[str, Any] = {}
    for name, value in fields.items():
        match = _NAME.fullmatch(name)
        keys = [name] if match is None else [match[1], *re.findall(r"\[([^\]]*)\]", match[2])]
        _put(tree, keys, value)
    return tree


def _put(tree: dict[str, Any], keys: Sequence[str], value: str) -> None:
    for key in keys[:-1]:
        inner = tree.get(key)
        if not isinstance(inner, dict):
            inner = tree[key] = {}
        tree = inner
    tree[keys[-1]] = value


def checked(shape: Any, value: Any) -> Any:
    """The value in the types of the shape; anything else is `invalidparameter`, without a reason:
    Moodle gives none either, unless debugging is on."""
    if isinstance(shape, list):
        return _checked_list(shape[0], value)
    if isinstance(shape, dict):
        return _checked_struct(shape, value)
    if not isinstance(value, str):
        raise invalid_parameter()
    return _checked_scalar(shape, value)


def _checked_list(shape: Any, value: Any) -> list[Any]:
    if not isinstance(value, dict):
        raise invalid_parameter()
    return [checked(shape, item) for item in value.values()]


def _checked_struct(shape: Mapping[str, Any], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - set(shape):
        raise invalid_parameter()
    return {key: _checked_key(inner, value, key) for key, inner in shape.items()}


def _checked_key(shape: Any, value: Mapping[str, Any], key: str) -> Any:
    if isinstance(shape, Optional):
        return checked(shape.shape, value[key]) if key in value else shape.default
    if key not in value:
        raise invalid_parameter()
    return checked(shape, value[key])


def _checked_scalar(shape: str, value: str) -> Any:
    if shape == TEXT and not re.search("[\udc80-\udcff]", value):
        return value
    if shape == BOOL and value in ("0", "1"):
        return value == "1"
    if shape == INT and re.fullmatch(r"-?\d+", value):
        return int(value)
    raise invalid_parameter()
