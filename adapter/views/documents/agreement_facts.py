"""Everything that the document of one agreement tells, read from the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from adapter.ground.store.tables.people import employees
from adapter.ground.store.tables.procedure import agreements, grants, signatures
from adapter.register.decision_log import policy_of
from adapter.subjects.requests.agreements import agreed_of
from adapter.subjects.requests.offering import is_offered
from config.catalogue import Language, text
from policy.days import amsterdam_day
from policy.parameters import Parameters, Policy


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """`versions` are the days on which all versions of this agreement were drawn up, by number;
    `offered` whether people are asked to sign it;
    `signatures` are by party. `policy` is the set under which this version was drawn up."""

    row: Row[Any]
    grant: Row[Any]
    hours: Decimal
    employee: str
    department: str | None
    manager: str | None
    versions: dict[int, date | None]
    offered: bool
    signatures: dict[str, Row[Any]]
    policy: Policy
    language: Language

    def say(self, name: str, /, **numbers: object) -> str:
        return text(f"documents.agreement.{name}", self.language, **numbers)

    @property
    def trajectory(self) -> str:
        return str(self.row.trajectory_id)

    @property
    def parameters(self) -> Parameters:
        """The terms: those in force on the day of the document, as they read on that day."""
        return self.policy.on(self.row.drawn_up_on or amsterdam_day(self.row.recorded_at))


def read_facts(
    connection: Connection, row: Row[Any], language: Language, today: date
) -> AgreementFacts:
    person = _person(connection, row.employee_id)
    manager_id = None if person is None else person.manager_id
    manager = None if manager_id is None else _name(_person(connection, manager_id), manager_id)
    signed = connection.execute(select(signatures).where(signatures.c.agreement_id == row.id))
    return AgreementFacts(
        row=row,
        grant=connection.execute(select(grants).where(grants.c.id == row.grant_id)).one(),
        hours=agreed_of(connection, row).hours,
        employee=_name(person, row.employee_id),
        department=None if person is None else person.department,
        manager=manager,
        versions=_versions(connection, row),
        offered=is_offered(connection, row, today),
        signatures={signature.party: signature for signature in signed},
        policy=policy_of(connection, row.policy_digest),
        language=language,
    )


def _person(connection: Connection, employee_id: str) -> Row[Any] | None:
    return connection.execute(
        select(employees).where(employees.c.employee_id == employee_id)
    ).one_or_none()


def _name(person: Row[Any] | None, employee_id: str) -> str:
    """The name, or the number of someone whom the HRIS no longer shows."""
    if person is None:
        return employee_id
    names = (person.given_name, person.family_name_prefix, person.family_name)
    return " ".join(name for name in names if name)


def _versions(connection: Connection, row: Row[Any]) -> dict[int, date | None]:
    found = connection.execute(
        select(agreements.c.version, agreements.c.drawn_up_on).where(
            agreements.c.grant_id == row.grant_id, agreements.c.employee_id == row.employee_id
        )
    )
    return {version.version: version.drawn_up_on for version in found}
