"""The same facts as the pages in tables over all requests, a sheet each, to filter and sort."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import (
    Cell,
    Kind,
    Section,
    Table,
)
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import Dossier, DossierEntry
from config.catalogue import Language
from policy.parameters import Policy
from policy.weighing import Criterion

_REQUESTS = (
    ("title", Kind.TEXT),
    ("place", Kind.COUNT),
    ("id", Kind.TEXT),
    ("manager", Kind.TEXT),
    ("people", Kind.TEXT),
    ("courses", Kind.TEXT),
    ("start", Kind.DAY),
    ("end", Kind.DAY),
    ("ground", Kind.TEXT),
    ("evidence", Kind.TEXT),
    ("motivation", Kind.TEXT),
    ("costs", Kind.EUROS),
    ("costs_each", Kind.EUROS),
    ("hours_each", Kind.HOURS),
    ("consequences", Kind.TEXT),
    ("overlap", Kind.TEXT),
    ("busiest_percent", Kind.PERCENT),
    ("proposal", Kind.TEXT),
    ("decision", Kind.TEXT),
)
_SCORES = (
    ("title", Kind.TEXT),
    ("place", Kind.COUNT),
    ("criterion", Kind.TEXT),
    ("score", Kind.COUNT),
    ("weight", Kind.PERCENT),
    ("reason", Kind.TEXT),
)
_NORM = (
    ("title", Kind.TEXT),
    ("place", Kind.COUNT),
    ("employee", Kind.TEXT),
    ("year", Kind.TEXT),
    ("counted", Kind.HOURS),
    ("limit", Kind.HOURS),
    ("excess", Kind.HOURS),
)


def sheets(dossier: Dossier, policy: Policy, language: Language) -> Iterator[Section]:
    weights = policy.on(dossier.tranche.decision_from).weighing_weights
    tables = (
        _table("requests", _REQUESTS, _requests(dossier, language), language),
        _table("scores", _SCORES, _scores(dossier, weights, language), language),
        _table("norm", _NORM, _norm(dossier), language),
    )
    for table in tables:
        if table.rows:
            yield Section(table.name, table.caption, tables=(table,))


def _table(
    name: str,
    columns: tuple[tuple[str, Kind], ...],
    rows: Iterator[tuple[Cell, ...]],
    language: Language,
) -> Table:
    return Table(
        name=name,
        caption=texts.say(f"report.{name}", language),
        columns=tuple(texts.column(column, language, kind) for column, kind in columns),
        rows=tuple(rows),
    )


def _requests(dossier: Dossier, language: Language) -> Iterator[tuple[Cell, ...]]:
    for entry in dossier.entries:
        row = entry.row
        consequences = (texts.consequence(one, language) for one in entry.consequences)
        yield (
            row.title,
            _place(entry),
            row.id,
            texts.manager(dossier, entry),
            texts.people(dossier, entry, language),
            ", ".join(row.course_ids) or row.trajectory_id,
            row.starts_on,
            row.ends_on,
            texts.say(f"ground.{row.ground}", language),
            row.evidence,
            row.motivation,
            entry.costs_cents,
            entry.per_employee_cents,
            row.hours,
            " ".join(consequences) or None,
            texts.bundled(entry, language),
            max((one.all_percent or 0 for one in entry.capacity), default=None),
            texts.proposal(entry.proposal, language),
            texts.decision(entry.decision, language),
        )


def _scores(
    dossier: Dossier, weights: tuple[int, ...], language: Language
) -> Iterator[tuple[Cell, ...]]:
    for entry in dossier.entries:
        if entry.weighing is None:
            continue
        for one, weight in zip(Criterion, weights, strict=True):
            given = entry.weighing.scores[one]
            name = texts.criterion(one, language)
            yield (
                entry.row.title,
                _place(entry),
                name,
                given["score"],
                weight,
                given["reason"],
            )


def _norm(dossier: Dossier) -> Iterator[tuple[Cell, ...]]:
    for entry in dossier.entries:
        for one in entry.norm:
            year = one.hours
            yield (
                entry.row.title,
                _place(entry),
                dossier.staff.name(one.employee_id),
                str(year.year),
                year.counted,
                year.limit,
                year.excess,
            )


def _place(entry: DossierEntry) -> int | None:
    return None if entry.ranked is None else entry.ranked.place
