"""Learning hours per calendar year against the norm (Visie §8, P4).

The norm of a year is the one in force on 1 January of that year: a norm is per calendar year, so a
value that takes effect later counts from the next year. What a finding weighs is decided by the
regime on the day of enrolling; before the policy there are hours but no findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from policy.errors import UnknownActivity
from policy.model import (
    Activity,
    ActivityHours,
    ActivityState,
    Exemption,
    Finding,
    HoursProjection,
    Number,
    Severity,
    YearHours,
)
from policy.parameters import Parameters, Policy

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
    if this_activity_id is not None and this_activity_id not in [a.activity_id for a in activities]:
        raise UnknownActivity(f"activity {this_activity_id} is not among the activities given")
    return in_years(activities, exemptions, enrolled_on, policy, this_activity_id)


def in_years(
    activities: Sequence[Activity],
    exemptions: Sequence[Exemption],
    enrolled_on: date,
    policy: Policy,
    this_activity_id: str | None,
) -> HoursProjection:
    """The same for a caller who knows that `this_activity_id` is among the activities."""
    parameters = policy.on(enrolled_on)
    weight, first_year = parameters.weights.hours, parameters.hours_counted_from_year
    years: list[YearHours] = []
    findings: list[Finding] = []
    for number, parts in sorted(_by_year(activities).items()):
        if number < first_year:
            continue
        norm = policy.on_new_year(number)
        limit = _limit(number, activities, exemptions, enrolled_on, norm)
        year = _year_hours(number, parts, limit)
        years.append(year)
        if weight is not None:
            findings += _findings(year, norm, weight, activities, this_activity_id)
    return HoursProjection(tuple(years), tuple(findings))


def _by_year(activities: Iterable[Activity]) -> Mapping[int, list[ActivityHours]]:
    """What each activity that counts has in a year, in the order of the activities."""
    found: dict[int, list[ActivityHours]] = {}
    for activity in activities:
        if activity.state not in COUNTED:
            continue
        for year, part in activity.per_year.items():
            if year in found:
                found[year].append(part)
            else:
                found[year] = [part]
    return found


def within_norm(activities: Iterable[Activity], policy: Policy) -> bool:
    """Whether no year of these goes above its norm, and so none of some of them, on whatever day
    somebody enrols. Exemptions only add to a norm."""
    return all(
        sum([part.hours for part in parts], _NONE) <= policy.on_new_year(year).hours_norm
        for year, parts in _by_year(activities).items()
    )


def parts_per_year(activity: Activity) -> Mapping[int, Decimal]:
    """The hours within working time per calendar year; years without hours are left out."""
    return {year: part.hours for year, part in activity.per_year.items()}


def year_limit(
    year: int,
    activities: Iterable[Activity],
    exemptions: Sequence[Exemption],
    enrolled_on: date,
    policy: Policy,
) -> Decimal:
    """The norm of a year with what the exemptions free that were decided beforehand (A16)."""
    return _limit(year, activities, exemptions, enrolled_on, policy.on_new_year(year))


def _limit(
    year: int,
    activities: Iterable[Activity],
    exemptions: Sequence[Exemption],
    enrolled_on: date,
    norm: Parameters,
) -> Decimal:
    if not exemptions:
        return norm.hours_norm
    beforehand = [one for one in exemptions if one.year == year and one.decided_on <= enrolled_on]
    named = [one for one in beforehand if one.training_id is not None]
    if norm.hours_exemptions != "per_training":
        named = []
    pooled = (one.extra_hours for one in beforehand if one not in named)
    counted = [one for one in activities if one.state in COUNTED]
    own = [(one, one.per_year[year].hours) for one in counted if year in one.per_year]
    return sum(pooled, norm.hours_norm) + _freed(own, named)


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


def _year_hours(year: int, parts: Sequence[ActivityHours], limit: Decimal) -> YearHours:
    total = _NONE
    for part in parts:
        total += part.hours
    excess = total - limit if total > limit else _NONE
    return YearHours(year, total, limit, excess, tuple(parts))


def _findings(
    year: YearHours,
    norm: Parameters,
    weight: Severity,
    activities: Iterable[Activity],
    this_activity_id: str | None,
) -> tuple[Finding, ...]:
    """One for a year that is over the norm or near it."""
    if year.excess:
        numbers = _numbers(year, activities, this_activity_id)
        return (Finding("hours_norm_exceeded", weight, CLAUSE, numbers, year.year),)
    if year.counted * 100 >= year.limit * norm.hours_near_percent:
        numbers = _numbers(year, activities, this_activity_id)
        return (Finding("hours_norm_near", Severity.INFO, CLAUSE, numbers, year.year),)
    return ()


def _numbers(
    year: YearHours, activities: Iterable[Activity], this_activity_id: str | None
) -> dict[str, Number]:
    """Used, planned and this training add up to what is counted; `this` is None when no training
    was singled out."""
    made = {activity.activity_id for activity in activities if activity.state in MADE}
    used, planned, this = _NONE, _NONE, _NONE
    for part in year.activities:
        if part.activity_id == this_activity_id:
            this += part.hours
        elif part.activity_id in made:
            used += part.hours
        else:
            planned += part.hours
    return {
        "year": year.year,
        "counted": str(year.counted),
        "used": str(used),
        "planned": str(planned),
        "this": None if this_activity_id is None else str(this),
        "limit": str(year.limit),
        "excess": str(year.excess),
    }
