"""Which agreements are offered for signing: all of them once the management team has adopted the
policy, and before it only those that HR offers by an act of its own (Visie §7, §10)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.register.adoption import adopted_by


def is_offered(connection: Connection, agreement: AgreementRow, today: date) -> bool:
    """Whether employee and manager are asked to sign this version."""
    return bool(agreement.offered_before_adoption) or adopted_by(connection, today)


class Offers:
    """The same for many agreements at once, by employee and trajectory."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._all = adopted_by(connection, today)
        newest: dict[tuple[str, str], bool] = {}
        rows = rows_of(connection, select(AgreementRow).order_by(AgreementRow.recorded_at))
        for row in () if self._all else rows:
            about = (row.employee_id, row.trajectory_id)
            newest[about] = bool(row.offered_before_adoption)
        self._offered = frozenset(about for about, offered in newest.items() if offered)

    def include(self, employee_id: str, trajectory_id: str) -> bool:
        return self._all or (employee_id, trajectory_id) in self._offered
