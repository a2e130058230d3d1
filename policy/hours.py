"""Learning hours per calendar year against the norm (Visie §8, P4).

The norm of a year is the one in force on 1 January of that year: a norm is per calendar year, so a
value that takes effect later counts from the next year. What a finding weighs is decided by the
regime on the day of enrolling; before the policy there are hours but no findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from policy.errors import ImpossibleActivity, UnknownActivity
from policy.model import (
    Activity,
    ActivityHours,
    ActivityState,
    Exemption,
    Finding,
    HoursProjection,
    Number,
    Rule,
    Severity,
    YearHours,
)
from policy.parameters import Policy
from policy.regimes import severity

COUNTED = frozenset(
    {
        ActivityState.GRANTED,
        ActivityState.RUNNING,
        ActivityState.COMPLETED,
        ActivityState.BROKEN_OFF,
    }
)
MADE = frozenset({ActivityState.COMPLETED, ActivityState.BROKEN_OFF})
"""States whose hours are used; those of granted and running training are still planned."""

CLAUSE = "Visie §8"
_HUNDREDTH = Decimal("0.01")
_NONE = Decimal("0.00")


def project(
    activities: Sequence[Activity],
    exemptions: Sequence[Exemption],
    enrolled_on: date,
    policy: Policy,
    this_activity_id: str | None = None,
) -> HoursProjection:
    """Counted hours, limit and excess per year, with a finding for each year over or near it.

    `this_activity_id` singles out the training being enrolled in, for the numbers of the findings.
    Raises `ImpossibleActivity` for one that ends before it starts, `UnknownActivity` when
    `this_activity_id` is not among the activities.
    """
    if this_activity_id is not None and all(a.activity_id != this_activity_id for a in activities):
        raise UnknownActivity(f"activity {this_activity_id} is not among the activities given")
    counted = [
        (activity, parts_per_year(activity)) for activity in activities if activity.state in COUNTED
    ]
    first_year = policy.on(enrolled_on).hours_counted_from_year
    years = tuple(
        _year_hours(year, counted, _limit(year, counted, exemptions, enrolled_on, policy))
        for year in sorted({year for _, parts in counted for year in parts})
        if year >= first_year
    )
    made = frozenset(activity.activity_id for activity, _ in counted if activity.state in MADE)
    findings = (_finding(year, made, enrolled_on, policy, this_activity_id) for year in years)
    return HoursProjection(years, tuple(finding for finding in findings if finding))


def parts_per_year(activity: Activity) -> Mapping[int, Decimal]:
    """The hours within working time per calendar year; years without hours are left out."""
    if activity.end is not None and activity.end < activity.start:
        raise ImpossibleActivity(
            f"activity {activity.activity_id} ends on {activity.end.isoformat()}, before its start "
            f"on {activity.start.isoformat()}; correct one of the two"
        )
    parts = _by_sessions(activity) if activity.sessions else _by_calendar_days(activity)
    return {year: hours for year, hours in parts.items() if hours}


def _by_sessions(activity: Activity) -> dict[int, Decimal]:
    hours: dict[int, Decimal] = {}
    for session in activity.sessions:
        hours[session.on.year] = hours.get(session.on.year, _NONE) + session.hours
    return {year: _rounded(total * activity.work_time_share) for year, total in hours.items()}


def _by_calendar_days(activity: Activity) -> dict[int, Decimal]:
    """Linear over the days; a year's part is the difference of two rounded cumulative amounts, so
    that the parts add up to the total and none is negative."""
    total = _rounded(activity.hours * activity.work_time_share)
    end = activity.end or activity.start
    all_days = (end - activity.start).days + 1
    parts: dict[int, Decimal] = {}
    before = _NONE
    for year in range(activity.start.year, end.year + 1):
        days = (min(end, date(year, 12, 31)) - activity.start).days + 1
        until_now = _rounded(total * days / all_days)
        parts[year] = until_now - before
        before = until_now
    return parts


def _rounded(hours: Decimal) -> Decimal:
    return hours.quantize(_HUNDREDTH, ROUND_HALF_UP)


def year_limit(
    year: int,
    activities: Iterable[Activity],
    exemptions: Iterable[Exemption],
    enrolled_on: date,
    policy: Policy,
) -> Decimal:
    """The norm of a year with what the exemptions free that were decided beforehand (A16)."""
    counted = [(one, parts_per_year(one)) for one in activities if one.state in COUNTED]
    return _limit(year, counted, exemptions, enrolled_on, policy)


def _limit(
    year: int,
    counted: Iterable[tuple[Activity, Mapping[int, Decimal]]],
    exemptions: Iterable[Exemption],
    enrolled_on: date,
    policy: Policy,
) -> Decimal:
    parameters = policy.on(date(year, 1, 1))
    beforehand = [one for one in exemptions if one.year == year and one.decided_on <= enrolled_on]
    named = [one for one in beforehand if one.training_id is not None]
    if parameters.hours_exemptions != "per_training":
        named = []
    pooled = (one.extra_hours for one in beforehand if one not in named)
    own = [(activity, parts[year]) for activity, parts in counted if year in parts]
    return sum(pooled, parameters.hours_norm) + _freed(own, named)


def _freed(activities: Iterable[tuple[Activity, Decimal]], named: Iterable[Exemption]) -> Decimal:
    """What exemptions free of the training that each names: at most its own hours, once."""
    left = list(activities)
    freed = _NONE
    for exemption in named:
        extra = exemption.extra_hours
        for place, (activity, hours) in enumerate(left):
            if exemption.training_id in (activity.activity_id, *activity.known_as):
                part = min(extra, hours)
                left[place] = (activity, hours - part)
                extra, freed = extra - part, freed + part
    return freed


def _year_hours(
    year: int, counted: Iterable[tuple[Activity, Mapping[int, Decimal]]], limit: Decimal
) -> YearHours:
    activities = tuple(
        ActivityHours(activity.activity_id, parts[year])
        for activity, parts in counted
        if year in parts
    )
    total = sum((activity.hours for activity in activities), _NONE)
    return YearHours(year, total, limit, max(total - limit, _NONE), activities)


def _finding(
    year: YearHours,
    made: frozenset[str],
    enrolled_on: date,
    policy: Policy,
    this_activity_id: str | None,
) -> Finding | None:
    weight = severity(Rule.HOURS, policy.on(enrolled_on))
    near_percent = policy.on(date(year.year, 1, 1)).hours_near_percent
    if weight is None:
        return None
    numbers = _numbers(year, made, this_activity_id)
    if year.excess:
        return Finding("hours_norm_exceeded", weight, CLAUSE, numbers, year.year)
    if year.counted * 100 >= year.limit * near_percent:
        return Finding("hours_norm_near", Severity.INFO, CLAUSE, numbers, year.year)
    return None


def _numbers(
    year: YearHours, made: frozenset[str], this_activity_id: str | None
) -> dict[str, Number]:
    """Used, planned and this training add up to what is counted; `this` is None when no training
    was singled out."""
    others = [a for a in year.activities if a.activity_id != this_activity_id]
    own = [a for a in year.activities if a.activity_id == this_activity_id]
    return {
        "year": year.year,
        "counted": str(year.counted),
        "used": _sum(a for a in others if a.activity_id in made),
        "planned": _sum(a for a in others if a.activity_id not in made),
        "this": None if this_activity_id is None else _sum(own),
        "limit": str(year.limit),
        "excess": str(year.excess),
    }


def _sum(activities: Iterable[ActivityHours]) -> str:
    return str(sum((activity.hours for activity in activities), _NONE))
