"""Demand for the same training, for who can bundle it (Visie §4, §5)."""

from __future__ import annotations

from pydantic import Field

from adapter.ground.answers import Answer
from policy.bundling import Bundle


class OverlapOut(Answer):
    """No names and no amounts: the knowledge broker organises, and decides nothing (P10)."""

    training_id: str = Field(description="ID-nummer van de cursus, of het traject.")
    requests: int
    participants: int
    asked_more_than_once: int = Field(description="Medewerkers in meer dan één aanvraag.")
    sessions: int | None = Field(
        description="Zoveel incompany-bijeenkomsten zijn er nodig; leeg zonder bekende capaciteit."
    )

    @classmethod
    def of(cls, training_id: str, bundle: Bundle) -> OverlapOut:
        return cls(
            training_id=training_id,
            requests=len(bundle.asks),
            participants=bundle.participants,
            asked_more_than_once=len(bundle.repeated),
            sessions=bundle.sessions,
        )


class OverlapsOut(Answer):
    items: list[OverlapOut]
