"""Two sections of the dossier: training that can be given together, and what teams can bear."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import Kind, Section, Table
from adapter.views.dossier import texts
from adapter.views.dossier.dossier import Dossier
from config.catalogue import Language


def overlap_sections(dossier: Dossier, language: Language) -> Iterator[Section]:
    if not dossier.bundles:
        return
    kinds = (
        ("training", Kind.TEXT),
        ("requests", Kind.COUNT),
        ("participants", Kind.COUNT),
        ("apart", Kind.EUROS),
        ("sessions", Kind.COUNT),
        ("in_company", Kind.EUROS),
        ("saves", Kind.EUROS),
    )
    table = Table(
        name="overlap",
        caption=texts.say("report.overlap_caption", language),
        columns=tuple(texts.column(name, language, kind) for name, kind in kinds),
        rows=tuple(
            (
                training_id,
                len(one.asks),
                one.participants,
                one.apart_cents,
                one.sessions,
                one.in_company_cents,
                one.saves_cents,
            )
            for training_id, one in dossier.bundles.items()
        ),
    )
    intro = texts.say("report.overlap_intro", language)
    yield Section(
        "overlap", texts.say("report.overlap", language), paragraphs=(intro,), tables=(table,)
    )


def capacity_sections(
    dossier: Dossier, language: Language, *, at_most: int | None = None
) -> Iterator[Section]:
    """Only where something is asked for: the rest does not change by deciding. `at_most` leaves the
    busiest months."""
    asked = [one for one in dossier.capacity if one.requested]
    if not asked:
        return
    if at_most is not None:
        asked = sorted(asked, key=lambda one: -(one.all_percent or 0))[:at_most]
    kinds = (
        ("team", Kind.TEXT),
        ("month", Kind.TEXT),
        ("available", Kind.HOURS),
        ("granted", Kind.HOURS),
        ("requested", Kind.HOURS),
        ("granted_percent", Kind.PERCENT),
        ("all_percent", Kind.PERCENT),
    )
    table = Table(
        name="capacity",
        caption=texts.say("report.capacity_caption", language),
        columns=tuple(texts.column(name, language, kind) for name, kind in kinds),
        rows=tuple(
            (
                texts.team(dossier, one.manager_id),
                texts.month(one.month, language),
                one.available,
                one.granted,
                one.requested,
                one.granted_percent,
                one.all_percent,
            )
            for one in asked
        ),
    )
    intro = [texts.say("report.capacity_intro", language)]
    if at_most is not None:
        intro.append(texts.say("report.capacity_busiest", language, count=at_most))
    heading = texts.say("report.capacity", language)
    yield Section("capacity", heading, paragraphs=tuple(intro), tables=(table,))
