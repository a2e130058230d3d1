"""The fresh readings that precede a reconciliation, for the systems that are configured."""

from __future__ import annotations

from adapter.ground.parts import Parts
from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.employees import sync_employees
from adapter.subjects.sync.poll import poll_courses, poll_enrolments
from adapter.views.reconcile.finding import Source
from adapter.views.reconcile.run import Refresh
from connectors.errors import Permanent


class StoppedByBrake(Permanent):
    """The HRIS was read, and what it showed was not believed."""


def refreshes_of(parts: Parts) -> tuple[Refresh, ...]:
    refreshes: list[Refresh] = []
    if parts.hris is not None:
        refreshes.append(Refresh(Source.HRIS, _read_employees))
    if parts.lms is not None:
        refreshes += [
            Refresh(Source.LMS, poll_courses),
            Refresh(Source.LMS, read_accounts),
            Refresh(Source.LMS, poll_enrolments),
        ]
    return tuple(refreshes)


def _read_employees(parts: Parts) -> None:
    read = sync_employees(parts, full=True, dry_run=False)
    if not read.applied:
        codes = ", ".join(reason.code for reason in read.brake)
        raise StoppedByBrake(f"the brake on the employee list stopped it ({codes}); see the scan")
