"""Which AFAS environment, which GetConnector, and what its fields are called there.

A GetConnector is defined by the customer, so every field name is a setting; the defaults are ours.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, fields
from datetime import timedelta

from connectors.answer_body import LARGEST_ANSWER
from connectors.circuit import Circuit
from connectors.errors import Misconfigured
from connectors.secret import Secret, current
from connectors.tls import require_tls

SERVICES = "/ProfitRestServices"


@dataclass(frozen=True, slots=True)
class AfasFields:
    """Field names of the GetConnector. None means that the connector does not have the field.

    Without `employment_id` an employment is known by its start date. Without `modified` nothing
    can be read incrementally.
    """

    employee_id: str = "EmployeeId"
    given_name: str | None = "FirstName"
    prefix: str | None = "Prefix"
    family_name: str = "LastName"
    email: str | None = "EmailWork"
    department: str | None = "Department"
    manager_id: str | None = "ManagerEmployeeId"
    employment_id: str | None = "EmploymentId"
    employment_start: str = "EmploymentStartDate"
    employment_end: str = "EmploymentEndDate"
    hours_per_week: str | None = "HoursPerWeek"
    fte: str | None = "FTE"
    modified: str | None = "ModifiedDate"

    @property
    def order(self) -> tuple[str, str]:
        """What makes a row unique, and therefore the order in which pages are stable."""
        return self.employee_id, self.employment_id or self.employment_start

    def expected(self) -> tuple[str, ...]:
        names = (getattr(self, one.name) for one in fields(self))
        return tuple(name for name in names if name is not None)


class WrongToken(Misconfigured):
    """What is configured cannot be a token of AFAS."""


@dataclass(frozen=True, slots=True)
class AfasConfig:
    """How to reach one environment.

    `token` is the complete xml token, as it is or in base64. `tenant` is the five-digit number of
    the customer. `overlap` widens every incremental reading, `take` is the page size in rows,
    `timeout` is in seconds (the server itself gives up after 900).
    Raises `Misconfigured` at once for what can never work.
    """

    base_url: str
    tenant: str
    token: Secret = field(repr=False)
    connector: str = "LMS_Medewerkers"
    fields: AfasFields = field(default_factory=AfasFields)
    take: int = 1000
    overlap: timedelta = timedelta(hours=24)
    timeout: float = 120.0
    largest_answer: int = LARGEST_ANSWER
    circuit: Circuit | None = None

    def __post_init__(self) -> None:
        require_tls(self.base_url, "AFAS", "every request carries the token")
        if self.take < 2:
            raise Misconfigured("The AFAS page size must be at least 2 rows.")
        _encoded(current(self.token))

    @property
    def root(self) -> str:
        """The address without the path that all services share."""
        return self.base_url.rstrip("/").removesuffix(SERVICES)

    @property
    def authorization(self) -> str:
        return f"AfasToken {_encoded(current(self.token))}"

    @property
    def secrets(self) -> tuple[str, str]:
        """Both notations of the token, to be kept out of every message."""
        encoded = _encoded(current(self.token))
        return encoded, base64.b64decode(encoded).decode()


def _encoded(token: str) -> str:
    """The token in base64, whichever of its two notations was configured."""
    stripped = token.strip()
    if stripped.startswith("<token>"):
        return base64.b64encode(stripped.encode()).decode()
    try:
        is_token = base64.b64decode(stripped, validate=True).decode().startswith("<token>")
    except (binascii.Error, UnicodeDecodeError):
        is_token = False
    if not is_token:
        raise WrongToken(
            "The AFAS token is neither the complete xml token (<token>...</token>) nor its "
            "base64: copy it again from the app connector in AFAS."
        )
    return stripped
