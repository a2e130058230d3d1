"""Dead letters in the API: what could not be processed or delivered, and trying it again."""

from __future__ import annotations

from pydantic import Field

from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut
from adapter.ground.answers import Answer
from adapter.views.oversight.letters import Letter, LetterQueue


class DeadLetterOut(Answer):
    id: str
    queue: LetterQueue = Field(
        description="inbox: een gebeurtenis die niet kon worden verwerkt; outbox: een handeling "
        "die niet kon worden uitgevoerd."
    )
    kind: str
    since: str = Field(json_schema_extra={"format": "date-time"})
    reason: str | None = Field(description="Waarom het niet lukte.")
    left_because: str | None = Field(
        description="Waarom iemand haar laat zoals zij is; null zolang zij wacht."
    )

    @classmethod
    def of(cls, letter: Letter, reason: str | None) -> DeadLetterOut:
        """`reason` in the language of the reader."""
        return cls(
            id=letter.id,
            queue=letter.queue,
            kind=letter.kind,
            since=utc_text(letter.since),
            reason=reason,
            left_because=letter.left_because,
        )


class DeadLettersOut(PageOut):
    items: list[DeadLetterOut]


class ReplayOut(Answer):
    dead_letter_id: str
    replayed_by: str
    replayed_at: str = Field(json_schema_extra={"format": "date-time"})
