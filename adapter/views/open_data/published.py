"""The form that may be published: the figures of the reports to the management team that were kept,
and of what these tell the management team alone only what is of five or more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Connection

from adapter.ground.rendering.content import Cell, Kind, Table
from adapter.views.mt_report.figures import CriterionOut, FiguresOut, MtReportOut
from adapter.views.mt_report.kept import kept_reports
from adapter.views.open_data.data_tables import OpenData, data_table, documented
from policy.disclosure import SMALLEST_GROUP, rounded_cents, told_number

_PERIOD = {"period": Kind.TEXT}
_CODES = {
    "criteria.grounds": "mt_report.ground",
    "acts.act": "mt_report.act",
    "overdue_tasks.task": "tasks.heading",
}
Rows = Iterator[tuple[Cell, ...]]


class NothingKept(ValueError):
    """There is no kept report of these periods, so nothing that could be made again the same."""


def published_data(connection: Connection, periods: Sequence[str] = ()) -> OpenData:
    """Of these periods, or of all of which a report was kept. Made again it is the same. Raises
    `NothingKept`, also where one of several was not."""
    kept = kept_reports(connection, periods)
    if not kept or {one.figures.period for one in kept} < set(periods):
        raise NothingKept
    names = [one.figures.period for one in kept]
    last = names[-1] if names[0] == names[-1] else f"{names[0]}-{names[-1]}"
    return OpenData(
        record=f"published/{last}",
        file_name=f"open-data-leren-en-ontwikkelen-{last}",
        tables=documented(tuple(_tables(kept)), _CODES),
    )


def _tables(kept: Sequence[MtReportOut]) -> Iterator[Table]:
    figures = [one.figures for one in kept]
    yield data_table(
        "periods",
        _PERIOD
        | dict.fromkeys(("from_date", "until_date", "made_date"), Kind.DAY)
        | {"policy_version": Kind.TEXT}
        | dict.fromkeys(("employees", "teams_not_shown", "undecided_requests"), Kind.COUNT),
        map(_period, kept),
    )
    amounts = ("budget", "granted", "spent", "committed", "granted_in_period", "collective")
    yield data_table(
        "money",
        _PERIOD | dict.fromkeys((f"{one}_eur" for one in amounts), Kind.EUROS),
        map(_money, figures),
    )
    hours = ("norm", "used", "planned", "in_company", "individual")
    yield data_table(
        "hours",
        _PERIOD | dict.fromkeys((f"{one}_hours" for one in hours), Kind.HOURS),
        map(_hours, figures),
    )
    yield data_table(
        "hours_by_month",
        _PERIOD | {"month": Kind.TEXT, "used_hours": Kind.HOURS, "planned_hours": Kind.HOURS},
        _each(figures, _months),
    )
    edges = {"above_hours": Kind.HOURS, "up_to_hours": Kind.HOURS}
    yield data_table(
        "employees_by_hours",
        _PERIOD | edges | {"employees": Kind.COUNT},
        _each(figures, _employees),
    )
    yield data_table(
        "teams_by_hours", _PERIOD | edges | {"teams": Kind.COUNT}, _each(figures, _teams)
    )
    yield data_table(
        "criteria",
        _PERIOD
        | {"grounds": Kind.TEXT, "requests": Kind.COUNT, "grants": Kind.COUNT}
        | {"granted_eur": Kind.EUROS},
        _each(figures, _criteria),
    )
    yield data_table(
        "acts", _PERIOD | {"act": Kind.TEXT, "number": Kind.COUNT}, _each(figures, _acts)
    )
    yield data_table(
        "overdue_tasks",
        _PERIOD | {"task": Kind.TEXT, "number": Kind.COUNT},
        _each(figures, _overdue),
    )
    yield data_table(
        "outlook",
        _PERIOD
        | {"coming_period": Kind.TEXT, "planned_hours": Kind.HOURS}
        | {"starting_eur": Kind.EUROS, "repayment_eur": Kind.EUROS},
        _each(figures, _outlook),
    )


def _each(figures: Iterable[FiguresOut], rows_of: Callable[[FiguresOut], Rows]) -> Rows:
    for one in figures:
        for row in rows_of(one):
            yield (one.period, *row)


def _period(one: MtReportOut) -> tuple[Cell, ...]:
    figures = one.figures
    return (
        figures.period,
        figures.from_date,
        figures.until_date,
        one.as_of_date,
        one.policy_version,
        told_number(figures.employees),
        told_number(figures.teams_not_shown),
        told_number(figures.undecided_requests),
    )


def _money(figures: FiguresOut) -> tuple[Cell, ...]:
    """The budget was decided as it is; what it went to is rounded."""
    money = figures.money
    return (
        figures.period,
        money.budget_eur,
        rounded_cents(money.granted_eur),
        rounded_cents(money.spent_eur),
        rounded_cents(money.committed_eur),
        rounded_cents(money.granted_in_period_eur),
        rounded_cents(money.collective_eur),
    )


def _hours(figures: FiguresOut) -> tuple[Cell, ...]:
    hours = figures.hours
    return (
        figures.period,
        # It says how many employees there are.
        None if told_number(figures.employees) is None else hours.norm_hours,
        hours.used_hours,
        hours.planned_hours,
        hours.in_company_hours,
        hours.individual_hours,
    )


def _months(figures: FiguresOut) -> Rows:
    for one in figures.hours.months:
        yield one.month, one.used_hours, one.planned_hours


def _employees(figures: FiguresOut) -> Rows:
    for one in figures.employees_by_hours:
        yield one.above_hours, one.up_to_hours, one.number


def _teams(figures: FiguresOut) -> Rows:
    for one in figures.teams_by_hours:
        yield one.above_hours, one.up_to_hours, one.number


def _criteria(figures: FiguresOut) -> Rows:
    """The amounts of all criteria, or of none: what one of them leaves of the total is another."""
    told = all(_is_told(one) for one in figures.criteria)
    for one in figures.criteria:
        yield (
            " ".join(one.grounds),
            told_number(one.requests),
            one.grants if told else None,
            rounded_cents(one.granted_eur) if told else None,
        )


def _is_told(one: CriterionOut) -> bool:
    return not 0 < one.grants < SMALLEST_GROUP


def _acts(figures: FiguresOut) -> Rows:
    for one in figures.acts:
        yield str(one.act), told_number(one.number)


def _overdue(figures: FiguresOut) -> Rows:
    for one in figures.overdue:
        yield str(one.kind), told_number(one.number)


def _outlook(figures: FiguresOut) -> Rows:
    for one in figures.outlook:
        repayment = None if one.repayment_eur is None else rounded_cents(one.repayment_eur)
        yield one.period, one.hours, rounded_cents(one.starting_eur), repayment
