"""One act of a person on the register: a transaction, the moment, the policy and who it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from adapter.register.keys import Principal
from policy.days import amsterdam_day
from policy.parameters import Policy


@dataclass(slots=True)
class Act:
    """Everything of an act happens in its one transaction, or nothing of it does.

    `kept` is set to false by what was only tried, or has something wrong in it: then nothing of the
    act stays when its block ends.
    """

    connection: Connection
    policy: Policy
    now: datetime
    by: Principal
    kept: bool = True

    @property
    def today(self) -> date:
        """The day in Amsterdam."""
        return amsterdam_day(self.now)

    @property
    def actor(self) -> str:
        """Who is recorded: the employee behind the key, else the key's name."""
        return self.by.employee_id or self.by.name


class _Undone(Exception):
    """Ends the transaction of an act that is not kept."""


@contextmanager
def acting(parts: Parts, principal: Principal) -> Iterator[Act]:
    """An act that may change the register; undone when the block raises, or keeps nothing."""
    with suppress(_Undone), parts.register.write() as connection:
        act = Act(connection, parts.policy, parts.clock.now(), principal)
        yield act
        if not act.kept:
            raise _Undone


@contextmanager
def looking(parts: Parts, principal: Principal) -> Iterator[Act]:
    """An act that only reads."""
    with parts.register.read() as connection:
        yield Act(connection, parts.policy, parts.clock.now(), principal)


def new_id() -> str:
    return str(uuid4())
