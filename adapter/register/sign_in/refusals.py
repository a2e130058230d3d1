"""Why somebody was not signed in: as the person is told, and as the audit trail keeps it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from adapter.register.audit_log import note_act
from adapter.register.sign_in.browser_sessions import Way


class Why(StrEnum):
    """Each has its sentence in `pages.refused`, which says what to do next."""

    NOT_BEGUN = "not_begun"
    """No sign-in that we began has this state."""
    TOO_LATE = "too_late"
    USED = "used"
    OTHER_BROWSER = "other_browser"
    UNKNOWN_LMS = "unknown_lms"
    NOT_TRUSTED = "not_trusted"
    """The token is not what it must be; the audit trail says in what."""
    UNREACHABLE = "unreachable"
    BY_PROVIDER = "by_provider"
    """The LMS or identity provider answered that it did not sign in anybody."""
    UNKNOWN_ACCOUNT = "unknown_account"
    SUSPENDED_ACCOUNT = "suspended_account"
    ACCOUNT_IN_DOUBT = "account_in_doubt"
    UNKNOWN_PERSON = "unknown_person"
    TWO_PERSONS = "two_persons"
    LEFT = "left"
    BEGINS_LATER = "begins_later"


class SignInRefused(Exception):
    """`employee_id` where it is known; `detail` for the audit trail, without a name or token."""

    def __init__(self, way: Way, why: Why, employee_id: str = "", detail: str = "") -> None:
        super().__init__(f"{way}: {why} {detail}".strip())
        self.way = way
        self.why = why
        self.employee_id = employee_id
        self.detail = detail


def note_refusal(connection: Connection, refused: SignInRefused, now: datetime) -> None:
    note_act(
        connection,
        now,
        actor=refused.employee_id,
        action=f"sign-in-{refused.way}",
        record="session",
        result=f"refused: {refused.why}" + (f" ({refused.detail})" if refused.detail else ""),
    )
