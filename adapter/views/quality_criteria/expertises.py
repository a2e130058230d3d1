"""The obligation per expertise in numbers: what is required, obtained, under way and open (P11).

For the management team of nobody by name, and of no expertise with too few people
(`policy/disclosure.py`, decision 44).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pydantic import Field

from adapter.ground.answers import Answer, HoursOut, TotalEurOut
from adapter.subjects.quality_criteria.obligations import Obligation
from policy.disclosure import pooled, rounded_hours


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
        description="Op honderd uur afgerond; null bij minder dan vijf mensen of zonder uren."
    )
    costs_to_do_eur: TotalEurOut = Field(description="Van eisen waarvan de kosten bekend zijn.")
    without_hours: int = Field(description="Eisen waarvoor nog iets te doen is, zonder uren.")
    without_costs: int = Field(description="Eisen waarvoor nog iets te doen is, zonder kosten.")

    @property
    def to_do(self) -> int:
        return sum(one.to_do for one in self.expertises)


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
    costs = [one.cents_to_do for one in to_do]
    hours = (
        one.requirement.hours
        for one in to_do
        if one.requirement.hours is not None
        for _ in range(one.tally.to_do)
    )
    return QualityObligationOut(
        as_of_date=on,
        expertises=[
            expertise_line(names, (one for name in names for one in groups[name]))
            for names in _told_apart(groups)
        ],
        hours_to_do=rounded_hours(hours),
        costs_to_do_eur=sum(cents for cents in costs if cents is not None),
        without_hours=sum(one.requirement.hours is None for one in to_do),
        without_costs=costs.count(None),
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
