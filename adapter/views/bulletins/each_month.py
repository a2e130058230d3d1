"""How the learning of each manager's team stands, once a month: numbers, and a link to the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.decisions import HoldRow
from adapter.ground.store.tables.in_company import SignUpRow
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.queues.schedule import Monthly
from adapter.register.holds import OPEN
from adapter.register.people import in_use_since
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.tranches.run import ITSELF
from adapter.subjects.tranches.staff import Staff, read_staff
from adapter.views.tasks.task import OF_MANAGERS, Task
from adapter.views.tasks.work_list import open_tasks_of_hr
from config.settings import ScheduleSettings
from policy.days import amsterdam_day
from policy.request_states import RequestState
from policy.sign_ups import SignUpState

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

POINTLESS_AFTER = timedelta(days=7)
"""Where nothing ran so long, the next month's is soon enough."""


@dataclass(frozen=True, slots=True)
class TeamNumbers:
    team: int
    tasks: int
    overdue: int
    holds: int
    consents: int
    drafts: int


def tell_managers_of_their_teams(parts: Parts) -> int:
    """Once per month and manager, and not of a month in which the register was just read in.
    Returns to how many."""
    begun = each_month(parts.settings.schedule).period_start(parts.clock.now())
    if parts.clock.now() >= begun + POINTLESS_AFTER:
        return 0
    day = amsterdam_day(begun)
    with looking(parts, ITSELF) as act:
        since = in_use_since(act.connection)
        if since is None or since >= day:
            return 0
        told = [_message(manager, day, some) for manager, some in team_numbers(act).items()]
    with acting(parts, ITSELF) as act:
        put(act.connection, told, act.now)
    return len(told)


def each_month(times: ScheduleSettings) -> Monthly:
    return Monthly(times.team_bulletin_day, times.bulletin_hour)


def team_numbers(act: Act) -> dict[str, TeamNumbers]:
    """By manager, of everybody who is employed and has somebody to manage."""
    staff = read_staff(act.connection)
    employed = staff.employed_on(act.today)
    tasks, overdue = _tasks(act, staff)
    holds = _per_team(act, staff, HoldRow.employee_id, HoldRow.state.in_(OPEN))
    consents = _per_team(
        act, staff, SignUpRow.employee_id, SignUpRow.state == SignUpState.SIGNED_UP
    )
    drafts = _counted(
        act, TrainingRequestRow.submitted_by, TrainingRequestRow.state == RequestState.DRAFT
    )
    return {
        manager: TeamNumbers(
            team=len(employed.intersection(team)),
            tasks=tasks[manager],
            overdue=overdue[manager],
            holds=holds[manager],
            consents=consents[manager],
            drafts=drafts[manager],
        )
        for manager, team in staff.teams.items()
        if manager in employed and not employed.isdisjoint(team)
    }


def _tasks(act: Act, staff: Staff) -> tuple[Counter[str], Counter[str]]:
    """How many tasks each manager sees, and how many of them are late."""
    listed = [one for one in open_tasks_of_hr(act) if one.task.kind in OF_MANAGERS]
    late = [one for one in listed if one.due_on < act.today]
    return (
        Counter(manager for one in listed for manager in _seen_by(one.task, staff)),
        Counter(manager for one in late for manager in _seen_by(one.task, staff)),
    )


def _seen_by(task: Task, staff: Staff) -> set[str]:
    """As the work list shows it: to managers of whom it concerns, and to whoever has to act."""
    managers = {staff.manager_of(employee_id) for employee_id in task.employee_ids}
    return {one for one in (*managers, task.for_employee) if one is not None}


def _per_team(
    act: Act, staff: Staff, employee: InstrumentedAttribute[str], chosen: ColumnElement[bool]
) -> Counter[str]:
    found: Counter[str] = Counter()
    for employee_id, number in _counted(act, employee, chosen).items():
        manager = staff.manager_of(employee_id)
        if manager is not None:
            found[manager] += number
    return found


def _counted(
    act: Act, person: InstrumentedAttribute[str], chosen: ColumnElement[bool]
) -> Counter[str]:
    rows = act.connection.execute(select(person, func.count()).where(chosen).group_by(person))
    return Counter(dict(rows.all()))


def _message(manager: str, day: date, numbers: TeamNumbers) -> Action:
    key = f"bulletin:team:{day.isoformat()}:{manager}"
    payload = {
        "recipient": manager,
        "text": "bulletin_manager",
        "numbers": {**asdict(numbers), "day": day.isoformat()},
    }
    return Action(key, ActionKind.TELL, key, payload)
