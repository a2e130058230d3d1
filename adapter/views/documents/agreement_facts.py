"""Everything that the document of one agreement tells, read from the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_of, row_or_none, rows_of
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow, SignatureRow
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

    row: AgreementRow
    grant: GrantRow
    hours: Decimal
    employee: str
    department: str | None
    manager: str | None
    versions: dict[int, date | None]
    offered: bool
    signatures: dict[str, SignatureRow]
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
    connection: Connection, row: AgreementRow, language: Language, today: date
) -> AgreementFacts:
    person = _person(connection, row.employee_id)
    manager_id = None if person is None else person.manager_id
    manager = None if manager_id is None else _name(_person(connection, manager_id), manager_id)
    signed = rows_of(connection, select(SignatureRow).where(SignatureRow.agreement_id == row.id))
    return AgreementFacts(
        row=row,
        grant=row_of(connection, select(GrantRow).where(GrantRow.id == row.grant_id)),
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


def _person(connection: Connection, employee_id: str) -> EmployeeRow | None:
    return row_or_none(
        connection, select(EmployeeRow).where(EmployeeRow.employee_id == employee_id)
    )


def _name(person: EmployeeRow | None, employee_id: str) -> str:
    """The name, or the number of someone whom the HRIS no longer shows."""
    if person is None:
        return employee_id
    names = (person.given_name, person.family_name_prefix, person.family_name)
    return " ".join(name for name in names if name)


def _versions(connection: Connection, row: AgreementRow) -> dict[int, date | None]:
    found = connection.execute(
        select(AgreementRow.version, AgreementRow.drawn_up_on).where(
            AgreementRow.grant_id == row.grant_id, AgreementRow.employee_id == row.employee_id
        )
    )
    return dict(found.all())
