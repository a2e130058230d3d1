"""What was told of one person, taken together: the dates that stand and the signals beside them.

All that was ever told is kept and put in the order in which it was noticed, each time anew. So it
makes no difference in which order it came in, how often, or how late. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapter.subjects.leaving.employments import EmploymentFacts, lasting_longest
from adapter.subjects.leaving.lifecycle import (
    HINTS,
    OF_AN_EXIT,
    EventKind,
    Signals,
)
from policy.days import amsterdam_day

THE_ONLY_ONE = "1"
"""The employment of a person of whom no employment is known and no event names one."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that was told. `verified` says that the HRIS itself was read at that moment, so
    that its dates count and not those told here."""

    kind: EventKind
    noticed_at: datetime
    verified: bool
    employment_id: str | None = None
    start: date | None = None
    end: date | None = None
    source: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ShownByHris:
    """What the HRIS itself showed of the person when it was last read, `read_at`."""

    employments: Sequence[EmploymentFacts]
    read_at: datetime
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class EmploymentHistory:
    """What stands once all is heard; `about` has, per employment, its news in order."""

    employments: Mapping[str, EmploymentFacts]
    signals: Mapping[str, Signals]
    about: Mapping[str, Sequence[News]]


def combined_history(shown: ShownByHris, told: Iterable[News]) -> EmploymentHistory:
    """Everything together."""
    news = sorted(set(told), key=_in_order)
    named = _dates(shown, [(one.employment_id, one) for one in news])
    meant = [(_meant(one, named), one) for one in news]
    dates = _dates(shown, meant)
    about = {number: [one for about, one in meant if about == number] for number in dates}
    signals = {
        number: _signals(facts, about[number], news, shown, dates)
        for number, facts in dates.items()
    }
    return EmploymentHistory(dates, signals, about)


def _in_order(one: News) -> tuple[datetime, date, date, str, str, str, bool, str]:
    """By when it was noticed; of two dates told at one moment the later one stands."""
    return (
        one.noticed_at,
        one.end or date.max,
        one.start or date.max,
        one.kind,
        one.employment_id or "",
        one.source,
        one.verified,
        one.reason or "",
    )


def _meant(one: News, named: Mapping[str, EmploymentFacts]) -> str | None:
    """The employment that it names. Else the one that ends on that day, or else had begun by then:
    a later contract is not what was spoken of. None for nobody's."""
    if one.employment_id in named:
        return one.employment_id
    ends_then = [facts for facts in named.values() if one.end is not None and facts.end == one.end]
    begun = [facts for facts in named.values() if _had_begun(facts, one)]
    last = lasting_longest(ends_then or begun or named.values())
    if last is not None:
        return last.employment_id
    return None if one.verified else one.employment_id or THE_ONLY_ONE


def _had_begun(facts: EmploymentFacts, one: News) -> bool:
    return facts.start is None or facts.start <= amsterdam_day(one.noticed_at)


def _dates(
    shown: ShownByHris, meant: Iterable[tuple[str | None, News]]
) -> dict[str, EmploymentFacts]:
    found = {one.employment_id: one for one in shown.employments}
    for number, one in meant:
        if number is None:
            continue
        known = found.get(number)
        if _tells_dates(one, shown):
            start = one.start or (None if known is None else known.start)
            found[number] = EmploymentFacts(number, start, one.end)
        elif known is None and not one.verified and not found:
            found[number] = EmploymentFacts(number, None, None)
    return found


def _tells_dates(one: News, shown: ShownByHris) -> bool:
    """What was noticed before the HRIS was last read is in what it showed then."""
    return one.kind not in HINTS and not one.verified and one.noticed_at >= shown.read_at


def _signals(
    facts: EmploymentFacts,
    about: Sequence[News],
    all_news: Sequence[News],
    shown: ShownByHris,
    dates: Mapping[str, EmploymentFacts],
) -> Signals:
    inactive = shown.inactive and lasting_longest(dates.values()) == facts
    return Signals(
        suspected_at=_suspected_at(about, all_news, shown if inactive else None),
        rehired_at=_rehired_at(facts, about, all_news, alone=len(dates) == 1),
        effective_on=max(
            (amsterdam_day(one.noticed_at) for one in about if one.kind is EventKind.EFFECTIVE),
            default=None,
        ),
    )


def _suspected_at(
    about: Sequence[News], all_news: Sequence[News], inactive: ShownByHris | None
) -> datetime | None:
    """Answered by whatever is told of the employment later, or by the HRIS showing the person
    later. Inactive stands until the HRIS shows otherwise or a date is told after it was read."""
    if inactive is not None and not any(_tells_dates(one, inactive) for one in about):
        return inactive.read_at
    hinted = _latest(one for one in about if one.kind in HINTS)
    answered = _latest(
        [one for one in about if one.kind not in HINTS]
        + [one for one in all_news if one.verified and one.kind not in HINTS]
    )
    return hinted if _stands(hinted, answered) else None


def _rehired_at(
    facts: EmploymentFacts, about: Sequence[News], all_news: Sequence[News], *, alone: bool
) -> datetime | None:
    """A return concerns the employment that it names and all that had ended before. It is answered
    by a last day that is told, or taken away, after it. Who never left one of several employments
    does not return to it."""
    if facts.end is None and not alone and all(one.kind not in OF_AN_EXIT for one in about):
        return None
    returns = _latest(
        one
        for one in all_news
        if one.kind is EventKind.REHIRED and (one in about or _ended_before(facts, one))
    )
    answered = _latest(one for one in about if one.kind in OF_AN_EXIT)
    return returns if _stands(returns, answered) else None


def _ended_before(facts: EmploymentFacts, one: News) -> bool:
    return facts.end is not None and facts.end < amsterdam_day(one.noticed_at)


def _stands(signalled: datetime | None, answered: datetime | None) -> bool:
    return signalled is not None and (answered is None or signalled >= answered)


def _latest(news: Iterable[News]) -> datetime | None:
    return max((one.noticed_at for one in news), default=None)
