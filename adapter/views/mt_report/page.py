"""The report as people read it. The first page is enough to decide from: five sentences, two
pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import (
    Cell,
    Column,
    Kind,
    Notice,
    Picture,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.ground.rendering.records import Words
from adapter.register.adoption import Adoption
from adapter.views.mt_report.changes import changes_section
from adapter.views.mt_report.drawings import (
    classes_picture,
    criteria_picture,
    money_picture,
    months_picture,
    outlook_picture,
)
from adapter.views.mt_report.figures import FiguresOut, HoursClassOut, HoursOfAllOut, MtReportOut
from adapter.views.mt_report.sentences import five_sentences
from adapter.views.mt_report.wording import (
    class_title,
    criterion_title,
    month_title,
    period_title,
    words_of,
)
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from adapter.views.quality_criteria.page import obligation_section
from adapter.views.quality_criteria.page import words_of as quality_criteria_words
from config.catalogue import Language, text
from policy.parameters import Policy


def mt_report_page(
    found: MtReportOut, policy: Policy, recorded: Sequence[Adoption], language: Language
) -> Report:
    """`policy` is the one that the figures were made with, `recorded` the adoptions until then."""
    words, figures = words_of(language), found.figures
    period = period_title(figures.period, words)
    return Report(
        name="management-team-report",
        file_name=words.say("page.file_name", period=figures.period),
        title=words.say("page.title"),
        subtitle=words.say(
            "page.subtitle", period=period, first=figures.from_date, last=figures.until_date
        ),
        language=language,
        made_at=found.made_at,
        notices=(
            *_notices(found, words),
            *policy_notices(recorded, found.as_of_date, language),
        ),
        sections=(
            _summary(figures, words),
            _money(figures, words),
            *_hours(figures.hours, words),
            _people(figures, words),
            _criteria(figures, words),
            *_quality(figures, language),
            _acts(figures, words),
            _overdue(figures, words),
            _outlook(figures, words),
            changes_section(figures, found.before, words),
            _how_it_was_made(found, policy, recorded, words),
            policy_section(policy, recorded, language),
        ),
    )


def _notices(found: MtReportOut, words: Words) -> Iterator[Notice]:
    if not found.complete:
        yield Notice(Tone.INFO, words.say("page.interim", day=found.as_of_date))
    elif not found.kept:
        yield Notice(Tone.INFO, words.say("page.not_kept", day=found.as_of_date))


def _summary(figures: FiguresOut, words: Words) -> Section:
    pictures = [money_picture(figures, "money", words)]
    if figures.employees_by_hours:
        pictures.append(
            classes_picture("employees", figures.employees_by_hours, "employees", words)
        )
    return Section(
        "summary",
        words.say("heading.summary"),
        lists=(five_sentences(figures, words),),
        pictures=tuple(pictures),
    )


def _money(figures: FiguresOut, words: Words) -> Section:
    money = figures.money
    lines = {
        "budget": money.budget_eur,
        "spent": money.spent_eur,
        "committed": money.committed_eur,
        "left": money.left_cents,
        "granted": money.granted_eur,
        "collective": money.collective_eur,
        "individual": money.granted_eur - money.collective_eur,
        "granted_in_period": money.granted_in_period_eur,
    }
    if money.earlier_years_eur:
        lines["earlier_years"] = money.earlier_years_eur
    rows = [(words.say(f"money.{name}"), cents) for name, cents in lines.items()]
    columns = (Column("what", words.say("column.what")), _column("amount", Kind.EUROS, words))
    return _section("money", words, [_table("money", columns, rows, words)], new_page=True)


def _hours(hours: HoursOfAllOut, words: Words) -> Iterator[Section]:
    made = [one for one in (hours.used_hours, hours.planned_hours) if one is not None]
    lines = {
        "norm": hours.norm_hours,
        "used": hours.used_hours,
        "planned": hours.planned_hours,
        "left": hours.norm_hours - sum(made, Decimal(0)) if made else None,
        "in_company": hours.in_company_hours,
        "individual": hours.individual_hours,
    }
    rows = [(words.say(f"hours.{name}"), amount) for name, amount in lines.items()]
    columns = (Column("what", words.say("column.what")), _column("hours", Kind.HOURS, words))
    yield _section("hours", words, [_table("hours", columns, rows, words)])
    by_month = (
        Column("month", words.say("column.month")),
        _column("used", Kind.HOURS, words),
        _column("planned", Kind.HOURS, words),
    )
    months = [
        (month_title(one.month, words.language), one.used_hours, one.planned_hours)
        for one in hours.months
    ]
    if any(used or planned for _, used, planned in months):
        yield Section(
            "months",
            words.say("heading.months"),
            level=3,
            pictures=(months_picture(hours.months, "months", words),),
            tables=(_table("months", by_month, months, words),),
        )


def _people(figures: FiguresOut, words: Words) -> Section:
    teams = figures.teams_by_hours
    tables = [
        _classes_table(name, classes, words)
        for name, classes in (("employees", figures.employees_by_hours), ("teams", teams))
        if classes
    ]
    return Section(
        "people",
        words.say("heading.people"),
        paragraphs=(
            words.say("intro.people", employees=figures.employees),
            words.say("intro.teams", number=figures.teams_not_shown),
        ),
        pictures=(classes_picture("teams", teams, "teams", words),) if teams else (),
        tables=tuple(tables),
    )


def _classes_table(name: str, classes: Iterable[HoursClassOut], words: Words) -> Table:
    columns = (Column("class", words.say("column.class")), _column(name, Kind.COUNT, words))
    return _table(name, columns, [(class_title(one, words), one.number) for one in classes], words)


def _criteria(figures: FiguresOut, words: Words) -> Section:
    columns = (
        Column("criterion", words.say("column.criterion")),
        _column("requests", Kind.COUNT, words),
        _column("grants", Kind.COUNT, words),
        _column("granted_costs", Kind.EUROS, words),
    )
    rows = [
        (criterion_title(one, words), one.requests, one.grants, one.granted_eur)
        for one in figures.criteria
    ]
    if not rows:
        return _section("criteria", words, [], instead="criteria_of_too_few")
    granted = any(one.granted_eur for one in figures.criteria)
    return _section(
        "criteria",
        words,
        [_table("criteria", columns, rows, words)],
        pictures=[criteria_picture(figures.criteria, "criteria", words)] if granted else [],
    )


def _quality(figures: FiguresOut, language: Language) -> Iterator[Section]:
    """Nothing where no requirement was recorded."""
    if figures.quality is not None:
        yield obligation_section(figures.quality, quality_criteria_words(language), with_to_do=True)


def _acts(figures: FiguresOut, words: Words) -> Section:
    columns = (Column("act", words.say("column.act")), _column("number", Kind.COUNT, words))
    rows = [(words.say(f"act.{one.act}"), one.number) for one in figures.acts]
    return _section("acts", words, [_table("acts", columns, rows, words)])


def _overdue(figures: FiguresOut, words: Words) -> Section:
    columns = (Column("task", words.say("column.task")), _column("number", Kind.COUNT, words))
    rows = [
        (text(f"tasks.heading.{one.kind}", words.language), one.number) for one in figures.overdue
    ]
    tables = [_table("overdue", columns, rows, words)] if rows else []
    return _section("overdue", words, tables, instead="nothing_overdue")


def _outlook(figures: FiguresOut, words: Words) -> Section:
    columns = (
        Column("period", words.say("column.period")),
        _column("planned", Kind.HOURS, words),
        _column("starting", Kind.EUROS, words),
        _column("repayment", Kind.EUROS, words),
    )
    rows = [
        (period_title(one.period, words), one.hours, one.starting_eur, one.repayment_eur)
        for one in figures.outlook
    ]
    starting = any(one.starting_eur for one in figures.outlook)
    return _section(
        "outlook",
        words,
        [_table("outlook", columns, rows, words)],
        pictures=[outlook_picture(figures.outlook, "outlook", words)] if starting else [],
    )


def _how_it_was_made(
    found: MtReportOut, policy: Policy, recorded: Sequence[Adoption], words: Words
) -> Section:
    facts = policy_facts(policy, recorded, found.as_of_date, words.language)
    told = [
        words.say("made.as_of", day=found.as_of_date),
        words.say("made.disclosure"),
        words.say("made.money"),
        words.say("made.acts"),
    ]
    table = Table(
        "policy_facts",
        words.say("caption.policy_facts"),
        (Column("what", words.say("column.what")), Column("value", words.say("column.value"))),
        tuple((one.label, written(one.value, one.kind, words.language)) for one in facts),
    )
    return Section("made", words.say("heading.made"), paragraphs=tuple(told), tables=(table,))


def _section(
    name: str,
    words: Words,
    tables: Sequence[Table],
    *,
    pictures: Sequence[Picture] = (),
    instead: str | None = None,
    new_page: bool = False,
) -> Section:
    """With `instead`, a sentence where there is no table."""
    said = [words.say(f"intro.{name}")]
    if not tables and instead is not None:
        said.append(words.say(f"intro.{instead}"))
    return Section(
        name,
        words.say(f"heading.{name}"),
        paragraphs=tuple(said),
        pictures=tuple(pictures),
        tables=tuple(tables),
        new_page=new_page,
    )


def _column(name: str, kind: Kind, words: Words) -> Column:
    return Column(name, words.say(f"column.{name}"), kind)


def _table(
    name: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]], words: Words
) -> Table:
    return Table(name, words.say(f"caption.{name}"), columns, tuple(rows))
