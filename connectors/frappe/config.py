"""Which Frappe site, and in which fields of its Employee it keeps what."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta

from connectors.answer_body import LARGEST_ANSWER
from connectors.circuit import Circuit
from connectors.secret import Secret, current
from connectors.tls import require_tls


@dataclass(frozen=True, slots=True)
class FrappeFields:
    """Field names of the doctype Employee. None means that the site does not use the field.

    `employee_id` is `name` (HR-EMP-00042) or a field with a number of the organisation's own. Who
    is hired again gets another document: with the same number in both, these are two employments
    of one person; with `name` they are two people.
    """

    employee_id: str = "name"
    given_name: str = "first_name"
    prefix: str | None = "middle_name"
    family_name: str = "last_name"
    email: str | None = "company_email"
    department: str | None = "department"
    manager: str | None = "reports_to"
    start: str = "date_of_joining"
    end: str = "relieving_date"
    status: str = "status"

    def asked(self) -> list[str]:
        """`name` identifies a document, `modified` says when it last changed."""
        names = (getattr(self, one.name) for one in fields(self))
        return list(dict.fromkeys(["name", "modified", *(name for name in names if name)]))


@dataclass(frozen=True, slots=True)
class FrappeConfig:
    """How to reach one site.

    `overlap` is added before the moment of an incremental reading: `modified` is local time without
    a zone, and documents are committed later than they are stamped. `timeout` is in seconds.
    """

    url: str
    tenant: str
    api_key: str
    api_secret: Secret = field(repr=False)
    fields: FrappeFields = FrappeFields()
    timezone: str = "Europe/Amsterdam"
    page_size: int = 500
    overlap: timedelta = timedelta(hours=24)
    timeout: float = 60.0
    largest_answer: int = LARGEST_ANSWER
    circuit: Circuit | None = None

    def __post_init__(self) -> None:
        require_tls(self.url, "Frappe", "every request carries the key")

    @property
    def authorization(self) -> str:
        return f"token {self.api_key}:{current(self.api_secret)}"
