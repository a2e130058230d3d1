"""Accounts: looked up, created, changed and deleted, with the oddities of each as recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandboxes.moodle import events
from sandboxes.moodle.call import Call, Function
from sandboxes.moodle.errors import (
    invalid_parameter,
    invalid_response,
    invalid_user,
    moodle_error,
)
from sandboxes.moodle.mishaps import delete_user
from sandboxes.moodle.parameters import (
    BOOL,
    INT,
    TEXT,
    Optional,
)
from sandboxes.moodle.people import account, visible, whole
from sandboxes.moodle.state import User

_USERNAME = re.compile(r"[-._@a-z0-9]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PASSWORD_RULES = (
    (r".{8,}", "Passwords must be at least 8 characters long."),
    (r".*\d", "Passwords must have at least 1 digit(s)."),
    (r".*[a-z]", "Passwords must have at least 1 lower case letter(s)."),
    (r".*[A-Z]", "Passwords must have at least 1 upper case letter(s)."),
    (
        r".*[^\w\s]",
        "The password must have at least 1 special character(s) such as *, -, or #.",
    ),
)
_AUTHS = {"manual": True, "email": True, "nologin": False, "oauth2": False, "oidc": False}
"""Ways to log in, and whether Moodle keeps the password."""
_CRITERIA = ("id", "lastname", "firstname", "idnumber", "username", "email", "auth")


def get_users_by_field(call: Call) -> list[dict[str, Any]]:
    field, values = call.params["field"], call.params["values"]
    if field not in ("id", "idnumber", "username", "email"):
        raise invalid_parameter()
    if field == "username" and any(not _USERNAME.fullmatch(value) for value in values):
        raise invalid_parameter()
    wanted = {value.lower() for value in values if value}
    return [
        account(call, user)
        for user in _sorted(call)
        if str(getattr(user, field)).lower() in wanted
        and (field == "id" or not user.deleted)
        and visible(call, user)
        and (field == "id" or whole(call, user))
    ]


def get_users(call: Call) -> dict[str, Any]:
    keys = [criterion["key"] for criterion in call.params["criteria"]]
    if len(set(keys)) < len(keys):
        raise moodle_error("keyalreadyset", "error/keyalreadyset")
    known = [c for c in call.params["criteria"] if c["key"] in _CRITERIA]
    warnings = [
        {
            "item": key,
            "warningcode": "invalidfieldparameter",
            "message": f"The search key '{key}' is not supported, look at the web service "
            "documentation",
        }
        for key in keys
        if key not in _CRITERIA
    ]
    found = [
        account(call, user)
        for user in _sorted(call)
        if not user.deleted and visible(call, user) and all(_matches(user, c) for c in known)
    ]
    return {"users": found, "warnings": warnings}


def _matches(user: User, criterion: Mapping[str, str]) -> bool:
    """`%` is a wildcard in everything but numbers."""
    pattern = "".join(".*" if c == "%" else re.escape(c) for c in criterion["value"])
    value = str(getattr(user, criterion["key"]))
    return re.fullmatch(pattern, value, re.IGNORECASE) is not None


def _sorted(call: Call) -> list[User]:
    return sorted(call.state.users.values(), key=lambda user: user.id)


def create_users(call: Call) -> list[dict[str, Any]]:
    call.require("moodle/user:create", "Create users")
    with call.state.transaction():
        return [_create_user(call, row) for row in call.params["users"]]


def _create_user(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    _check_new_user(call, row)
    user = User(
        id=call.state.next_id("users"),
        username=row["username"],
        firstname=row["firstname"],
        lastname=row["lastname"],
        email=row["email"],
    )
    _apply(call, user, row)
    call.state.add_user(user)
    return {"id": user.id, "username": user.username}


def _check_new_user(call: Call, row: Mapping[str, Any]) -> None:
    if not all(row[name].strip() for name in ("username", "firstname", "lastname")):
        raise invalid_parameter()
    living = [user for user in call.state.users.values() if not user.deleted]
    taken = any(user.username == row["username"] for user in living)
    if taken or not _USERNAME.fullmatch(row["username"]):
        raise invalid_parameter()
    if not _EMAIL.fullmatch(row["email"]) or _email_taken(call, row["email"], 0):
        raise invalid_parameter()
    if re.search(r"<[a-z/]", row["firstname"] + row["lastname"]):
        raise invalid_parameter()
    auth = row["auth"] or "manual"
    if auth not in _AUTHS or row["lang"] not in (None, "en"):
        raise invalid_parameter()
    if _AUTHS[auth] and row["password"] is None and not row["createpassword"]:
        raise invalid_parameter()
    if row["password"] is not None and (broken := _broken_rules(row["password"])):
        raise moodle_error(broken, f"error/{broken}")


def _email_taken(call: Call, email: str, userid: int) -> bool:
    return not call.state.creates_overlap and any(
        user.email.lower() == email.lower() and user.id != userid and not user.deleted
        for user in call.state.users.values()
    )


def _broken_rules(password: str) -> str:
    return "".join(
        f"<div>{text}</div>" for rule, text in _PASSWORD_RULES if not re.match(rule, password)
    )


def _apply(call: Call, user: User, row: Mapping[str, Any]) -> None:
    names = ("username", "firstname", "lastname", "email", "idnumber", "department", "city")
    for name in (*names, "country", "auth", "suspended"):
        if row.get(name) is not None:
            setattr(user, name, row[name])
    known = {definition.shortname for definition in call.state.profile_fields}
    changes = {f["type"]: f["value"] for f in row["customfields"] or [] if f["type"] in known}
    user.profile = {**user.profile, **changes}


def update_users(call: Call) -> dict[str, Any]:
    """Good rows are kept, bad ones become warnings; a weak password breaks the answer itself."""
    call.require("moodle/user:update", "Update user profiles")
    warnings = []
    for row in call.params["users"]:
        if problem := _update_problem(call, row):
            code, message = problem
            warnings.append(
                {"item": "user", "itemid": row["id"], "warningcode": code, "message": message}
            )
            continue
        user = call.state.users[row["id"]]
        _apply(call, user, row)
        call.emit(events.user_updated(call.actor.id, user))
    return {"warnings": warnings}


def _update_problem(call: Call, row: Mapping[str, Any]) -> tuple[str, str] | None:
    user = call.state.users.get(row["id"])
    if user is None:
        return "invaliduserid", "Invalid user ID"
    if user.deleted:
        return "usernotupdateddeleted", "error/usernotupdateddeleted"
    if user.admin:
        return "usernotupdatedadmin", "Cannot update admin accounts"
    if row["email"] is not None and not _EMAIL.fullmatch(row["email"]):
        return "useremailinvalid", "error/useremailinvalid"
    if row["email"] is not None and _email_taken(call, row["email"], user.id):
        return "useremailduplicate", "Duplicate address"
    names = {other.username for other in call.state.users.values() if other.id != user.id}
    if row["username"] in names:
        return "dmlwriteexception", "Error writing to database"
    if row["password"] is not None and _broken_rules(row["password"]):
        raise invalid_response()
    return None


def delete_users(call: Call) -> None:
    call.require("moodle/user:delete", "Delete users")
    with call.state.transaction():
        for userid in call.params["userids"]:
            _delete_user(call, userid)


def _delete_user(call: Call, userid: int) -> None:
    user = call.state.users.get(userid)
    if user is None or user.deleted:
        raise invalid_user()
    if user.admin:
        raise moodle_error("useradminodelete", "Administrator accounts cannot be deleted.")
    call.emit(events.user_deleted(call.actor.id, user))
    delete_user(call.state, userid)


_PROFILE = {
    name: Optional(TEXT)
    for name in ("idnumber", "auth", "city", "country", "department", "lang", "institution")
} | {"customfields": Optional([{"type": TEXT, "value": TEXT}])}

FUNCTIONS = {
    "core_user_get_users_by_field": Function({"field": TEXT, "values": [TEXT]}, get_users_by_field),
    "core_user_get_users": Function({"criteria": [{"key": TEXT, "value": TEXT}]}, get_users),
    "core_user_create_users": Function(
        {
            "users": [
                {
                    "username": TEXT,
                    "password": Optional(TEXT),
                    "createpassword": Optional(BOOL),
                    "firstname": TEXT,
                    "lastname": TEXT,
                    "email": TEXT,
                    **_PROFILE,
                }
            ]
        },
        create_users,
    ),
    "core_user_update_users": Function(
        {
            "users": [
                {
                    "id": INT,
                    **{
                        name: Optional(TEXT)
                        for name in ("username", "password", "firstname", "lastname", "email")
                    },
                    "suspended": Optional(BOOL),
                    **_PROFILE,
                }
            ]
        },
        update_users,
    ),
    "core_user_delete_users": Function({"userids": [INT]}, delete_users),
}
