"""The fresh readings that precede a reconciliation, for the systems that are configured."""

from __future__ import annotations

from adapter.parts import Parts
from adapter.reconcile.found import Source
from adapter.reconcile.run import Refresh
from adapter.sync.employees import sync_employees
from adapter.sync.poll import poll_courses, poll_enrolments


def refreshes_of(parts: Parts) -> tuple[Refresh, ...]:
    refreshes: list[Refresh] = []
    if parts.hris is not None:
        refreshes.append(
            Refresh(Source.HRIS, lambda one: sync_employees(one, full=True, dry_run=False))
        )
    if parts.lms is not None:
        refreshes += [Refresh(Source.LMS, poll_courses), Refresh(Source.LMS, poll_enrolments)]
    return tuple(refreshes)
