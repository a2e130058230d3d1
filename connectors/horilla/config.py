"""Which Horilla, and whose account reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.answer_body import LARGEST_ANSWER
from connectors.circuit import Circuit
from connectors.secret import Secret
from connectors.tls import require_tls


@dataclass(frozen=True, slots=True)
class HorillaConfig:
    """`minimum_headcount` is how many people there certainly are: an account without the right
    to see everyone gets a list of itself or its own team, which looks like any other list.
    `timeout` is in seconds.
    """

    url: str
    tenant: str
    username: str
    password: Secret = field(repr=False)
    minimum_headcount: int = 2
    timeout: float = 60.0
    largest_answer: int = LARGEST_ANSWER
    circuit: Circuit | None = None

    def __post_init__(self) -> None:
        require_tls(
            self.url,
            "Horilla",
            "the password travels over it, and in production Horilla redirects anything else",
        )
