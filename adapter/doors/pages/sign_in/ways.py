"""Which ways of signing in there are, for the page that asks somebody to."""

from __future__ import annotations

from dataclasses import dataclass

from adapter.doors.web import current
from adapter.register.sign_in.lms_registrations import registrations_in_use


@dataclass(frozen=True, slots=True)
class Ways:
    """`lms` is where to go there, at best the activity itself, and None while none is registered;
    `openid` whether there is an identity provider."""

    lms: str | None
    openid: bool


def ways() -> Ways:
    parts = current.parts()
    with parts.register.read() as connection:
        registered = registrations_in_use(connection)
    activity = parts.settings.pages.lms_activity
    lms = activity or registered[-1].issuer if registered else None
    return Ways(lms, openid=parts.settings.openid is not None)
