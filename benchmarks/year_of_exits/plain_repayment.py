"""P6 once more, written from the page of the policy alone: nothing of `policy/` is used here."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from benchmarks.year_of_exits.training import Training

THRESHOLD = 200_000
Owed = tuple[int, int, int, int, str]
"""Percentage, basis, computed and claimable in eurocents, status."""


def owed(training: Training, last_day: date) -> Owed:
    broken = training.broken_off is not None and training.broken_off <= last_day
    completed = None if broken else training.completed
    share = _share(training.start, completed, last_day)
    if training.agreed < THRESHOLD or training.by_law == "yes":
        share = 0
    basis = training.agreed if training.actual is None else min(training.agreed, training.actual)
    computed = (basis * share * 2 + 100) // 200  # half up
    status = _status(training, last_day, computed, broken=broken)
    return share, basis, computed, computed if status == "claimable" else 0, status


def _share(start: date, completed: date | None, last_day: date) -> int:
    if last_day < start:
        return 0
    if completed is None or completed > last_day:
        return 100
    if last_day <= _a_year_after(completed, 1):
        return 100
    return 50 if last_day < _a_year_after(completed, 2) else 0


def _a_year_after(day: date, years: int) -> date:
    last = monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def _status(training: Training, last_day: date, computed: int, *, broken: bool) -> str:
    if computed == 0:
        return "nothing_due"
    signed = [training.employee_signed, training.manager_signed]
    days = [day for day in signed if day is not None and day <= last_day]
    if not training.scheme_agreed or len(days) < 2:
        return "not_claimable"
    unsettled = training.by_law == "unknown" and training.ground in ("legal", "function")
    late = max(days) > training.start
    review = late or broken or unsettled or not training.in_grant
    return "needs_review" if review else "claimable"
