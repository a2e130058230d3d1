"""The dossier as a report: a summary, the ranking with the cut line, and every request (P8).

To read and print, each request has a section of its own; in a workbook that would be a sheet each,
so there the same facts stand in tables over all requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import (
    Cell,
    Cut,
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.ground.rendering.linked_text import Linked
from adapter.ground.store.tables.rulings import RequestProposalRow
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import DECIDED, Dossier, DossierEntry
from adapter.views.dossier.pages import pages
from adapter.views.dossier.sheets import sheets
from adapter.views.dossier.teams import capacity_sections, overlap_sections
from adapter.views.policy_section import policy_facts, policy_notices, policy_section
from config.catalogue import Language
from policy.money import euros
from policy.parameters import Policy
from policy.request_states import RequestOutcome
from policy.weighing import Ranked, highest_points


class Layout(StrEnum):
    PAGES = "pages"
    """As data: every column, and a section per request."""
    SCREEN = "screen"
    """To decide from: what HR proposes and the ranking with its line, each leading to a request."""
    SHEETS = "sheets"
    PRINT = "print"
    """The same on paper; of a tranche longer than `LONG` only what a meeting is likely to speak of,
    since typesetting all of them takes more memory than a service has."""


LONG = 200
"""Requests from which on a dossier is too long to print whole."""
PRINTED = 100
"""Pages that a long dossier has in print."""
BUSIEST = 20
"""Rows of team capacity that people read: what is hardly asked for decides nothing."""
PRINTED_ROWS = 600
"""Rows of the ranking that it has."""
_TO_READ = frozenset({Layout.SCREEN, Layout.PRINT})
_AT_THE_TOP = (
    "requests",
    "undecided",
    "asked",
    "available",
    "proposed",
    "leftOver",
    "decisionUntilDate",
)
"""Facts that a decision hangs on; to read, the others stand at the end."""


def dossier_report(
    dossier: Dossier, policy: Policy, language: Language, made_at: datetime, layout: Layout
) -> Report:
    tranche = dossier.tranche
    short = layout is Layout.PRINT and len(dossier.entries) > LONG
    to_read = layout in _TO_READ
    details = (
        sheets(dossier, policy, language)
        if layout is Layout.SHEETS
        else pages(dossier, _nearest_the_line(dossier) if short else None, policy, language)
    )
    facts = (
        *_facts(dossier, language),
        *policy_facts(policy, dossier.adoptions, tranche.decision_from, language),
    )
    at_the_top = tuple(fact for fact in facts if not to_read or fact.name in _AT_THE_TOP)
    return Report(
        name="tranche-dossier",
        file_name=texts.say("report.file_name", language, tranche=tranche.name),
        title=texts.say("report.title", language, tranche=tranche.name),
        subtitle=texts.say("report.subtitle", language, version=dossier.version),
        language=language,
        made_at=made_at,
        facts=at_the_top,
        notices=(
            *_notices(dossier, language),
            *_shortened(language, short=short),
            *policy_notices(dossier.adoptions, tranche.decision_from, language),
        ),
        sections=(
            *(_in_short(dossier, language) if to_read else ()),
            _ranking_to_read(dossier, policy, language, short=short)
            if to_read
            else _ranking(dossier, policy, language),
            *_not_considered(dossier, language),
            *overlap_sections(dossier, language),
            *capacity_sections(dossier, language, at_most=BUSIEST if to_read else None),
            *details,
            *_figures([fact for fact in facts if fact not in at_the_top], language),
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
        ("proposed", _proposed_cents(dossier), Kind.EUROS),
        ("leftOver", _left_over(dossier), Kind.EUROS),
        ("withinBudget", len(within) if room.for_tranche_cents is not None else None, Kind.COUNT),
    )
    for name, value, kind in listed:
        yield Fact(name, texts.say(f"fact.{name}", language), value, kind)


def _proposed_cents(dossier: Dossier) -> int:
    """What granting all that HR proposes to grant would cost, in eurocents."""
    return sum(one.costs_cents or 0 for one in _proposed_to_grant(dossier))


def _proposed_to_grant(dossier: Dossier) -> list[RequestProposalRow]:
    proposals = (entry.proposal for entry in dossier.entries)
    return [one for one in proposals if one is not None and one.outcome == RequestOutcome.GRANT]


def _outcome(entry: DossierEntry) -> str | None:
    return None if entry.proposal is None else entry.proposal.outcome


def _left_over(dossier: Dossier) -> int | None:
    room = dossier.room.for_tranche_cents
    return None if room is None else room - _proposed_cents(dossier)


def _in_short(dossier: Dossier, language: Language) -> Iterator[Section]:
    """What HR proposes, and whether it fits."""
    if not dossier.entries:
        return
    outcomes = Counter(map(_outcome, dossier.entries))
    counts = {str(one): outcomes[one] for one in RequestOutcome}
    cents, room, left = _proposed_cents(dossier), dossier.room, _left_over(dossier)
    numbers: dict[str, object] = {"amount": euros(cents), "none": outcomes[None], **counts}
    said = [texts.say("report.proposes", language, **numbers)]
    if room.for_tranche_cents is not None and left is not None:
        name = "fits" if left >= 0 else "exceeds"
        numbers = {"room": euros(room.for_tranche_cents), "left": euros(abs(left))}
        said.append(texts.say(f"report.{name}", language, **numbers))
    against = [one for one in dossier.ranked if _against_the_ranking(*one)]
    if against:
        said.append(texts.say("report.against_ranking", language, count=len(against)))
    yield Section("in_short", texts.say("report.in_short", language), paragraphs=tuple(said))


def _against_the_ranking(entry: DossierEntry, ranked: Ranked) -> bool:
    """HR proposes to grant below the line, or not to grant above it."""
    if entry.proposal is None or ranked.within_budget is None:
        return False
    return ranked.within_budget != (_outcome(entry) == RequestOutcome.GRANT)


def _figures(facts: Sequence[Fact], language: Language) -> Iterator[Section]:
    if facts:
        lines = tuple(f"{fact.label}: {written(fact.value, fact.kind, language)}" for fact in facts)
        yield Section("figures", texts.say("report.figures", language), lists=(lines,))


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
    return tuple(entry for entry, _ in ranked[_around(_above(dossier), len(ranked), PRINTED)])


def _around(middle: int, length: int, wanted: int | None) -> slice:
    if wanted is None:
        return slice(0, length)
    first = max(0, min(middle - wanted // 2, length - wanted))
    return slice(first, min(first + wanted, length))


def _ranking(dossier: Dossier, policy: Policy, language: Language) -> Section:
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
        cut=_cut(dossier, slice(0, len(dossier.ranked)), language),
    )
    return _ranking_section(table, policy, dossier, language)


def _ranking_to_read(
    dossier: Dossier, policy: Policy, language: Language, *, short: bool
) -> Section:
    """On one line each: what, of which team, how it ranks, and what HR proposes."""
    rows = _around(_above(dossier), len(dossier.ranked), PRINTED_ROWS if short else None)
    table = Table(
        name="ranking",
        caption=texts.say("report.ranking_caption", language),
        columns=(
            texts.column("title", language),
            texts.column("team", language),
            texts.column("priority", language),
            texts.column("points", language, Kind.COUNT),
            texts.column("costs", language, Kind.EUROS),
            texts.column("cumulative", language, Kind.EUROS),
            texts.column("ruling", language),
        ),
        rows=tuple(
            (
                Linked(
                    texts.say("page.heading", language, place=ranked.place, title=entry.row.title),
                    f"#request-{entry.row.id}",
                ),
                texts.team_of(dossier, entry),
                texts.priority(entry, language),
                ranked.points,
                entry.costs_cents,
                ranked.cumulative_cents,
                texts.outcome(entry.decision or entry.proposal, language),
            )
            for entry, ranked in dossier.ranked[rows]
        ),
        total=(
            texts.say("report.proposed_total", language, count=len(_proposed_to_grant(dossier))),
            None,
            None,
            None,
            _proposed_cents(dossier),
            None,
            None,
        ),
        cut=_cut(dossier, rows, language),
    )
    return _ranking_section(table, policy, dossier, language)


def _ranking_section(table: Table, policy: Policy, dossier: Dossier, language: Language) -> Section:
    highest = highest_points(policy.on(dossier.tranche.decision_from))
    return Section(
        "ranking",
        texts.say("report.ranking", language),
        paragraphs=(texts.say("report.ranking_intro", language, highest=highest),),
        tables=(table,) if table.rows else (),
    )


def _above(dossier: Dossier) -> int:
    """How many requests stand above the line."""
    return sum(bool(ranked.within_budget) for _, ranked in dossier.ranked)


def _cut(dossier: Dossier, rows: slice, language: Language) -> Cut | None:
    """The line of the budget, among the rows that are shown; None while there is no budget."""
    room = dossier.room.for_tranche_cents
    place = _above(dossier) - rows.start
    if room is None or not 0 <= place <= rows.stop - rows.start:
        return None
    return Cut(place, texts.say("report.line", language, room=euros(room)))


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
