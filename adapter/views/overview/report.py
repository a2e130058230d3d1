"""An employee's learning overview as a page for the appraisal conversation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Report,
    Section,
    Table,
)
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.views.overview.learning import LearningOverview
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from config.catalogue import Language, text
from policy.model import RepaymentItem, YearHours
from policy.parameters import Policy

_YEARS = (
    ("year", Kind.TEXT),
    ("counted", Kind.HOURS),
    ("limit", Kind.HOURS),
    ("excess", Kind.HOURS),
)
_ACTIVITIES = (
    ("training", Kind.TEXT),
    ("hours", Kind.HOURS),
    ("state", Kind.TEXT),
    ("start", Kind.DAY),
    ("end", Kind.DAY),
)
_GRANTS = (
    ("training", Kind.TEXT),
    ("costs", Kind.EUROS),
    ("hours", Kind.HOURS),
    ("scheme", Kind.TEXT),
    ("decided", Kind.DAY),
)
_AGREEMENTS = (
    ("training", Kind.TEXT),
    ("version", Kind.COUNT),
    ("costs", Kind.EUROS),
    ("scheme", Kind.TEXT),
    ("state", Kind.TEXT),
)
_TRAINING = (
    ("course", Kind.TEXT),
    ("state", Kind.TEXT),
    ("enrolled", Kind.DAY),
    ("completed", Kind.DAY),
)
_IN_COMPANY = (("course", Kind.TEXT), ("first_day", Kind.DAY), ("state", Kind.TEXT))
_COMMITMENTS = (
    ("training", Kind.TEXT),
    ("agreed", Kind.DAY),
    ("hours", Kind.HOURS),
    ("state", Kind.TEXT),
)
_EXEMPTIONS = (
    ("year", Kind.TEXT),
    ("extra", Kind.HOURS),
    ("training", Kind.TEXT),
    ("decided", Kind.DAY),
)
_REPAYMENTS = (
    ("training", Kind.TEXT),
    ("share", Kind.PERCENT),
    ("computed", Kind.EUROS),
    ("claimable", Kind.EUROS),
    ("reason", Kind.TEXT),
)


def overview_report(
    found: LearningOverview, policy: Policy, made_at: datetime, language: Language
) -> Report:
    """As content that any renderer can write."""
    return Report(
        name="learning-overview",
        title=_say("title", language, name=found.name, employee=found.employee_id),
        subtitle=_say("on", language, day=found.on),
        language=language,
        made_at=made_at,
        facts=(
            Fact(
                "claimableToday",
                _say("claimable_today", language),
                sum(item.claimable_cents for item in found.repayments),
                Kind.EUROS,
            ),
            *policy_facts(policy, found.adoptions, found.on, language),
        ),
        notices=policy_notices(found.adoptions, found.on, language),
        sections=(
            _section("years", _YEARS, map(_year, found.projection.years), language),
            _section("activities", _ACTIVITIES, _activities(found, language), language),
            _section("grants", _GRANTS, _grants(found, language), language),
            _section("agreements", _AGREEMENTS, _agreements(found, language), language),
            _section("training", _TRAINING, _training(found, language), language),
            _section("in_company", _IN_COMPANY, _in_company(found, language), language),
            _section("commitments", _COMMITMENTS, _commitments(found, language), language),
            _section("exemptions", _EXEMPTIONS, _exemptions(found), language),
            _section("repayments", _REPAYMENTS, _repayments(found, language), language),
            policy_section(policy, found.adoptions, language),
        ),
    )


def _section(
    name: str,
    columns: tuple[tuple[str, Kind], ...],
    rows: Iterable[tuple[Cell, ...]],
    language: Language,
) -> Section:
    """A table with its heading; a sentence where there is nothing to show."""
    shown = tuple(rows)
    heading = text(f"overview.heading.{name}", language)
    intro = text(f"overview.intro.{name}", language)
    if not shown:
        return Section(name, heading, paragraphs=(intro, _say("nothing", language)))
    described = tuple(
        Column(column, text(f"overview.column.{column}", language), kind)
        for column, kind in columns
    )
    return Section(
        name, heading, paragraphs=(intro,), tables=(Table(name, heading, described, shown),)
    )


def _year(year: YearHours) -> tuple[Cell, ...]:
    return str(year.year), year.counted, year.limit, year.excess


def _activities(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for one in found.activities:
        state = text(f"overview.activity.{one.state}", language)
        yield found.title_of(one), one.hours, state, one.start, one.end


def _grants(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for one in found.grants:
        row, scheme = one.row, _yes_no(one.row.repayment_scheme, language)
        yield one.title, row.costs_cents, row.hours, scheme, row.decided_on


def _agreements(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for one in found.agreements:
        row, scheme = one.row, _yes_no(one.row.repayment_scheme, language)
        state = text(f"overview.agreement.{one.state}", language)
        yield one.title, row.version, row.agreed_costs_cents, scheme, state


def _training(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for one in found.training:
        state = text(f"overview.training.{one.state}", language)
        yield one.name, state, one.enrolled_on, one.completed_on


def _in_company(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for one in found.in_company:
        yield one.name, one.first_day, text(f"overview.sign_up.{one.state}", language)


def _commitments(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for row in found.commitments:
        state = text(f"overview.commitment.{row.state}", language)
        yield row.title or row.trajectory_id, row.agreed_on, row.hours, state


def _exemptions(found: LearningOverview) -> Iterable[tuple[Cell, ...]]:
    for row in found.exemptions:
        yield str(row.year), row.extra_hours, row.training, row.decided_on


def _repayments(found: LearningOverview, language: Language) -> Iterable[tuple[Cell, ...]]:
    for item in found.repayments:
        title = found.title(item.trajectory_id)
        amounts = item.percentage, item.computed_cents, item.claimable_cents
        yield title, *amounts, _reasons(item, language)


def _reasons(item: RepaymentItem, language: Language) -> str:
    return " ".join(reason_sentence(reason, language) for reason in item.reasons)


def _yes_no(value: object, language: Language) -> str:
    return _say("yes" if value else "no", language)


def _say(words: str, language: Language, /, **numbers: object) -> str:
    return text(f"overview.page.{words}", language, **numbers)
