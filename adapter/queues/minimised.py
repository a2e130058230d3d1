"""What of an event is kept: identifiers, days and words that we know, and no text in which a sender
may have written a name or an illness."""

from __future__ import annotations

import hashlib
import re

_NUMBER = re.compile(r"-?[0-9]{1,20}")
_ENROLMENTS = frozenset(
    {"category", "cohort", "database", "fee", "flatfile", "guest", "ldap", "lti", "manual"}
    | {"meta", "paypal", "self"}
)
"""Methods of enrolment that Moodle brings along."""
_OTHER = "other"
_METHODS = frozenset({"poll", "push", "reconciliation"})
"""How a connector noticed what it tells, as documented."""

REASONS = frozenset(
    {
        "dismissal",
        "end_of_contract",
        "mutual_consent",
        "probation",
        "reorganisation",
        "resignation",
        "retirement",
        "transfer",
    }
)
"""Why an employment ends, as far as it is kept. An HRIS has a free text here, in which an illness
was found; who ended the employment is recorded by HR."""


def number_or_none(told: str | None) -> str | None:
    """An id of the LMS: those are numbers. Anything else may be somebody's name."""
    return told if told is not None and _NUMBER.fullmatch(told) else None


def enrolment_method(told: str | None) -> str | None:
    """By which method somebody is enrolled: a known word, or another one."""
    return told if told is None or told in _ENROLMENTS else _OTHER


def reason_or_none(told: str | None) -> str | None:
    word = None if told is None else told.strip().lower()
    return word if word in REASONS else None


def method_or_none(told: str | None) -> str | None:
    return told if told in _METHODS else None


def digest_of(delivery_id: str) -> str:
    """Tells a repeat as well as the id itself, in which a sender may have put anything."""
    return f"sha256:{hashlib.sha256(delivery_id.encode()).hexdigest()}"
