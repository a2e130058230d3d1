"""What every report says about the policy: version, regime, its adoption, and what the management
team has not confirmed (A1 and the other assumptions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Notice,
    Section,
    Table,
    Tone,
)
from adapter.register.adoption import Adoption, in_effect_from
from config.catalogue import Language, text
from policy.dated_value import Assumption
from policy.parameters import Policy

ADOPTION = "A1"
"""The assumption that is about the adoption itself."""

_COLUMNS = (
    ("number", Kind.TEXT),
    ("subject", Kind.TEXT),
    ("value", Kind.TEXT),
    ("clause", Kind.TEXT),
    ("valid_from", Kind.DAY),
)


def policy_facts(
    policy: Policy, recorded: Sequence[Adoption], on: date, language: Language
) -> tuple[Fact, ...]:
    """For the summary at the top: version, regime as it works on the day, and the adoption that was
    recorded last."""
    effective = in_effect_from(recorded)
    parameters = policy.on(on)
    if effective is None or effective > on:
        parameters = parameters.until_adoption
    regime = text(f"reports.regime.{parameters.regime_general}", language)
    last = recorded[-1] if recorded else None
    return (
        Fact("policyVersion", text("reports.policy.version", language), policy.version),
        Fact("regime", text("reports.policy.regime", language), regime),
        Fact(
            "adoptedOn",
            text("reports.policy.adopted_on", language),
            None if last is None else last.adopted_on,
            Kind.DAY,
        ),
    )


def policy_notices(
    recorded: Sequence[Adoption], on: date, language: Language
) -> tuple[Notice, ...]:
    """Warnings about the adoption: none, not in effect yet, or without the document that it rests
    on, the works council's consent or the data protection assessment; none of these three blocks
    (A24)."""
    return tuple(
        Notice(Tone.WARNING, text(f"reports.policy.{code}", language, **numbers))
        for code, numbers in _adoption_warnings(recorded, on)
    )


def _adoption_warnings(
    recorded: Sequence[Adoption], on: date
) -> Iterator[tuple[str, dict[str, date]]]:
    effective = in_effect_from(recorded)
    if effective is None:
        yield "not_adopted", {}
        return
    if effective > on:
        yield "not_in_effect", {"effective": effective}
    if recorded[-1].document is None:
        yield "document_missing", {}
    if recorded[-1].works_council_on is None:
        yield "works_council_missing", {}
    if recorded[-1].dpia_on is None:
        yield "dpia_missing", {}


def policy_section(policy: Policy, recorded: Sequence[Adoption], language: Language) -> Section:
    """The list of assumptions, for the end of a report. The adoption is one while none is
    recorded (A1)."""
    assumptions = tuple(
        one for one in policy.assumptions() if one.assumption != ADOPTION or not recorded
    )
    table = Table(
        name="assumptions",
        caption=text("reports.policy.assumptions", language),
        columns=tuple(
            Column(name, text(f"reports.policy.{name}", language), kind) for name, kind in _COLUMNS
        ),
        rows=tuple(_row(assumption, language) for assumption in assumptions),
    )
    return Section(
        name="policy",
        heading=text("reports.policy.heading", language),
        paragraphs=(text("reports.policy.assumptions_intro", language),) if assumptions else (),
        tables=(table,) if assumptions else (),
    )


def _row(assumption: Assumption, language: Language) -> tuple[Cell, ...]:
    name = assumption.name.replace(".", "_")
    return (
        assumption.assumption,
        text(f"reports.assumption.{name}", language),
        _value(assumption, language),
        assumption.clause,
        assumption.valid_from,
    )


def _value(assumption: Assumption, language: Language) -> str | None:
    """The number with its unit; None where the sentence says it all."""
    value = assumption.value
    match assumption.unit:
        case "hours":
            return text("reports.unit.hours", language, value=Decimal(str(value)))
        case "percent" | "days" | "months" | "points" as unit:
            return text(f"reports.unit.{unit}", language, value=value)
        case "percent per criterion" if isinstance(value, list):
            return " / ".join(str(weight) for weight in value)
        case "regime":
            return text(f"reports.regime_meaning.{value}", language)
        case "yes/no":
            return text("reports.policy.yes" if value else "reports.policy.no", language)
        case "tranche name" | "year" | "euro cents":
            return str(value)
    return None
