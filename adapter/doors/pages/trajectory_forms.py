"""HR records that a training was broken off, and takes that back (Visie §7)."""

from __future__ import annotations

from adapter.doors.messages.trajectory_records import TrajectoryRecordIn
from adapter.doors.pages.act_forms import ActField, ActForm, Look
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.trajectory_records import record_entry


def break_off(employee_id: str, trajectory: ActField) -> ActForm:
    fields = (
        trajectory,
        ActField("broken_off_on", "/breakOff/brokenOffDate", Look.DAY),
        ActField("reason", "/breakOff/reason", Look.TEXT),
    )
    given = {"employeeId": employee_id, "breakOff": {}}
    return ActForm("break_off", TrajectoryRecordIn, fields, given=given)


def withdraw_break_off(employee_id: str, trajectory: ActField) -> ActForm:
    given = {"employeeId": employee_id, "breakOff": None}
    return ActForm("withdraw_break_off", TrajectoryRecordIn, (trajectory,), given=given)


def record(act: Act, message: TrajectoryRecordIn, _version: int) -> None:
    record_entry(act, message.content())
