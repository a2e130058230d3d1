"""Problem details (RFC 9457) as the document describes them; `web.problems` writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adapter.ground.answers import Answer


class FieldErrorOut(Answer):
    pointer: str = Field(description="JSON-pointer naar het veld of de parameter.")
    place: Literal["body", "query", "path"] = Field(alias="in")
    detail: str = Field(description="Wat er anders moet, in de taal van de vraag.")


class ProblemOut(Answer):
    type: str = Field(description="Vaste URI van het soort probleem.")
    title: str = Field(description="Het soort probleem; gelijk voor elk probleem van dit type.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="Wat er deze keer mis is en wat daaraan te doen is.")
    errors: list[FieldErrorOut] = Field(
        [], description="Alle velden die niet kloppen; alleen bij een onjuist verzoek."
    )
    incident: str = Field("", description="Nummer voor de beheerder; alleen bij een interne fout.")
