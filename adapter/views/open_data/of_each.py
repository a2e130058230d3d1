"""The form for HR alone: employees, training, requests, grants and holds one by one, each under a
pseudonym and without what people typed. It stays personal data, since a row can point somebody out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from adapter.ground.rendering.content import Cell, Kind, Table
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.procedure import GrantRow, TrainingRequestRow
from adapter.register.activities import activities
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches.staff import Staff, read_staff
from adapter.views.mt_report.learned import Learned, learned_of, of_year
from adapter.views.open_data.data_tables import OpenData, data_table, documented
from adapter.views.open_data.export_key import ExportKey
from policy.days import amsterdam_day
from policy.hours import year_limit

_CODES = {
    "person_training.state": "overview.activity",
    "training_requests.ground": "mt_report.ground",
    "training_requests.state": "imports.state",
    "grants.ground": "mt_report.ground",
    "holds.state": "open_data.hold_state",
}
Rows = Iterator[tuple[Cell, ...]]
Recorded = TypeVar("Recorded", TrainingRequestRow, GrantRow, HoldRow)


def data_of_each(act: Act, key: ExportKey) -> OpenData:
    """As the register is now; hours are of this calendar year."""
    staff = read_staff(act.connection)
    learning = read_all_learning(act.connection)
    learned = learned_of(act.connection, learning, staff.employed_on(act.today))
    exported = _Exported(act, key, staff, learning, learned)
    return OpenData(
        record=f"pseudonymised/{act.today.isoformat()}",
        file_name=f"leergegevens-gepseudonimiseerd-{act.today.isoformat()}",
        tables=documented(tuple(exported.tables()), _CODES),
    )


@dataclass(frozen=True, slots=True)
class _Exported:
    act: Act
    key: ExportKey
    staff: Staff
    learning: Mapping[str, Learning]
    learned: Mapping[str, Learned]

    def tables(self) -> Iterator[Table]:
        whom = {"person": Kind.TEXT}
        yield data_table(
            "persons",
            whom
            | {"team": Kind.TEXT, "department": Kind.TEXT, "year": Kind.TEXT}
            | dict.fromkeys(("limit_hours", "used_hours", "planned_hours"), Kind.HOURS),
            self._persons(),
        )
        yield data_table(
            "person_months",
            whom
            | {"month": Kind.TEXT}
            | dict.fromkeys(("used_hours", "planned_hours", "in_company_hours"), Kind.HOURS),
            self._months(),
        )
        yield data_table(
            "person_training",
            whom
            | {"training": Kind.TEXT, "state": Kind.TEXT, "hours": Kind.HOURS}
            | {"start_date": Kind.DAY, "end_date": Kind.DAY},
            self._training(),
        )
        yield data_table(
            "training_requests",
            {"request": Kind.TEXT, "tranche": Kind.TEXT, "ground": Kind.TEXT, "state": Kind.TEXT}
            | {"collective": Kind.COUNT, "people": Kind.COUNT}
            | {"costs_eur": Kind.EUROS, "hours": Kind.HOURS, "submitted_date": Kind.DAY},
            self._requests(),
        )
        yield data_table(
            "grants",
            {"grant_id": Kind.TEXT, "request": Kind.TEXT, "person": Kind.TEXT}
            | {"ground": Kind.TEXT, "training": Kind.TEXT}
            | {"costs_eur": Kind.EUROS, "hours": Kind.HOURS, "repayment_scheme": Kind.COUNT}
            | dict.fromkeys(("decided_date", "start_date", "end_date"), Kind.DAY)
            | {"revoked": Kind.COUNT},
            self._grants(),
        )
        yield data_table(
            "holds",
            whom
            | {"course": Kind.TEXT, "state": Kind.TEXT}
            | {"decided_date": Kind.DAY, "released_date": Kind.DAY},
            self._holds(),
        )

    def _person(self, employee_id: str | None) -> str | None:
        return self.key.pseudonym("person", employee_id)

    def _persons(self) -> Rows:
        year = self.act.today.year
        for employee_id in self._shuffled():
            mine = self.learned[employee_id]
            row = self.staff.people[employee_id]
            yield (
                self._person(employee_id),
                self.key.pseudonym("team", row.manager_id),
                row.department,
                str(year),
                self._limit(employee_id, year),
                of_year(mine.used, year),
                of_year(mine.planned, year),
            )

    def _limit(self, employee_id: str, year: int) -> Cell:
        known = self.learning.get(employee_id)
        followed = () if known is None else tuple(activities(known).values())
        exemptions = () if known is None else known.exemptions
        return year_limit(year, followed, exemptions, self.act.today, self.act.policy)

    def _months(self) -> Rows:
        for employee_id in self._shuffled():
            mine = self.learned[employee_id]
            for month in sorted(mine.used.keys() | mine.planned.keys()):
                if month.year == self.act.today.year:
                    hours = (mine.used[month], mine.planned[month], mine.in_company[month])
                    yield self._person(employee_id), str(month), *hours

    def _training(self) -> Rows:
        for employee_id in self._shuffled():
            if employee_id not in self.learning:
                continue
            for one in activities(self.learning[employee_id]).values():
                place = (one.activity_id, str(one.state), one.hours, one.start, one.end)
                yield self._person(employee_id), *place

    def _shuffled(self) -> list[str]:
        """By pseudonym: the order of employee numbers says who is who."""
        return sorted(self.learned, key=lambda one: self._person(one) or "")

    def _requests(self) -> Rows:
        query = select(TrainingRequestRow)
        for row in self._by_pseudonym("request", rows_of(self.act.connection, query)):
            people = row.planned_participants or len(row.employee_ids)
            yield (
                self.key.pseudonym("request", row.id),
                row.tranche,
                row.ground,
                row.state,
                row.collective,
                people,
                row.costs_cents,
                row.hours,
                None if row.submitted_at is None else amsterdam_day(row.submitted_at),
            )

    def _grants(self) -> Rows:
        query = select(GrantRow)
        for row in self._by_pseudonym("grant", rows_of(self.act.connection, query)):
            yield (
                self.key.pseudonym("grant", row.id),
                self.key.pseudonym("request", row.request_id),
                self._person(row.employee_id),
                row.ground,
                row.trajectory_id,
                row.costs_cents,
                row.hours,
                int(row.repayment_scheme),
                row.decided_on,
                row.starts_on,
                row.ends_on,
                int(row.revoked_at is not None),
            )

    def _holds(self) -> Rows:
        query = select(HoldRow)
        for row in self._by_pseudonym("hold", rows_of(self.act.connection, query)):
            released: date | None = (
                None if row.released_at is None else amsterdam_day(row.released_at)
            )
            whom = self._person(row.employee_id)
            yield whom, row.course_id, row.state, amsterdam_day(row.decided_at), released

    def _by_pseudonym(self, kind: str, rows: list[Recorded]) -> list[Recorded]:
        """The order in which they were made would lead back to them."""
        return sorted(rows, key=lambda row: self.key.pseudonym(kind, row.id) or "")
