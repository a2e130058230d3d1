"""What we do not keep is let go before anything is checked: which attributes a company sends is its
own choice, and a refusal would keep a leaver's account from being switched off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from adapter.ground.log import organisation_in_log

_log = structlog.get_logger(__name__)

_CORE = "urn:ietf:params:scim:schemas:core:2.0:user"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"
_USER: Mapping[str, frozenset[str] | None] = {
    "id": None,
    "externalid": None,
    "meta": None,
    "schemas": None,
    "username": None,
    "displayname": None,
    "active": None,
    "name": frozenset(
        {
            "formatted",
            "familyname",
            "givenname",
            "middlename",
            "honorificprefix",
            "honorificsuffix",
        }
    ),
    "emails": frozenset({"value", "type", "primary", "display", "$ref"}),
}
"""By name in small letters the parts of an attribute that we read; None where it has none."""
_EXTENSION: Mapping[str, frozenset[str] | None] = {
    "employeenumber": None,
    "department": None,
    "manager": frozenset({"value", "$ref", "displayname"}),
}
_PATH = re.compile(r"(?P<name>[^.\[]*)(?:\[.*\])?(?:\.(?P<part>[^.\[]+))?", re.DOTALL)
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
_PLAIN = re.compile(r"[\w.:$-]{1,120}", re.ASCII)
_MOST_NAMED = 500
_named: dict[str | None, set[str]] = {}
"""What this process has named in its log, of each organisation."""


def known_part_of_user(user: Mapping[str, Any]) -> dict[str, Any]:
    """A whole user with what we know of it."""
    return dict(_known_members(user))


def _known_members(user: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in user.items():
        low = name.lower()
        if low == _ENTERPRISE:
            yield name, _parts_of(value, _EXTENSION, f"{_ENTERPRISE}:")
        elif low == "schemas":
            yield name, _known_schemas(value)
        elif low == "active":
            yield name, truth(value)
        elif low in _USER:
            yield name, _only(value, _USER[low], f"{name}.")
        else:
            let_go(name)


def _known_schemas(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [one for one in value if isinstance(one, str) and one.lower() in (_CORE, _ENTERPRISE)]


def _parts_of(value: Any, known: Mapping[str, frozenset[str] | None], above: str) -> Any:
    if not isinstance(value, dict):
        return value
    for name in value:
        if name.lower() not in known:
            let_go(f"{above}{name}")
    return {
        name: _only(part, known[name.lower()], f"{above}{name}.")
        for name, part in value.items()
        if name.lower() in known
    }


def _only(value: Any, parts: frozenset[str] | None, above: str) -> Any:
    """A value, or each of a list of values, with the parts that are known."""
    if isinstance(value, list):
        return [_only(one, parts, above) for one in value]
    if parts is None or not isinstance(value, dict):
        return value
    return _parts_of(value, dict.fromkeys(parts), above)


def known_operations(patch: Mapping[str, Any]) -> dict[str, Any]:
    """A PATCH with the operations on what we know; perhaps none is left."""
    operations = patch.get("Operations")
    if not isinstance(operations, list):
        return dict(patch)
    known = [_known_operation(one) for one in operations]
    return {**patch, "Operations": [one for one in known if one is not None]}


def _known_operation(operation: Any) -> Any:
    """None when nothing of it is known."""
    if not isinstance(operation, dict):
        return operation
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        if not _is_known_path(path):
            return let_go(path)
        return {**operation, "value": _value_at(path, value)} if "value" in operation else operation
    if not isinstance(value, dict):
        return operation
    # Without a path the members are attributes, and with Entra ID paths as well.
    members = {key: _value_at(key, part) for key, part in value.items() if _is_known_path(key)}
    for key in value.keys() - members.keys():
        let_go(key)
    return {**operation, "value": members} if members else None


def _is_known_path(path: str) -> bool:
    low = path.lower()
    if low == _ENTERPRISE:
        return True
    known = _USER
    for urn, attributes in ((_CORE, _USER), (_ENTERPRISE, _EXTENSION)):
        if low.startswith(f"{urn}:"):
            low, known = low.removeprefix(f"{urn}:"), attributes
    if low.startswith("urn:"):
        return False
    match = _PATH.fullmatch(low)
    if match is None or match["name"] not in known:
        # What is no path at all is for who reads it to refuse.
        return match is None
    parts = known[match["name"]]
    return match["part"] is None or (parts is not None and match["part"] in parts)


def _value_at(path: str, value: Any) -> Any:
    low = path.lower().removeprefix(f"{_CORE}:")
    if low == "active":
        return truth(value)
    if low == _ENTERPRISE:
        return _parts_of(value, _EXTENSION, f"{_ENTERPRISE}:")
    return _only(value, _USER[low], f"{path}.") if low in _USER else value


def only_active(patch: Mapping[str, Any]) -> dict[str, Any] | None:
    """The operations that say whether somebody has access, and nothing else; None without any."""
    said = [value for value in map(_active_in, patch.get("Operations") or []) if value is not None]
    if not said:
        return None
    operation = {"op": "replace", "path": "active", "value": said[-1]}
    return {**patch, "Operations": [operation]}


def _active_in(operation: Any) -> bool | None:
    if not isinstance(operation, dict):
        return None
    if str(operation.get("op")).lower() not in ("add", "replace"):
        return None
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path:
        found = value if path.lower() in ("active", f"{_CORE}:active") else None
    else:
        members = value.items() if isinstance(value, dict) else ()
        found = next((part for key, part in members if key.lower() == "active"), None)
    found = truth(found)
    return found if isinstance(found, bool) else None


def truth(value: Any) -> Any:
    """Yes or no as identity providers write it: as text, a number, or a list of one value."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    said = str(value).strip().lower() if isinstance(value, str | int) else None
    if said in _YES:
        return True
    return False if said in _NO else value


def let_go(name: str) -> None:
    """Named once in the log of a process; names only, never what was sent under them."""
    shown = name if _PLAIN.fullmatch(name) else "a name that is no attribute"
    named = _named.setdefault(organisation_in_log(), set())
    if shown in named or len(named) >= _MOST_NAMED:
        return
    named.add(shown)
    _log.info("scim.attribute_let_go", attribute=shown)
