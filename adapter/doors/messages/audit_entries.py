"""The audit trail as the API shows it and as it is shipped: one entry, whole, in one line."""

from __future__ import annotations

from pydantic import Field

from adapter.doors.messages.fields import Moment
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery, Place
from adapter.ground.answers import Answer
from adapter.views.oversight.audit_trail import Entry


class AuditEntriesQuery(PageQuery):
    """Oldest first. There is no filter on employee: a personnel number does not belong in an
    address."""

    cursor: Place | None = Field(
        default=None, description="Het nummer van de laatste regel die is gelezen."
    )
    since: Moment | None = Field(default=None)
    action: str | None = Field(default=None, max_length=100)


class AuditEntryOut(Answer):
    """`number` and `sha256` are its line in the chain, by which it can be verified elsewhere."""

    number: int
    id: str
    at: str = Field(json_schema_extra={"format": "date-time"})
    actor: str = Field(description="Personeelsnummer, naam van een sleutel, of leeg.")
    way: str | None = Field(description="api met de sleutel, page, command of service.")
    action: str
    record: str
    about: str | None = Field(description="Het personeelsnummer van wie het betreft.")
    result: str
    sha256: str

    @classmethod
    def of(cls, entry: Entry) -> AuditEntryOut:
        return cls(
            number=entry.number,
            id=entry.id,
            at=utc_text(entry.at),
            actor=entry.actor,
            way=entry.way,
            action=entry.action,
            record=entry.record,
            about=entry.about,
            result=entry.result,
            sha256=entry.sha256,
        )


class AuditEntriesOut(PageOut):
    items: list[AuditEntryOut]
