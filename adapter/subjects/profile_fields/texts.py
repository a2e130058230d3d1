"""What employees read in their own profile in the LMS: hours left this year, running agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from adapter.register.activities import activities
from adapter.register.learning import Learning
from config.catalogue import Language, text
from policy.agreements import signed
from policy.hours import MADE, project, year_limit
from policy.model import Activity
from policy.months import within_months
from policy.parameters import Policy

LONGEST = 1000
"""Characters of a field; more agreements than fit end in an ellipsis."""


@dataclass(frozen=True, slots=True)
class ShownFields:
    """Short names of the profile fields; None for what is not shown."""

    hours: str | None = None
    year: str | None = None
    agreements: str | None = None

    def any(self) -> bool:
        return any((self.hours, self.year, self.agreements))


def shown_texts(
    learning: Learning,
    titles: Mapping[str, str],
    fields: ShownFields,
    today: date,
    policy: Policy,
    language: Language,
) -> dict[str, str]:
    """By profile field. `titles` are of the trajectories of the employee's grants."""
    followed = activities(learning)
    texts = {
        fields.hours: _hours(learning, followed, today, policy, language),
        fields.year: str(today.year),
        fields.agreements: _agreements(learning, followed, titles, today, policy, language),
    }
    return {field: shown for field, shown in texts.items() if field}


def _hours(
    learning: Learning,
    followed: Mapping[str, Activity],
    today: date,
    policy: Policy,
    language: Language,
) -> str:
    projection = project(tuple(followed.values()), learning.exemptions, today, policy)
    counted = sum((one.counted for one in projection.years if one.year == today.year), Decimal(0))
    limit = year_limit(today.year, followed.values(), learning.exemptions, today, policy)
    if counted > limit:
        return text("shown.hours.over", language, excess=counted - limit, limit=limit)
    return text("shown.hours.left", language, left=limit - counted, limit=limit)


def _agreements(
    learning: Learning,
    followed: Mapping[str, Activity],
    titles: Mapping[str, str],
    today: date,
    policy: Policy,
    language: Language,
) -> str:
    granted = {row.id for row in learning.grants}
    running = [
        text(
            f"shown.agreement.{'signed' if signed(agreement) else 'unsigned'}",
            language,
            title=titles.get(row.trajectory_id, row.trajectory_id),
        )
        for grant_id, (row, agreement) in sorted(learning.agreements.items())
        if grant_id in granted and _runs(followed.get(row.trajectory_id), today, policy)
    ]
    return _fitting(running) or text("shown.agreement.none", language)


def _runs(training: Activity | None, today: date, policy: Policy) -> bool:
    """An agreement runs until nothing can follow from it any more: the end of the term of repayment
    after a training that is over (Visie §7)."""
    if training is None or training.state not in MADE or training.end is None:
        return True
    return within_months(today, training.end, policy.on(today).repayment_end_months)


def _fitting(parts: list[str]) -> str:
    return "; ".join(_until_full(parts))


def _until_full(parts: list[str]) -> Iterator[str]:
    length = 0
    for part in parts:
        length += len(part) + 2
        if length > LONGEST:
            yield "…"
            return
        yield part
