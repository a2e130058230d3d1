"""What planning of holds needs to know of its surroundings, from the parts of the service."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from sqlalchemy import select

from adapter.ground.parts import Parts
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.register import Register
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.work import LmsAbilityRow
from adapter.subjects.enrolments.enforce import Enforcement
from connectors.deadline import deadline
from connectors.errors import Transient
from connectors.ports import EnrolmentMethod, Lms

_LMS = "lms"
PATIENCE_SECONDS = 2.0
"""With an LMS that does not say it again. It is asked once, or seldom, by each process."""


@dataclass(frozen=True, slots=True)
class _Abilities:
    """Who our service user is, and which enrolment methods it can suspend."""

    service_user_id: str | None
    suspendable: frozenset[EnrolmentMethod]


def enforcement_of(parts: Parts) -> Enforcement:
    """Asks the LMS who the service user is and what it can suspend; while it does not answer, what
    it said last counts, so that the register can be decided upon without it. Raises a connector's
    error where it never said anything."""
    abilities = _Abilities(None, frozenset())
    if parts.lms is not None:
        abilities = _abilities(parts.register, parts.lms)
    return Enforcement(
        service_user_id=abilities.service_user_id,
        suspendable=abilities.suspendable,
        holds_per_hour=parts.settings.brake.holds_per_hour,
        mail=parts.settings.mail,
        now=parts.clock.now(),
    )


def _abilities(register: Register, lms: Lms) -> _Abilities:
    known = _said_last(register)
    try:
        with nullcontext() if known is None else deadline(PATIENCE_SECONDS):
            said = _Abilities(lms.service_user_id(), lms.suspendable())
    except Transient:
        if known is None:
            raise
        return known
    if said != known:
        with register.write() as connection:
            values = {
                "service_user_id": said.service_user_id,
                "suspendable": sorted(said.suspendable),
            }
            upsert(connection, LmsAbilityRow, {"lms": _LMS}, values)
    return said


def _said_last(register: Register) -> _Abilities | None:
    with register.read() as connection:
        row = row_or_none(connection, select(LmsAbilityRow))
    return (
        None
        if row is None
        else _Abilities(row.service_user_id, frozenset(map(EnrolmentMethod, row.suspendable)))
    )
