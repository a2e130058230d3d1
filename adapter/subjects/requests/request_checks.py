"""What cannot be written down as a request; what is merely missing is for the intake check."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.register.people import known_employee
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.courses import unknown_courses
from adapter.subjects.requests.days import wrong_end
from adapter.subjects.requests.refusals import WrongField, refuse_if_any
from adapter.subjects.requests.request_content import RequestContent
from adapter.subjects.requests.teams import unknown_employees
from policy.model import MandatoryByLaw


def refuse_wrong(act: Act, content: RequestContent, manager_id: str) -> None:
    """Raise `WrongFields` naming everything that is wrong."""
    wrong = [
        *unknown_employees(act, content.employee_ids, "/employeeIds"),
        *unknown_courses(act, content.course_ids, "/courseIds"),
        *_contradictions(content),
    ]
    if not known_employee(act.connection, manager_id):
        wrong.append(WrongField("/managerId", "unknown_record"))
    refuse_if_any(wrong)


def _contradictions(content: RequestContent) -> Iterator[WrongField]:
    if len(set(content.employee_ids)) < len(content.employee_ids):
        yield WrongField("/employeeIds", "listed_twice")
    if content.collective and content.employee_ids:
        yield WrongField("/employeeIds", "collective_names_nobody")
    if not content.collective and content.planned_participants is not None:
        yield WrongField("/plannedParticipants", "only_collective")
    if content.trajectory_id is None and not content.course_ids:
        yield WrongField("/trajectoryId", "course_or_trajectory")
    if content.costs.net_cents < 0:
        yield WrongField("/costs/subsidyEur", "more_than_costs")
    if content.mandatory_by_law is MandatoryByLaw.YES and content.work_time_share < 1:
        yield WrongField("/workTimeShare", "statutory_is_working_time")
    yield from wrong_end(content.starts_on, content.ends_on)
