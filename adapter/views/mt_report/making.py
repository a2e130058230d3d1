"""The figures of a period from the register, as it is at this moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from adapter.ground.store.reading import rows_as
from adapter.register.learning import Learning
from adapter.register.learning_reader import read_all_learning
from adapter.subjects.quality_criteria.obligations import obligations_on
from adapter.subjects.requests.acts import Act
from adapter.subjects.tranches.staff import Staff, read_staff
from adapter.subjects.tranches.undecided import undecided_by_tranche
from adapter.views.mt_report.acts import acts_of, criteria_of
from adapter.views.mt_report.figures import FiguresOut, OverdueOut
from adapter.views.mt_report.learned import (
    employees_by_hours,
    hours_of_all,
    learned_of,
    teams_by_hours,
)
from adapter.views.mt_report.money import GrantedRow, money_of, standing_grants
from adapter.views.mt_report.outlook import outlook_of
from adapter.views.quality_criteria.expertises import (
    QualityObligationOut,
    obligation_in_numbers,
)
from adapter.views.tasks.work_list import open_tasks_of_hr
from policy.days import AMSTERDAM
from policy.periods import Period


def figures_of(act: Act, period: Period) -> FiguresOut:
    """Of a period that has begun. What was decided and asked is of the period, money and hours are
    of its calendar year, and what waits is as it stands now."""
    moments = (_midnight(period.first), _midnight(period.last + timedelta(days=1)))
    grants = rows_as(act.connection, standing_grants(moments[1], period.last), GrantedRow)
    staff = read_staff(act.connection)
    learning = read_all_learning(act.connection)
    employees = staff.employed_on(min(period.last, act.today))
    learned = learned_of(act.connection, learning, employees)
    norm = act.policy.on(date(period.year, 1, 1)).hours_norm
    teams, teams_not_shown = teams_by_hours(learned, staff, period.year, norm)
    return FiguresOut(
        period=period.name,
        from_date=period.first,
        until_date=period.last,
        employees=len(employees),
        money=money_of(act.connection, grants, period, moments[1]),
        hours=hours_of_all(learned, period.year, norm),
        employees_by_hours=employees_by_hours(learned, period.year, norm),
        teams_by_hours=teams,
        teams_not_shown=teams_not_shown,
        criteria=criteria_of(act.connection, grants, period, moments),
        undecided_requests=sum(undecided_by_tranche(act.connection).values()),
        acts=acts_of(act.connection, period, moments),
        overdue=_overdue(act, learning),
        outlook=outlook_of(act.connection, period, learning, learned, grants, act.policy),
        quality=_quality(act, staff),
    )


def _quality(act: Act, staff: Staff) -> QualityObligationOut | None:
    obligations = obligations_on(act.connection, staff, act.today)
    return obligation_in_numbers(obligations, act.today) if obligations else None


def _overdue(act: Act, learning: Mapping[str, Learning]) -> list[OverdueOut]:
    """Open tasks whose day has passed, those of which there are most first."""
    open_tasks = open_tasks_of_hr(act, learning)
    late = Counter(one.task.kind for one in open_tasks if one.due_on < act.today)
    return [
        OverdueOut(kind=kind, number=number)
        for kind, number in sorted(late.items(), key=lambda one: (-one[1], one[0]))
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
