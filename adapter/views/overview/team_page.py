"""The learning of a team as its manager reads it: sentences and pictures first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from adapter.ground.rendering.content import Column, Kind, Picture, Report, Section, Table
from adapter.ground.rendering.records import Words, section
from adapter.register.adoption import Adoption
from adapter.views.hours_of_year import YearOfHours
from adapter.views.overview.team_report import TeamMemberOut, TeamMonthOut, TeamOverviewOut
from adapter.views.pictures import people_picture, shares_picture
from adapter.views.policy_section import policy_notices, policy_section
from config.catalogue import Language
from policy.capacity import Month
from policy.parameters import Policy

_MEMBERS = {
    "employee": "name",
    "used": "used_hours",
    "planned": "planned_hours",
    "limit": "limit_hours",
    "left": "left_hours",
    "over": "over_hours",
}
_TRAINING = {
    "employee": "name",
    "training": "title",
    "hours": "hours",
    "state": "state",
    "start": "start_date",
    "end": "end_date",
}
_TO_SIGN = {"employee": "name", "agreements": "to_sign"}
_HOLDS = {"employee": "name", "course": "course", "since": "decided_date"}


def team_page(
    found: TeamOverviewOut,
    recorded: Sequence[Adoption],
    policy: Policy,
    made_at: datetime,
    language: Language,
) -> Report:
    words, on = Words("team_overview", language), found.as_of_date
    return Report(
        name="team-overview",
        file_name=words.say("page.file_name", manager=found.manager_id, day=on),
        title=words.say("page.title", name=found.name),
        subtitle=words.say("page.on", day=on),
        language=language,
        made_at=made_at,
        notices=policy_notices(recorded, on, language),
        sections=(
            _summary(found, words),
            section("members", found.members, words, _MEMBERS),
            *_months(found, words),
            section("training", found.training, words, _TRAINING),
            section("holds", found.holds, words, _HOLDS),
            section("to_sign", [one for one in found.members if one.to_sign], words, _TO_SIGN),
            policy_section(policy, recorded, language),
        ),
    )


def _summary(found: TeamOverviewOut, words: Words) -> Section:
    return Section(
        "summary",
        words.say("heading.summary"),
        lists=(tuple(_sentences(found, words)),),
        pictures=(*_people(found, words), *_shares(found, words)),
    )


def _sentences(found: TeamOverviewOut, words: Words) -> Iterator[str]:
    members = found.members
    if not members:
        yield words.say("sentence.nobody")
        return
    yield words.say(
        "sentence.hours",
        people=len(members),
        year=found.year,
        used=_sum(one.used_hours for one in members),
        planned=_sum(one.planned_hours for one in members),
        limit=_sum(one.limit_hours for one in members),
    )
    nothing = sum(not one.used_hours and not one.planned_hours for one in members)
    over = sum(one.over_hours > 0 for one in members)
    yield words.say("sentence.people", nothing=nothing, over=over)
    busiest = max(found.months, key=lambda one: one.all_percent or 0, default=None)
    if busiest is not None and busiest.all_percent:
        month = _month(busiest).first_day
        yield words.say("sentence.busiest", month=month, percent=busiest.all_percent)
    held = len(found.holds)
    to_sign = sum(one.to_sign for one in members)
    if held or to_sign:
        yield words.say("sentence.waits", held=held, to_sign=to_sign)
    else:
        yield words.say("sentence.nothing_waits")


def _sum(hours: Iterator[Decimal]) -> Decimal:
    return sum(hours, Decimal(0))


def _people(found: TeamOverviewOut, words: Words) -> Iterator[Picture]:
    """Of whom something counts; how many the others are, a sentence says."""
    rows = [
        (one.name, _year(one, found.year))
        for one in found.members
        if one.used_hours or one.planned_hours
    ]
    if rows:
        yield people_picture(rows, "members", words.language)


def _shares(found: TeamOverviewOut, words: Words) -> Iterator[Picture]:
    shares = [(_month(one).number, one.granted_percent, one.all_percent) for one in found.months]
    if any(share for _, _, share in shares):
        yield shares_picture(shares, found.year, "months", words.language)


def _year(one: TeamMemberOut, year: int) -> YearOfHours:
    return YearOfHours(year, one.used_hours, one.planned_hours, one.limit_hours)


def _months(found: TeamOverviewOut, words: Words) -> Iterator[Section]:
    if not found.months:
        return
    columns = (
        Column("month", words.say("column.month")),
        *(
            Column(name, words.say(f"column.{name}"), Kind.HOURS)
            for name in ("available", "granted", "requested")
        ),
        Column("percent", words.say("column.percent"), Kind.PERCENT),
    )
    rows = tuple(
        (
            words.say("page.month", month=_month(one).first_day),
            one.available_hours,
            one.granted_hours,
            one.requested_hours,
            one.all_percent,
        )
        for one in found.months
    )
    yield Section(
        "months",
        words.say("heading.months"),
        paragraphs=(words.say("intro.months"),),
        tables=(Table("months", words.say("heading.months"), columns, rows),),
    )


def _month(one: TeamMonthOut) -> Month:
    year, _, number = one.month.partition("-")
    return Month(int(year), int(number))
