"""The grants of employees, each with the newest version of its agreement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from adapter.ground.store.metadata import aliased
from adapter.ground.store.portions import Portion, portion
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow
from adapter.subjects.requests.acts import Act


@dataclass(frozen=True, slots=True)
class GrantOfEmployee:
    """A grant of one employee, with the newest version of its agreement where there is one."""

    grant: GrantRow
    employee_id: str
    agreement: AgreementRow | None


def granted_agreements(act: Act, number: int) -> Portion[GrantOfEmployee]:
    """Those that lack something first, then by the day of the decision, newest first. A collective
    grant is of each with whom HR made an agreement."""
    newest = (
        select(
            AgreementRow.grant_id,
            AgreementRow.employee_id,
            func.max(AgreementRow.version).label("version"),
        )
        .group_by(AgreementRow.grant_id, AgreementRow.employee_id)
        .subquery()
    )
    agreement = aliased(
        AgreementRow,
        select(AgreementRow)
        .join(
            newest,
            (newest.c.grant_id == AgreementRow.grant_id)
            & (newest.c.employee_id == AgreementRow.employee_id)
            & (newest.c.version == AgreementRow.version),
        )
        .subquery(),
    )
    employee_id = func.coalesce(GrantRow.employee_id, agreement.employee_id)
    statement = (
        select(GrantRow.id, employee_id, agreement.id)
        .outerjoin(
            agreement,
            (agreement.grant_id == GrantRow.id)
            & or_(GrantRow.employee_id.is_(None), GrantRow.employee_id == agreement.employee_id),
        )
        .where(GrantRow.revoked_at.is_(None), employee_id.is_not(None))
        .order_by(
            agreement.filed_on.is_not(None), GrantRow.decided_on.desc(), GrantRow.id, employee_id
        )
    )
    found = portion(lambda cut: act.connection.execute(cut).all(), statement, number)
    with_ids = GrantRow.id.in_([grant_id for grant_id, _, _ in found.items])
    grants = {row.id: row for row in rows_of(act.connection, select(GrantRow).where(with_ids))}
    made = AgreementRow.id.in_([agreement_id for _, _, agreement_id in found.items])
    agreements = {row.id: row for row in rows_of(act.connection, select(AgreementRow).where(made))}
    return found.of(
        GrantOfEmployee(grants[grant_id], employee, agreements.get(agreement_id))
        for grant_id, employee, agreement_id in found.items
    )
