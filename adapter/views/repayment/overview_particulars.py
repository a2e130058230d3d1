"""Per trajectory in HR's overview: why, costs per kind, dates, agreement and legal position."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import (
    Column,
    Kind,
    Section,
    Table,
)
from adapter.subjects.leaving.particulars import Particulars
from adapter.subjects.leaving.sentences import item_sentences
from adapter.views.repayment.told_statement import ToldStatement
from config.catalogue import Language, text
from policy.money import euros


def trajectory_sections(made: ToldStatement) -> Iterator[Section]:
    """Why each came out as it did, the deciding reason first, and what HR decided; below it the
    particulars, where the version keeps them."""
    for number, item in enumerate(made.items, start=1):
        particulars = made.told.get(item.computed.trajectory_id)
        known = () if particulars is None else tuple(_sentences(particulars, made.language))
        costs = (
            ()
            if particulars is None
            else tuple(_costs(particulars, item.computed.basis_cents, made.language))
        )
        yield Section(
            f"trajectory_{number}",
            made.title(item),
            level=3,
            lists=tuple(filter(None, (tuple(item_sentences(item, made.language)), known))),
            tables=costs,
        )


def _say(name: str, language: Language, /, **numbers: object) -> str:
    return text(f"exits.document.{name}", language, **numbers)


def _sentences(told: Particulars, language: Language) -> Iterator[str]:
    yield _dates(told, language)
    yield _say(
        "costs_known",
        language,
        agreed=_euros(told.agreed_costs_cents),
        actual=_euros(told.actual_costs_cents),
    )
    if told.wage_cents:
        yield _say("wage", language, amount=euros(told.wage_cents))
    if told.legal is None:
        yield _say("own_terms", language)
        return
    yield _agreement(told, language)
    yield _say(
        "legal_position",
        language,
        answer=text(f"exits.mandatory.{told.legal.mandatory_by_law}", language),
        source=told.legal.source,
        assessor=told.legal.assessed_by,
        on=told.legal.assessed_on,
    )


def _dates(told: Particulars, language: Language) -> str:
    days = {
        "granted_on": told.granted_on,
        "started_on": told.start,
        "completed_on": told.completed_on,
        "broken_off_on": told.broken_off_on,
    }
    known = [_say(name, language, day=day) for name, day in days.items() if day is not None]
    sentence = "; ".join(known)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _agreement(told: Particulars, language: Language) -> str:
    made = told.agreement
    if made is None:
        return _say("no_agreement", language)
    return _say(
        "agreement",
        language,
        version=made.version,
        employee=made.signed_by_employee_on,
        manager=made.signed_by_manager_on,
    )


def _costs(told: Particulars, basis_cents: int, language: Language) -> Iterator[Table]:
    lines = told.lines(basis_cents)
    if not lines:
        return
    yield Table(
        name=f"costs_{told.trajectory_id}",
        caption=_say("costs_caption", language, trajectory=told.trajectory_id),
        columns=(
            Column("kind", _say("cost_kind", language)),
            Column("amount", _say("cost_amount", language), Kind.EUROS),
        ),
        rows=tuple((text(f"letter.cost.{line.kind}", language), line.cents) for line in lines),
        total=(_say("cost_total", language), basis_cents),
    )


def _euros(cents: int | None) -> str | None:
    return None if cents is None else euros(cents)
