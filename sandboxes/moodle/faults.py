"""Switches for a bad day: what the next request, or every request, runs into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    MAINTENANCE = "maintenance"
    BAD_GATEWAY = "bad_gateway"
    GATEWAY_TIMEOUT = "gateway_timeout"
    FATAL = "fatal"
    """HTTP 500 with an empty body, as after a fault in a webhook plugin."""
    DATABASE_DOWN = "database_down"
    WRITE_FAILED = "write_failed"
    """`dmlwriteexception`: the loser of a race."""
    NO_ANSWER = "no_answer"
    """Nothing is done and no answer comes."""
    LOST_ANSWER = "lost_answer"
    """It is done, but no answer comes."""


@dataclass
class Planned:
    fault: Fault
    times: int
    function: str | None


@dataclass
class Switches:
    """The site's settings that an administrator can get wrong, and faults to come.

    `denied` are capabilities taken from the service user's role; `bare_role` leaves it none but
    webservice/rest:use. `not_in_service` are functions taken from the external service.
    """

    maintenance: bool = False
    web_services_on: bool = True
    service_enabled: bool = True
    denied: frozenset[str] = frozenset()
    bare_role: bool = False
    not_in_service: frozenset[str] = frozenset()
    max_input_vars: int = 5000
    delay_seconds: float = 0.0
    """How long every answer waits, as on an overloaded site."""
    clock_ahead_seconds: float = 0.0
    """How far the clock of the web server is ahead of the sandbox's own."""
    planned: list[Planned] = field(default_factory=list)

    def fail_next(self, fault: Fault, times: int = 1, function: str | None = None) -> None:
        """The next `times` requests (of a function, when named) run into a fault."""
        self.planned.append(Planned(fault, times, function))

    def take(self, function: str) -> Fault | None:
        for plan in self.planned:
            if plan.times > 0 and plan.function in (None, function):
                plan.times -= 1
                return plan.fault
        return None
