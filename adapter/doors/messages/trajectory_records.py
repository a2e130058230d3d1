"""What became of a training, in the API (Visie §7, §8)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adapter.doors.messages.fields import Day, Identifier, Message
from adapter.doors.messages.moments import utc_text
from adapter.doors.messages.paging import PageOut, PageQuery
from adapter.doors.messages.procedure_fields import Words, absent
from adapter.doors.messages.training_requests import CostsIn, CostsOut
from adapter.ground.answers import Answer, TotalEurOut
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.subjects.requests.costs import Costs
from adapter.subjects.requests.trajectory_records import BreakOff, TrajectoryEntry


class TrajectoryRecordsQuery(PageQuery):
    """There is no filter on employee: a personnel number does not belong in an address."""

    trajectory_id: Identifier | None = Field(default_factory=absent)


class ActualCostsIn(CostsIn):
    """What was really paid for this employee alone, in whole; for a group: the own part."""


class BreakOffIn(Message):
    broken_off_date: Day = Field(description="De dag waarop de medewerker stopte.")
    reason: Words = Field(description="Zakelijk; geen medische gegevens.")

    def content(self) -> BreakOff:
        return BreakOff(self.broken_off_date, self.reason)


class TrajectoryRecordIn(Message):
    """A part that is left out stays as it was; null takes back what was recorded."""

    employee_id: Identifier
    trajectory_id: Identifier
    actual_costs: ActualCostsIn | None = Field(default_factory=absent)
    break_off: BreakOffIn | None = Field(default_factory=absent)

    def content(self) -> TrajectoryEntry:
        changes: dict[str, Costs | BreakOff | None] = {}
        costs, stopped = self.actual_costs, self.break_off
        if "actual_costs" in self.model_fields_set:
            changes["actual_costs"] = None if costs is None else costs.costs()
        if "break_off" in self.model_fields_set:
            changes["break_off"] = None if stopped is None else stopped.content()
        return TrajectoryEntry(self.employee_id, self.trajectory_id, changes)


class TrajectoryRecordOut(Answer):
    """All that stands after this entry, and who made it."""

    id: str
    employee_id: str
    trajectory_id: str
    number: int = Field(description="De hoogste per medewerker en traject geldt.")
    actual_costs_eur: TotalEurOut | None = Field(
        description="Na aftrek van subsidie, zonder loon; null is onbekend."
    )
    actual_costs: CostsOut | None
    broken_off_date: date | None
    broken_off_reason: str | None
    recorded_by: str
    recorded_at: str

    @classmethod
    def of(cls, row: TrajectoryRecordRow) -> TrajectoryRecordOut:
        return cls(
            id=row.id,
            employee_id=row.employee_id,
            trajectory_id=row.trajectory_id,
            number=row.number,
            actual_costs_eur=row.actual_costs_cents,
            actual_costs=None if row.actual_costs is None else CostsOut.of(row.actual_costs),
            broken_off_date=row.broken_off_on,
            broken_off_reason=row.broken_off_reason,
            recorded_by=row.recorded_by,
            recorded_at=utc_text(row.recorded_at),
        )


class TrajectoryRecordsOut(PageOut):
    items: list[TrajectoryRecordOut]
