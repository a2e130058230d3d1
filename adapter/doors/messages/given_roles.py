"""Giving a role, as an administrator fills it in."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.register.given_roles import GIVABLE
from adapter.register.keys import Role


def _givable(role: Role) -> Role:
    if role not in GIVABLE:
        offered = ", ".join(sorted(GIVABLE))
        raise PydanticCustomError("enum", "follows from the HRIS", {"expected": offered})
    return role


class RoleGrantIn(Message):
    employee_id: Identifier
    role: Annotated[Role, Field(strict=False), AfterValidator(_givable)]
    last_date: Day | None = Field(default_factory=absent)


class RoleRevocationIn(Message):
    employee_id: Identifier
    role: Annotated[Role, Field(strict=False), AfterValidator(_givable)]


class ReasonIn(Message):
    """Why somebody pauses, resumes or leaves something as it is."""

    reason: Words
