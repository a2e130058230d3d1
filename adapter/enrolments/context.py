"""What planning of holds needs to know of its surroundings, from the parts of the service."""

from __future__ import annotations

from adapter.enrolments.enforce import Enforcement
from adapter.parts import Parts


def enforcement_of(parts: Parts) -> Enforcement:
    """Asks the LMS who the service user is and what it can suspend; it remembers both."""
    return Enforcement(
        service_user_id=None if parts.lms is None else parts.lms.service_user_id(),
        suspendable=frozenset() if parts.lms is None else parts.lms.suspendable(),
        holds_per_hour=parts.settings.brake.holds_per_hour,
        mail=parts.settings.mail,
        now=parts.clock.now(),
    )
