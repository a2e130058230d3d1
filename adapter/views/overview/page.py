"""One employee's learning overview as people read it: sentences and pictures first, then what they
rest on, and in one line what there is nothing of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import Column, Kind, Picture, Report, Section, Table
from adapter.ground.rendering.records import Words, section
from adapter.register.adoption import Adoption
from adapter.views.hours_of_year import YearOfHours, year_of_hours
from adapter.views.overview.report import LearningOverviewOut, OverviewRepaymentOut
from adapter.views.overview.sentences import overview_sentences
from adapter.views.pictures import Owed, hours_picture, repayment_picture, years_picture
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from config.catalogue import Language
from policy.hours import MADE
from policy.model import RepaymentStatus
from policy.parameters import Policy

_ACTIVITIES = {
    "training": "title",
    "hours": "hours",
    "state": "state",
    "start": "start_date",
    "end": "end_date",
}
_GRANTS = {
    "training": "title",
    "costs": "costs_eur",
    "hours": "hours",
    "scheme": "repayment_scheme",
    "decided": "decided_date",
}
_AGREEMENTS = {
    "training": "title",
    "version": "version",
    "costs": "agreed_costs_eur",
    "scheme": "repayment_scheme",
    "state": "state",
}
_TRAINING = {
    "course": "name",
    "state": "state",
    "enrolled": "enrolled_date",
    "completed": "completed_date",
}
_IN_COMPANY = {"course": "name", "first_day": "first_date", "state": "state"}
_COMMITMENTS = {"training": "title", "agreed": "agreed_date", "hours": "hours", "state": "state"}
_EXEMPTIONS = {
    "year": "year",
    "extra": "extra_hours",
    "training": "training",
    "decided": "decided_date",
}
_REPAYMENTS = {
    "training": "title",
    "basis": "basis_eur",
    "share": "percentage",
    "computed": "computed_eur",
    "claimable": "claimable_eur",
    "reason": "reasons",
}


def overview_page(
    found: LearningOverviewOut,
    recorded: Sequence[Adoption],
    policy: Policy,
    made_at: datetime,
    language: Language,
) -> Report:
    words, on = Words("overview", language), found.as_of_date
    years = years_of(found)
    tables = _tables(found)
    return Report(
        name="learning-overview",
        file_name=words.say("page.file_name", employee=found.employee_id, day=on),
        title=words.say("page.title", name=found.name, employee=found.employee_id),
        subtitle=words.say("page.on", day=on),
        language=language,
        made_at=made_at,
        notices=policy_notices(recorded, on, language),
        sections=(
            _summary(found, years, words),
            *_years(years, words),
            *(
                section(name, records, words, columns)
                for name, (records, columns) in tables.items()
                if records
            ),
            *_nothing([name for name, (records, _) in tables.items() if not records], words),
            _how_it_was_made(found, policy, recorded, words),
            policy_section(policy, recorded, language),
        ),
    )


def years_of(found: LearningOverviewOut) -> list[YearOfHours]:
    """Of every year in which something counts: what was made, and what is still to come."""
    made = {one.activity_id for one in found.activities if one.state in MADE}
    return [year_of_hours(one.year, one.activities, made, one.limit_hours) for one in found.years]


def _tables(
    found: LearningOverviewOut,
) -> dict[str, tuple[Sequence[BaseModel], Mapping[str, str]]]:
    """Records and columns by section, in the order of the conversation."""
    return {
        "activities": (found.activities, _ACTIVITIES),
        "in_company": (found.in_company, _IN_COMPANY),
        "grants": (found.grants, _GRANTS),
        "agreements": (found.agreements, _AGREEMENTS),
        "training": (found.training, _TRAINING),
        "commitments": (found.existing_commitments, _COMMITMENTS),
        "exemptions": (found.exemptions, _EXEMPTIONS),
        "repayments": (found.repayment_if_leaving_today.items, _REPAYMENTS),
    }


def _summary(found: LearningOverviewOut, years: Sequence[YearOfHours], words: Words) -> Section:
    return Section(
        "summary",
        words.say("heading.summary"),
        lists=(overview_sentences(found, years, words),),
        pictures=tuple(_pictures(found, years, words)),
    )


def _pictures(
    found: LearningOverviewOut, years: Sequence[YearOfHours], words: Words
) -> Iterator[Picture]:
    if len(years) == 1:
        yield replace(hours_picture(years[0], words.language), told_in="years")
    elif years:
        yield years_picture(years, "years", words.language)
    owed = [_owed(one) for one in found.repayment_if_leaving_today.items]
    if any(one.claimable_cents or one.to_review_cents for one in owed):
        yield repayment_picture(owed, "repayments", words.language)


def _owed(one: OverviewRepaymentOut) -> Owed:
    to_review = one.computed_eur if one.status is RepaymentStatus.NEEDS_REVIEW else 0
    return Owed(one.title, one.basis_eur, one.claimable_eur, to_review)


def _years(years: Sequence[YearOfHours], words: Words) -> Iterator[Section]:
    if not years:
        return
    kinds = dict.fromkeys(("used", "planned", "limit", "left", "excess"), Kind.HOURS)
    columns = [Column(name, words.say(f"column.{name}"), kind) for name, kind in kinds.items()]
    table = Table(
        "years",
        words.say("heading.years"),
        (Column("year", words.say("column.year")), *columns),
        tuple(
            (str(one.year), one.used, one.planned, one.limit, one.left, one.over) for one in years
        ),
    )
    yield Section(
        "years",
        words.say("heading.years"),
        paragraphs=(words.say("intro.years"),),
        tables=(table,),
    )


def _nothing(names: Sequence[str], words: Words) -> Iterator[Section]:
    if names:
        missing = "; ".join(words.say(f"heading.{name}") for name in names)
        yield Section(
            "nothing",
            words.say("heading.nothing"),
            paragraphs=(words.say("intro.nothing", missing=missing),),
        )


def _how_it_was_made(
    found: LearningOverviewOut, policy: Policy, recorded: Sequence[Adoption], words: Words
) -> Section:
    facts = policy_facts(policy, recorded, found.as_of_date, words.language)
    table = Table(
        "policy_facts",
        words.say("heading.made"),
        (Column("what", words.say("column.what")), Column("value", words.say("column.value"))),
        tuple((one.label, written(one.value, one.kind, words.language)) for one in facts),
    )
    return Section(
        "made", words.say("heading.made"), paragraphs=(words.say("intro.made"),), tables=(table,)
    )
