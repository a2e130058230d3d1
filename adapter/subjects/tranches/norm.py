"""The hours norm of everybody in a tranche's requests, as if each request were granted (Visie §8).

The same answer as `procedure.hours` gives for one request, from what was read of all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapter.ground.store.tables.procedure import TrainingRequestRow
from adapter.register.activities import activities
from adapter.register.learning import Learning
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.hours import among_other_training, asked_activity
from policy.hours import parts_per_year, project
from policy.model import Activity, YearHours


@dataclass(frozen=True, slots=True)
class EmployeeYear:
    """`hours` counts this request; the other requests that still wait are not in it."""

    employee_id: str
    hours: YearHours


def norm_years(
    act: Act, rows: Iterable[TrainingRequestRow], learning: Mapping[str, Learning]
) -> dict[str, tuple[EmployeeYear, ...]]:
    """By request: the years in which its training has hours; none while its start is unknown."""
    rows = tuple(rows)
    named = {employee_id for row in rows for employee_id in row.employee_ids}
    counted = {one: activities(learning[one]) for one in named & learning.keys()}
    return {row.id: tuple(_years(act, row, learning, counted)) for row in rows}


def _years(
    act: Act,
    row: TrainingRequestRow,
    learning: Mapping[str, Learning],
    counted: Mapping[str, Mapping[str, Activity]],
) -> Iterable[EmployeeYear]:
    if row.starts_on is None:
        return
    asked = asked_activity(row)
    own_years = parts_per_year(asked)
    for employee_id in row.employee_ids:
        one = learning.get(employee_id)
        known = {asked.activity_id: asked}
        if one is not None:
            _, known = among_other_training(one, counted[employee_id], asked, row)
        projection = project(
            tuple(known[key] for key in sorted(known)),
            () if one is None else one.exemptions,
            act.today,
            act.policy,
        )
        for year in projection.years:
            if year.year in own_years:
                yield EmployeeYear(employee_id, year)
