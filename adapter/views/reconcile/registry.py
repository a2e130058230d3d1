"""Every group of findings, in the order of the report."""

from __future__ import annotations

from adapter.views.reconcile.finding import Group
from adapter.views.reconcile.groups import (
    accounts,
    agreements,
    completions,
    courses,
    enrolments,
    events,
    holds,
    hours,
    leavers,
    older,
    restored,
    service,
    tranches,
)

GROUPS: tuple[Group, ...] = (
    enrolments.GROUP,
    hours.GROUP,
    agreements.GROUP,
    tranches.GROUP,
    holds.GROUP,
    restored.GROUP,
    leavers.GROUP,
    accounts.GROUP,
    courses.GROUP,
    completions.GROUP,
    older.GROUP,
    events.MISSED_GROUP,
    events.STUCK_GROUP,
    service.GROUP,
)

CODES: tuple[str, ...] = tuple(code for group in GROUPS for code in group.codes)
