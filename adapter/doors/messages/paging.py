"""A list of which a caller reads one page at a time: how many, and from where on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adapter.doors.messages.fields import Identifier, Message
from adapter.doors.messages.procedure_fields import absent
from adapter.ground.answers import Answer
from adapter.ground.store.portions import Cut

Place = Annotated[str, Field(pattern=r"^\d{1,9}$")]
"""The cursor of a list that counts: how many lines, or the number of the last one."""


class PageQuery(Message):
    limit: Annotated[int, Field(strict=False, ge=1, le=500)] = Field(
        default=100, description="Hoeveel regels de pagina hoogstens heeft."
    )
    cursor: Identifier | None = Field(
        default_factory=absent, description="Wat de vorige pagina in next noemde."
    )

    @property
    def cut(self) -> Cut:
        return Cut(self.limit, self.cursor)


class PageOut(Answer):
    next: str | None = Field(
        default=None, description="De cursor van de volgende pagina; de laatste heeft hem niet."
    )
