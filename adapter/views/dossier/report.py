"""The dossier as a report: a summary, the ranking with the cut line, and every request (P8).

To read and print, each request has a section of its own; in a workbook that would be a sheet each,
so there the same facts stand in tables over all requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from adapter.ground.rendering.content import (
    Cell,
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import DECIDED, Dossier, DossierEntry
from adapter.views.dossier.pages import pages
from adapter.views.dossier.sheets import sheets
from adapter.views.dossier.teams import capacity_sections, overlap_sections
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from config.catalogue import Language
from policy.parameters import Policy
from policy.weighing import highest_points


class Layout(StrEnum):
    PAGES = "pages"
    SHEETS = "sheets"
    PRINT = "print"
    """Pages; of a tranche longer than `LONG` only those that a meeting is likely to speak about,
    since typesetting all of them takes more memory than a service has."""


LONG = 200
"""Requests from which on a dossier is too long to print whole."""
PRINTED = 100
"""Pages, and rows of team capacity, that a long dossier has in print."""
PRINTED_ROWS = 600
"""Rows of the ranking that it has."""
_PRINTED_COLUMNS = ("title", "place", "points", "costs", "cumulative", "within_budget", "proposal")


def dossier_report(
    dossier: Dossier, policy: Policy, language: Language, made_at: datetime, layout: Layout
) -> Report:
    tranche = dossier.tranche
    short = layout is Layout.PRINT and len(dossier.entries) > LONG
    details = (
        sheets(dossier, policy, language)
        if layout is Layout.SHEETS
        else pages(dossier, _nearest_the_line(dossier) if short else None, policy, language)
    )
    return Report(
        name="tranche-dossier",
        title=texts.say("report.title", language, tranche=tranche.name),
        subtitle=texts.say("report.subtitle", language, version=dossier.version),
        language=language,
        made_at=made_at,
        facts=(
            *_facts(dossier, language),
            *policy_facts(policy, dossier.adoptions, tranche.decision_from, language),
        ),
        notices=(
            *_notices(dossier, language),
            *_shortened(language, short=short),
            *policy_notices(dossier.adoptions, tranche.decision_from, language),
        ),
        sections=(
            _ranking(dossier, policy, language, short=short),
            *_not_considered(dossier, language),
            *overlap_sections(dossier, language),
            *capacity_sections(dossier, language, at_most=PRINTED if short else None),
            *details,
            policy_section(policy, dossier.adoptions, language),
        ),
    )


def _facts(dossier: Dossier, language: Language) -> Iterator[Fact]:
    tranche, room = dossier.tranche, dossier.room
    entries = dossier.entries
    within = [ranked for _, ranked in dossier.ranked if ranked.within_budget]
    asked = sum(entry.row.costs_cents for entry in entries)
    listed: tuple[tuple[str, Cell, Kind], ...] = (
        ("dossierVersion", dossier.version, Kind.TEXT),
        ("deadlineDate", tranche.deadline_on, Kind.DAY),
        ("decisionFromDate", tranche.decision_from, Kind.DAY),
        ("decisionUntilDate", tranche.decision_until, Kind.DAY),
        ("requests", len(entries), Kind.COUNT),
        ("undecided", sum(one.row.state not in DECIDED for one in entries), Kind.COUNT),
        ("asked", asked, Kind.EUROS),
        ("trancheBudget", room.tranche_cents, Kind.EUROS),
        ("yearBudget", room.year_cents, Kind.EUROS),
        ("grantedElsewhere", room.granted_elsewhere_cents, Kind.EUROS),
        ("available", room.for_tranche_cents, Kind.EUROS),
        ("withinBudget", len(within) if room.for_tranche_cents is not None else None, Kind.COUNT),
    )
    for name, value, kind in listed:
        yield Fact(name, texts.say(f"fact.{name}", language), value, kind)


def _notices(dossier: Dossier, language: Language) -> Iterator[Notice]:
    undecided = [one for one in dossier.entries if one.row.state not in DECIDED]
    counts = {
        "unweighed": sum(one.weighing is None for one in undecided),
        "unproposed": sum(one.proposal is None for one in undecided),
        "not_considered": len(dossier.not_considered),
        "over_norm": sum(any(one.hours.excess for one in entry.norm) for entry in undecided),
    }
    if dossier.room.for_tranche_cents is None:
        yield Notice(Tone.WARNING, texts.say("notice.no_budget", language))
    for name, count in counts.items():
        if count:
            yield Notice(Tone.WARNING, texts.say(f"notice.{name}", language, count=count))
    ties = sum(ranked.tied for _, ranked in dossier.ranked)
    if ties:
        yield Notice(Tone.INFO, texts.say("notice.ties", language, count=ties))


def _shortened(language: Language, *, short: bool) -> Iterator[Notice]:
    if short:
        numbers = {"count": PRINTED, "rows": PRINTED_ROWS}
        yield Notice(Tone.INFO, texts.say("notice.shortened", language, **numbers))


def _nearest_the_line(dossier: Dossier) -> tuple[DossierEntry, ...]:
    """The requests around the cut line, in their order; the first ones while there is no line."""
    ranked = dossier.ranked
    above = sum(bool(one.within_budget) for _, one in ranked)
    return tuple(entry for entry, _ in ranked[_around(above, len(ranked), PRINTED)])


def _around(middle: int, length: int, wanted: int) -> slice:
    first = max(0, min(middle - wanted // 2, length - wanted))
    return slice(first, first + wanted)


def _ranking(dossier: Dossier, policy: Policy, language: Language, *, short: bool) -> Section:
    highest = highest_points(policy.on(dossier.tranche.decision_from))
    table = Table(
        name="ranking",
        caption=texts.say("report.ranking_caption", language),
        columns=(
            texts.column("title", language),
            texts.column("manager", language),
            texts.column("place", language, Kind.COUNT),
            texts.column("priority", language),
            texts.column("points", language, Kind.COUNT),
            texts.column("tied", language),
            texts.column("costs", language, Kind.EUROS),
            texts.column("cumulative", language, Kind.EUROS),
            texts.column("within_budget", language),
            texts.column("proposal", language),
            texts.column("decision", language),
        ),
        rows=tuple(
            (
                entry.row.title,
                texts.manager(dossier, entry),
                ranked.place,
                texts.priority(entry, language),
                ranked.points,
                texts.yes_no(ranked.tied, language),
                entry.costs_cents,
                ranked.cumulative_cents,
                texts.yes_no(ranked.within_budget, language),
                texts.outcome(entry.proposal, language),
                texts.outcome(entry.decision, language),
            )
            for entry, ranked in dossier.ranked
        ),
    )
    above = sum(bool(ranked.within_budget) for _, ranked in dossier.ranked)
    rows = _around(above, len(table.rows), PRINTED_ROWS)
    shown = _only(table, _PRINTED_COLUMNS, rows) if short else table
    return Section(
        "ranking",
        texts.say("report.ranking", language),
        paragraphs=(texts.say("report.ranking_intro", language, highest=highest),),
        tables=(shown,) if shown.rows else (),
    )


def _only(table: Table, names: tuple[str, ...], rows: slice) -> Table:
    """The table with these columns and rows of it."""
    places = [at for at, column in enumerate(table.columns) if column.name in names]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in places),
        rows=tuple(tuple(row[at] for at in places) for row in table.rows[rows]),
    )


def _not_considered(dossier: Dossier, language: Language) -> Iterator[Section]:
    if not dossier.not_considered:
        return
    table = Table(
        name="not_considered",
        caption=texts.say("report.not_considered", language),
        columns=(
            texts.column("title", language),
            texts.column("start", language, Kind.DAY),
            texts.column("costs", language, Kind.EUROS),
            texts.column("proposal", language),
            texts.column("decision", language),
        ),
        rows=tuple(
            (
                entry.row.title,
                entry.row.starts_on,
                entry.costs_cents,
                texts.outcome(entry.proposal, language),
                texts.outcome(entry.decision, language),
            )
            for entry in dossier.not_considered
        ),
    )
    intro = texts.say("report.not_considered_intro", language)
    heading = texts.say("report.not_considered", language)
    yield Section("not_considered", heading, paragraphs=(intro,), tables=(table,))
