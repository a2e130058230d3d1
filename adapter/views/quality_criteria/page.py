"""How the quality criteria stand, as people read it: numbers first, then who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from adapter.ground.rendering.cells import briefly
from adapter.ground.rendering.content import (
    Column,
    Entry,
    Fact,
    Kind,
    Look,
    Picture,
    Report,
    Section,
    Series,
    Shape,
    Table,
)
from adapter.ground.rendering.records import Words, section
from adapter.views.quality_criteria.answers import OwnQualityCriteriaOut, QualityCriteriaOut
from adapter.views.quality_criteria.expertises import ExpertiseOut, QualityObligationOut
from config.catalogue import Language

_REQUIREMENTS = {
    "requirement": "title",
    "reference": "reference",
    "expertise": "expertise",
    "function": "function",
    "needed": "needed",
    "valid": "valid",
    "expiring": "expiring",
    "running": "running",
    "granted": "granted",
    "requested": "requested",
    "missing": "missing",
    "to_do": "to_do",
    "too_few": "too_few",
    "hours": "hours_to_do",
    "costs": "costs_to_do_eur",
    "source": "source",
}
_PEOPLE = {
    "name": "name",
    "employee": "employee_id",
    "expertise": "expertise",
    "requirement": "title",
    "proof": "state",
    "obtained": "obtained_date",
    "ends": "ends_date",
    "coming": "coming",
    "last": "last_date",
}
_OWN = {name: member for name, member in _PEOPLE.items() if name not in ("name", "employee")}
_NUMBERS = ("required", "obtained", "under_way", "open", "to_do")


def words_of(language: Language) -> Words:
    return Words("quality_criteria", language)


def quality_page(found: QualityCriteriaOut, made_at: datetime, language: Language) -> Report:
    words = words_of(language)
    proposed = [one for one in found.people if one.proposed]
    return Report(
        name="quality-criteria",
        file_name=words.say("page.file_name", day=found.as_of_date),
        title=words.say("page.title"),
        subtitle=words.say("page.on", day=found.as_of_date),
        language=language,
        made_at=made_at,
        sections=(
            *_numbers(found, words),
            section("people", found.people, words, _PEOPLE),
            section("proposals", proposed, words, _PEOPLE),
        ),
    )


def own_page(found: OwnQualityCriteriaOut, made_at: datetime, language: Language) -> Report:
    words = words_of(language)
    return Report(
        name="own-quality-criteria",
        file_name=words.say("page.own_file_name", employee=found.employee_id, day=found.as_of_date),
        title=words.say("page.own_title", name=found.name),
        subtitle=words.say("page.on", day=found.as_of_date),
        language=language,
        made_at=made_at,
        sections=(section("own", found.requirements, words, _OWN),),
    )


def obligation_page(found: QualityObligationOut, made_at: datetime, language: Language) -> Report:
    words = words_of(language)
    return Report(
        name="quality-obligation",
        file_name=words.say("page.obligation_file_name", day=found.as_of_date),
        title=words.say("page.obligation_title"),
        subtitle=words.say("page.on", day=found.as_of_date),
        language=language,
        made_at=made_at,
        facts=obligation_facts(found, words),
        sections=(obligation_section(found, words),),
    )


def obligation_facts(found: QualityObligationOut, words: Words) -> tuple[Fact, ...]:
    return (
        Fact("hoursToDo", words.say("fact.hours"), found.hours_to_do, Kind.HOURS),
        Fact("costsToDo", words.say("fact.costs"), found.costs_to_do_eur, Kind.EUROS),
        Fact("withoutHours", words.say("fact.without_hours"), found.without_hours, Kind.COUNT),
        Fact("withoutCosts", words.say("fact.without_costs"), found.without_costs, Kind.COUNT),
    )


def obligation_section(
    found: QualityObligationOut, words: Words, *, with_to_do: bool = False
) -> Section:
    """With a sentence where there are too few people to tell expertises apart; `with_to_do` where
    hours and costs stand nowhere else."""
    lines = found.expertises
    said = [words.say("intro.expertises" if lines else "intro.of_too_few")]
    if with_to_do:
        said.append(_to_do(found, words))
    return _expertises(
        lines,
        words,
        *said,
        words.say("made.disclosure"),
        heading="heading.obligation" if with_to_do else "heading.expertises",
    )


def _to_do(found: QualityObligationOut, words: Words) -> str:
    if found.hours_to_do is None or found.costs_to_do_eur is None:
        return words.say("made.to_do_of_too_few")
    hours = briefly(found.hours_to_do, Kind.HOURS, words.language)
    costs = briefly(found.costs_to_do_eur, Kind.EUROS, words.language)
    return words.say("made.to_do", hours=hours, costs=costs)


def _numbers(found: QualityCriteriaOut, words: Words) -> Iterator[Section]:
    if found.expertises is not None:
        yield _expertises(found.expertises, words, words.say("intro.expertises"))
    if found.requirements is not None:
        yield section("requirements", found.requirements, words, _REQUIREMENTS)


def _expertises(
    lines: list[ExpertiseOut],
    words: Words,
    *paragraphs: str,
    heading: str = "heading.expertises",
) -> Section:
    if not lines:
        return Section("expertises", words.say(heading), paragraphs=paragraphs)
    columns = [Column(name, words.say(f"number.{name}"), Kind.COUNT) for name in _NUMBERS]
    numbers = [[getattr(one, name) for name in _NUMBERS] for one in lines]
    table = Table(
        "expertises",
        words.say("heading.expertises"),
        (Column("expertise", words.say("column.expertise")), *columns),
        tuple((expertise_title(one), *each) for one, each in zip(lines, numbers, strict=True)),
        total=(words.say("page.together"), *map(sum, zip(*numbers, strict=True))),
    )
    pictures = (expertises_picture(lines, "expertises", words),)
    return Section(
        "expertises", words.say(heading), paragraphs=paragraphs, pictures=pictures, tables=(table,)
    )


def expertise_title(one: ExpertiseOut) -> str:
    return ", ".join(one.expertises)


def expertises_picture(lines: Iterable[ExpertiseOut], told_in: str | None, words: Words) -> Picture:
    return Picture(
        name="obligation-per-expertise",
        title=words.say("picture.expertises"),
        description=words.say("picture.expertises_told"),
        shape=Shape.BARS,
        kind=Kind.COUNT,
        series=(
            Series("obtained", words.say("number.obtained")),
            Series("under_way", words.say("number.under_way"), Look.HATCHED),
            Series("open", words.say("number.open"), Look.OUTLINED),
        ),
        rows=tuple(
            Entry(expertise_title(one), (one.obtained, one.under_way, one.open)) for one in lines
        ),
        row_heading=words.say("column.expertise"),
        told_in=told_in,
    )
