"""What identity providers send that the standard does not allow, put right before it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user"
_MANAGER = f"{_ENTERPRISE}:manager"


def user_in_standard_form(user: Mapping[str, Any]) -> dict[str, Any]:
    """A whole user as the standard has it: a manager comes as a bare text, or as an id without the
    address that belongs beside it."""
    return {
        key: _extension(part) if key.lower() == _ENTERPRISE and isinstance(part, dict) else part
        for key, part in user.items()
    }


def _extension(extension: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _manager(part) if key.lower() == "manager" else part for key, part in extension.items()
    }


def _manager(part: Any) -> Any:
    manager = {"value": part} if isinstance(part, str) and part else part
    if not isinstance(manager, dict) or not isinstance(manager.get("value"), str):
        return manager
    return {"$ref": f"../Users/{manager['value']}"} | manager


def in_standard_form(patch: Mapping[str, Any]) -> dict[str, Any]:
    """A PATCH as the standard has it. Entra ID sends a manager as a bare text."""
    operations = patch.get("Operations")
    if not isinstance(operations, list):
        return dict(patch)
    return {**patch, "Operations": [_operation(one) for one in operations]}


def _operation(operation: Any) -> Any:
    if not isinstance(operation, dict):
        return operation
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path.lower() == _MANAGER and isinstance(value, str):
        return {**operation, "value": {"value": value}}
    if path is None and isinstance(value, dict):
        return {**operation, "value": {key: _member(key, part) for key, part in value.items()}}
    return operation


def _member(key: str, part: Any) -> Any:
    return {"value": part} if key.lower() == _MANAGER and isinstance(part, str) else part
