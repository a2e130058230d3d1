"""Which ways of signing in there are, for the page that asks somebody to."""

from __future__ import annotations

from dataclasses import dataclass

from adapter.doors.web import current
from adapter.register.sign_in.lms_registrations import registrations_in_use


@dataclass(frozen=True, slots=True)
class Ways:
    """`lms` is its address, None while none is registered."""

    lms: str | None


def ways() -> Ways:
    with current.parts().register.read() as connection:
        registered = registrations_in_use(connection)
    return Ways(registered[-1].issuer if registered else None)
