"""The obligation per expertise in numbers: what is required, obtained, under way and open (P11).

For the management team of nobody by name, and of no expertise with too few people
(`policy/disclosure.py`, decision 44).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field

from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.subjects.quality_criteria.obligations import Obligation
from policy.disclosure import (
    LACKING_ROUNDED_TO,
    ROUNDED_TO,
    SMALLEST_GROUP,
    pooled,
    rounded,
    rounded_cents,
)


class ExpertiseOut(Answer):
    """Of one expertise, or of several together that have too few people to tell apart. Numbers of
    people, added up over the requirements: who has more than one counts for each."""

    expertises: list[str]
    required: int
    obtained: int = Field(description="Ten hoogste wat is vereist.")
    under_way: int = Field(description="Loopt of is toegekend.")
    open: int = Field(description="required is obtained, underWay en open samen.")
    to_do: int = Field(description="Af te spreken: wat open is, en wat binnen een jaar vervalt.")


class QualityObligationOut(Answer):
    """The remaining obligation of the quality criteria (Visie §1), as it stands on a day."""

    as_of_date: date
    expertises: list[ExpertiseOut]
    hours_to_do: HoursOut | None = Field(
        description="Op honderd uur afgerond, van eisen waarvan de uren bekend zijn; null bij "
        "minder dan vijf mensen van wie iets wordt gevraagd dat nog te doen is."
    )
    costs_to_do_eur: TotalEurOut | None = Field(
        description="Op duizend euro afgerond, van eisen waarvan de kosten bekend zijn; null als "
        "hoursToDo."
    )
    without_hours: int = Field(description="Eisen waarvoor nog iets te doen is, zonder uren.")
    without_costs: int = Field(description="Eisen waarvoor nog iets te doen is, zonder kosten.")


def by_expertise(obligations: Iterable[Obligation]) -> dict[str, list[Obligation]]:
    """In the order of the obligations, under the name that the first of them writes."""
    found: dict[str, list[Obligation]] = {}
    names: dict[str, str] = {}
    for one in obligations:
        name = names.setdefault(one.expertise_key, one.requirement.expertise)
        found.setdefault(name, []).append(one)
    return found


def expertise_line(names: Sequence[str], obligations: Iterable[Obligation]) -> ExpertiseOut:
    each = list(obligations)
    required = sum(one.tally.needed for one in each)
    missing = sum(one.tally.missing for one in each)
    obtained = sum(min(one.tally.valid, one.tally.needed) for one in each)
    return ExpertiseOut(
        expertises=list(names),
        required=required,
        obtained=obtained,
        under_way=required - obtained - missing,
        open=missing,
        to_do=sum(one.tally.to_do for one in each),
    )


def obligation_in_numbers(obligations: Sequence[Obligation], on: date) -> QualityObligationOut:
    """As the management team reads it."""
    groups = by_expertise(obligations)
    to_do = [one for one in obligations if one.tally.to_do]
    people = {member.employee_id for one in to_do for member in one.members}
    told = len(people) >= SMALLEST_GROUP
    hours = sum((one.hours_to_do or Decimal(0) for one in to_do), Decimal(0))
    cents = sum(one.cents_to_do or 0 for one in to_do)
    return QualityObligationOut(
        as_of_date=on,
        expertises=[
            expertise_line(names, (one for name in names for one in groups[name]))
            for names in _told_apart(groups)
        ],
        hours_to_do=rounded(hours, ROUNDED_TO) if told else None,
        costs_to_do_eur=rounded_cents(cents, LACKING_ROUNDED_TO) if told else None,
        without_hours=sum(one.requirement.hours is None for one in to_do),
        without_costs=sum(one.requirement.costs_cents is None for one in to_do),
    )


def _told_apart(groups: Mapping[str, Sequence[Obligation]]) -> list[tuple[str, ...]]:
    """Where nobody is in an expertise, its line says nothing of anybody; it stands with those that
    are too small, so that the last one who leaves cannot be seen there."""
    people: defaultdict[str, set[str]] = defaultdict(set)
    for name, each in groups.items():
        people[name] = {member.employee_id for one in each for member in one.members}
    lines = pooled({name: frozenset(some) for name, some in people.items()})
    told = {name for names in lines for name in names}
    left = [name for name in groups if name not in told]
    if any(people[name] for name in left):
        return []  # of everybody together there are too few
    together = [names for names in lines if len(names) > 1]
    alone = [names for names in lines if len(names) == 1]
    rest = (*(name for names in together for name in names), *left)
    return [*alone, *([rest] if rest else [])]
