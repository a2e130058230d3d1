"""A section per request: scores with reasons, costs, hours, consequences, overlap, capacity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import Cell, Kind, Section
from adapter.subjects.tranches.capacity import TeamMonth
from adapter.subjects.tranches.norm import EmployeeYear
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import Dossier, DossierEntry
from config.catalogue import Language
from policy.parameters import Policy
from policy.trajectories import NECESSARY
from policy.weighing import Criterion


def pages(
    dossier: Dossier, chosen: Sequence[DossierEntry] | None, policy: Policy, language: Language
) -> Iterator[Section]:
    """`chosen` None means every request."""
    if not dossier.entries:
        return
    yield Section("requests", texts.say("report.requests", language), new_page=True)
    weights = policy.on(dossier.tranche.decision_from).weighing_weights
    for entry in dossier.entries if chosen is None else chosen:
        yield replace(_page(dossier, entry, weights, language), whole=True)


def request_section(
    dossier: Dossier, entry: DossierEntry, policy: Policy, language: Language
) -> Section:
    """All that the management team decides one request from."""
    weights = policy.on(dossier.tranche.decision_from).weighing_weights
    return _page(dossier, entry, weights, language)


def _page(
    dossier: Dossier, entry: DossierEntry, weights: tuple[int, ...], language: Language
) -> Section:
    place = "–" if entry.ranked is None else entry.ranked.place
    return Section(
        name=f"request-{entry.row.id}",
        heading=texts.say("page.heading", language, place=place, title=entry.row.title),
        level=3,
        lists=(
            tuple(_facts(dossier, entry, language)),
            tuple(_scores(entry, weights, language)),
            tuple(_norm(dossier, entry, language)),
            tuple(_effects(dossier, entry, language)),
        ),
    )


def _facts(dossier: Dossier, entry: DossierEntry, language: Language) -> Iterator[str]:
    """What belongs together on a line, so that short requests share a page."""
    row = entry.row
    lines: tuple[tuple[tuple[str, Cell, Kind], ...], ...] = (
        (
            ("people", texts.people(dossier, entry, language), Kind.TEXT),
            ("manager", texts.manager(dossier, entry), Kind.TEXT),
        ),
        (
            ("courses", ", ".join(row.course_ids) or row.trajectory_id, Kind.TEXT),
            ("start", row.starts_on, Kind.DAY),
            ("end", row.ends_on, Kind.DAY),
        ),
        (
            ("costs", entry.costs_cents, Kind.EUROS),
            ("costs_each", entry.per_employee_cents, Kind.EUROS),
            ("hours_each", row.hours, Kind.HOURS),
        ),
        (
            ("ground", texts.say(f"ground.{row.ground}", language), Kind.TEXT),
            ("evidence", row.evidence, Kind.TEXT),
        ),
        (("motivation", row.motivation, Kind.TEXT),),
        (
            ("priority", texts.priority(entry, language), Kind.TEXT),
            ("points", texts.points(entry), Kind.COUNT),
            ("id", row.id, Kind.TEXT),
        ),
        (("proposal", texts.proposal(entry.proposal, language), Kind.TEXT),),
        (("decision", texts.decision(entry.decision, language), Kind.TEXT),),
    )
    for line in lines:
        said = [
            f"{texts.say(f'column.{name}', language)}: {written(value, kind, language)}"
            for name, value, kind in line
            if value is not None
        ]
        if said:
            yield " · ".join(said)


def _norm(dossier: Dossier, entry: DossierEntry, language: Language) -> Iterator[str]:
    for one in entry.norm:
        yield texts.say(
            f"page.{_norm_sentence(entry, one)}",
            language,
            employee=dossier.staff.name(one.employee_id),
            year=one.hours.year,
            counted=one.hours.counted,
            limit=one.hours.limit,
            excess=one.hours.excess,
        )


def _norm_sentence(entry: DossierEntry, one: EmployeeYear) -> str:
    """The management team can exempt in the act of granting, where the ground allows it."""
    if not one.hours.excess:
        return "norm"
    return "norm_asks" if entry.row.ground in NECESSARY else "norm_exceeded"


def _effects(dossier: Dossier, entry: DossierEntry, language: Language) -> Iterator[str]:
    for finding in entry.consequences:
        yield texts.consequence(finding, language)
    overlap = texts.bundled(entry, language)
    if overlap is not None:
        yield overlap
    for one in _busiest(entry):
        yield texts.say(
            "page.capacity",
            language,
            team=texts.team(dossier, one.manager_id),
            month=texts.month(one.month, language),
            granted=one.granted_percent,
            all=one.all_percent,
        )


def _busiest(entry: DossierEntry) -> Iterator[TeamMonth]:
    """Per team the month of this training that everything asked for would leave the least of."""
    months: dict[str, TeamMonth] = {}
    for one in entry.capacity:
        known = months.get(one.manager_id)
        if known is None or (one.all_percent or 0) > (known.all_percent or 0):
            months[one.manager_id] = one
    yield from (one for one in months.values() if one.all_percent is not None)


def _scores(entry: DossierEntry, weights: tuple[int, ...], language: Language) -> Iterator[str]:
    """Lines rather than a table: thousands of small tables make a PDF slow and heavy."""
    if entry.weighing is None:
        yield texts.say("page.unweighed", language)
        return
    for one, weight in zip(Criterion, weights, strict=True):
        yield texts.say(
            "page.score",
            language,
            criterion=texts.criterion(one, language),
            weight=weight,
            **entry.weighing.scores[one],
        )
