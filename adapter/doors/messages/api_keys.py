"""API keys, as an administrator makes, sees and ends them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.procedure_fields import Title, absent
from adapter.ground.answers import Answer
from adapter.ground.store.tables.work import ApiKeyRow
from adapter.register.keys import NewKey, Role, networks_named, refused_by_time

LONGEST_OVERLAP = 90


def _network(given: str) -> str:
    try:
        return networks_named([given])[0]
    except ValueError as error:
        raise PydanticCustomError("network", "no address or network") from error


Network = Annotated[str, Field(max_length=50), AfterValidator(_network)]


class ApiKeyIn(Message):
    name: Title = Field(description="Wie de sleutel gebruikt.")
    role: Annotated[Role, Field(strict=False)]
    employee_id: Identifier | None = Field(
        default_factory=absent,
        description="Wiens gegevens of team een sleutel van een medewerker of leidinggevende "
        "opent; dan verplicht.",
    )
    last_date: Day | None = Field(default_factory=absent, description="Zonder dit: onbeperkt.")
    networks: Annotated[list[Network], Field(max_length=50)] | None = Field(
        default_factory=absent,
        description="Vanaf welke adressen hij werkt, zoals 10.1.2.0/24; zonder dit: overal.",
    )


class RotationIn(Message):
    overlap_days: int = Field(
        ge=0, le=LONGEST_OVERLAP, description="Hoe lang de oude sleutel ernaast blijft werken."
    )


class ApiKeyOut(Answer):
    id: str = Field(description="Het openbare deel.")
    name: str
    role: Role
    employee_id: str | None
    networks: list[str] | None
    replaces: str | None
    created_at: str = Field(json_schema_extra={"format": "date-time"})
    used_at: str | None = Field(json_schema_extra={"format": "date-time"})
    expires_at: str | None = Field(json_schema_extra={"format": "date-time"})
    revoked_at: str | None = Field(json_schema_extra={"format": "date-time"})
    opens: bool

    @classmethod
    def of(cls, row: ApiKeyRow, now: datetime) -> ApiKeyOut:
        return cls(
            id=row.id,
            name=row.name,
            role=Role(row.role),
            employee_id=row.employee_id,
            networks=row.networks,
            replaces=row.replaces,
            created_at=utc_text(row.created_at),
            used_at=_or_none(row.used_at),
            expires_at=_or_none(row.expires_at),
            revoked_at=_or_none(row.revoked_at),
            opens=refused_by_time(row, now) is None,
        )


class ApiKeysOut(Answer):
    items: list[ApiKeyOut]


class NewApiKeyOut(Answer):
    id: str
    key: str = Field(description="De hele sleutel. Hij wordt alleen nu getoond.")

    @classmethod
    def of(cls, made: NewKey) -> NewApiKeyOut:
        return cls(id=made.key_id, key=made.key)


def _or_none(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
