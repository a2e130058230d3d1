"""A section per request: scores with reasons, costs, hours, consequences, overlap, capacity."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.reports.cells import written
from adapter.reports.content import Cell, Kind, Section, Table
from adapter.tranches import words
from adapter.tranches.dossier import Dossier, Entry
from config.catalogue import Language
from policy.parameters import Policy
from policy.weighing import Criterion


def pages(dossier: Dossier, policy: Policy, language: Language) -> Iterator[Section]:
    if not dossier.entries:
        return
    yield Section("requests", words.say("report.requests", language))
    weights = policy.on(dossier.tranche.decision_from).weighing_weights
    for entry in dossier.entries:
        yield _page(dossier, entry, weights, language)


def _page(dossier: Dossier, entry: Entry, weights: tuple[int, ...], language: Language) -> Section:
    place = "–" if entry.ranked is None else entry.ranked.place
    scores = _scores(entry, weights, language)
    return Section(
        name=f"request-{entry.row.id}",
        heading=words.say("page.heading", language, place=place, title=entry.row.title),
        level=3,
        paragraphs=() if scores else (words.say("page.unweighed", language),),
        lists=(
            tuple(_facts(dossier, entry, language)),
            tuple(_norm(dossier, entry, language)),
            tuple(_effects(dossier, entry, language)),
        ),
        tables=scores,
    )


def _facts(dossier: Dossier, entry: Entry, language: Language) -> Iterator[str]:
    row = entry.row
    listed: tuple[tuple[str, Cell, Kind], ...] = (
        ("id", row.id, Kind.TEXT),
        ("manager", words.manager(dossier, entry), Kind.TEXT),
        ("people", words.people(dossier, entry, language), Kind.TEXT),
        ("courses", ", ".join(row.course_ids) or row.trajectory_id, Kind.TEXT),
        ("start", row.starts_on, Kind.DAY),
        ("end", row.ends_on, Kind.DAY),
        ("ground", words.say(f"ground.{row.ground}", language), Kind.TEXT),
        ("evidence", row.evidence, Kind.TEXT),
        ("motivation", row.motivation, Kind.TEXT),
        ("priority", words.priority(entry, language), Kind.TEXT),
        ("points", words.points(entry), Kind.COUNT),
        ("costs", entry.costs_cents, Kind.EUROS),
        ("costs_each", entry.per_employee_cents, Kind.EUROS),
        ("hours_each", row.hours, Kind.HOURS),
        ("proposal", words.ruling(entry.proposal, language), Kind.TEXT),
        ("decision", words.ruling(entry.decision, language), Kind.TEXT),
    )
    for name, value, kind in listed:
        if value is not None:
            yield f"{words.say(f'column.{name}', language)}: {written(value, kind, language)}"


def _norm(dossier: Dossier, entry: Entry, language: Language) -> Iterator[str]:
    for one in entry.norm:
        yield words.say(
            "page.norm_exceeded" if one.hours.excess else "page.norm",
            language,
            employee=dossier.staff.name(one.employee_id),
            year=one.hours.year,
            counted=one.hours.counted,
            limit=one.hours.limit,
            excess=one.hours.excess,
        )


def _effects(dossier: Dossier, entry: Entry, language: Language) -> Iterator[str]:
    for finding in entry.consequences:
        yield words.consequence(finding, language)
    overlap = words.bundled(entry, language)
    if overlap is not None:
        yield overlap
    for one in entry.capacity:
        if one.all_percent is not None:
            yield words.say(
                "page.capacity",
                language,
                team=dossier.staff.name(one.manager_id),
                month=one.month,
                granted=one.granted_percent,
                all=one.all_percent,
            )


def _scores(entry: Entry, weights: tuple[int, ...], language: Language) -> tuple[Table, ...]:
    if entry.weighing is None:
        return ()
    return (
        Table(
            name="scores",
            caption=words.say("page.scores", language, title=entry.row.title),
            columns=(
                words.column("criterion", language),
                words.column("score", language, Kind.COUNT),
                words.column("weight", language, Kind.PERCENT),
                words.column("reason", language),
            ),
            rows=tuple(
                (
                    words.criterion(one, language),
                    entry.weighing.scores[one]["score"],
                    weight,
                    entry.weighing.scores[one]["reason"],
                )
                for one, weight in zip(Criterion, weights, strict=True)
            ),
        ),
    )
