"""The tranches that there are, by name and in order (Visie §6)."""

from __future__ import annotations

from datetime import timedelta

from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.clock import today
from policy.errors import UnknownTranche
from policy.tranches import Tranche, tranche_for, tranche_named, tranches_between


def tranche_by_name(name: str) -> Tranche:
    """Raises the 404 of a tranche that does not exist."""
    try:
        return tranche_named(name, current.parts().policy)
    except UnknownTranche as error:
        raise Problem(Kind.NOT_FOUND, "no_tranche") from error


def tranches_up_to_the_next() -> tuple[Tranche, ...]:
    """From the first under the policy up to the one after the one that is open."""
    parts = current.parts()
    open_now = tranche_for(today(parts.clock), parts.policy)
    next_opens = open_now.deadline_on + timedelta(days=1)
    return tranches_between(parts.policy.starts_on, next_opens, parts.policy)
