"""How an account looks in an answer."""

from __future__ import annotations

from typing import Any

from sandboxes.moodle.call import Call
from sandboxes.moodle.state import User

_KEPT_BACK = frozenset({"username", "department", "city"})
YES_NO = {"en": ("No", "Yes"), "nl": ("Nee", "Ja")}


def visible(call: Call, user: User) -> bool:
    """Without this right an account looks as if it does not exist, one's own aside."""
    return user.id == call.actor.id or call.can("moodle/user:viewdetails")


def whole(call: Call, user: User) -> bool:
    """Without this right there is no username, nor what an administrator sees only."""
    return user.id == call.actor.id or call.can("moodle/user:viewalldetails")


def account(call: Call, user: User) -> dict[str, Any]:
    if not whole(call, user):
        kept = {k: v for k, v in identity(call, user).items() if k not in _KEPT_BACK}
        shown = profile(call, user, display=True)
        return {**kept, "suspended": user.suspended, "timezone": "99", "customfields": shown}
    return {
        **identity(call, user),
        "auth": user.auth,
        "suspended": user.suspended,
        "confirmed": True,
        "lang": "en",
        "theme": "",
        "timezone": "99",
        "mailformat": 1,
        "trackforums": 0,
        "customfields": profile(call, user, display=True),
    }


def identity(call: Call, user: User) -> dict[str, Any]:
    """What accounts and participants have in common; empty ID number and town are left out."""
    shown: dict[str, Any] = {
        "id": user.id,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": user.fullname,
        "department": user.department,
        "firstaccess": 0,
        "lastaccess": 0,
        "profileimageurlsmall": f"{call.base_url}/theme/image.php/boost/core/1/u/f2",
        "profileimageurl": f"{call.base_url}/theme/image.php/boost/core/1/u/f1",
    }
    if user.id == call.actor.id or call.can("moodle/site:viewuseridentity"):
        shown["email"] = user.email
    for name in ("idnumber", "city", "country"):
        if value := getattr(user, name):
            shown[name] = value
    return shown


def profile(call: Call, user: User, *, display: bool) -> list[dict[str, Any]]:
    """Text fields show when filled, checkboxes always."""
    fields = []
    for definition in call.state.profile_fields:
        value = user.profile.get(definition.shortname, "")
        if definition.type == "text" and not value:
            continue
        field: dict[str, Any] = {
            "type": definition.type,
            "value": value,
            "name": definition.name,
            "shortname": definition.shortname,
        }
        if display:
            word = YES_NO[call.language][value == "1"]
            field["displayvalue"] = word if definition.type == "checkbox" else value
        fields.append(field)
    return fields
