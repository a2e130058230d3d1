"""What became new to HR in a week: tasks, findings and requests. A week without any has no mail."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from adapter.queues.outbox import Action, ActionKind, put
from adapter.queues.schedule import Weekly
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.tranches.run import ITSELF
from adapter.views.reconcile.acknowledgements import standing
from adapter.views.reconcile.history import FindingStatus, latest_run
from adapter.views.tasks.work_list import open_tasks_of_hr
from config.settings import ScheduleSettings
from policy.days import amsterdam_day

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewToHr:
    tasks: int
    findings: int
    requests: int
    overdue: int
    """Tasks whose day has passed: told with the rest, and no news by themselves."""

    @property
    def anything(self) -> bool:
        return bool(self.tasks or self.findings or self.requests)


def tell_hr_what_is_new(parts: Parts) -> bool:
    """Of the week that ended last. Returns whether there was something to tell."""
    mail = parts.settings.mail
    if mail is None or mail.hr_address is None:
        return False
    until = each_week(parts.settings.schedule).period_start(parts.clock.now())
    with looking(parts, ITSELF) as act:
        new = new_to_hr(act, until - WEEK, until)
    if not new.anything:
        return False
    with acting(parts, ITSELF) as act:
        put(act.connection, [_mail(new, amsterdam_day(until))], act.now)
    return True


def each_week(times: ScheduleSettings) -> Weekly:
    return Weekly(times.hr_bulletin_weekday, times.bulletin_hour)


def new_to_hr(act: Act, since: datetime, until: datetime) -> NewToHr:
    """What arose between two moments and is still there."""
    tasks = open_tasks_of_hr(act)
    first, end = amsterdam_day(since), amsterdam_day(until)
    return NewToHr(
        tasks=sum(first <= one.task.arose_on < end for one in tasks),
        findings=_findings(act, since, until),
        requests=_requests(act, since, until),
        overdue=sum(one.due_on < act.today for one in tasks),
    )


def _findings(act: Act, since: datetime, until: datetime) -> int:
    run = latest_run(act.connection)
    if run is None:
        return 0
    findings = ReconciliationFindingRow
    return _count(
        act,
        findings.run_id == run.id,
        findings.status != FindingStatus.RESOLVED,
        findings.since >= since,
        findings.since < until,
        ~standing(act.today),
    )


def _requests(act: Act, since: datetime, until: datetime) -> int:
    submitted_at = TrainingRequestRow.submitted_at
    return _count(act, submitted_at >= since, submitted_at < until)


def _count(act: Act, *chosen: ColumnElement[bool]) -> int:
    return int(act.connection.execute(select(func.count()).where(*chosen)).scalar_one())


def _mail(new: NewToHr, end: date) -> Action:
    key = f"bulletin:hr:{end.isoformat()}"
    days = {"first": (end - WEEK).isoformat(), "last": (end - timedelta(days=1)).isoformat()}
    payload = {"text": "bulletin_hr", "numbers": {**asdict(new), **days}}
    return Action(key, ActionKind.MAIL_HR, key, payload)
