"""What every report says about the policy: version, regime, and what the management team has not
confirmed (A1 and the other assumptions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from adapter.reports.content import Cell, Column, Fact, Kind, Notice, Section, Table, Tone
from config.catalogue import Language, text
from policy.dated_value import Assumption
from policy.parameters import Policy

_COLUMNS = (
    ("number", Kind.TEXT),
    ("subject", Kind.TEXT),
    ("value", Kind.TEXT),
    ("clause", Kind.TEXT),
    ("valid_from", Kind.DAY),
)


def policy_facts(policy: Policy, on: date, language: Language) -> tuple[Fact, ...]:
    """For the summary at the top: version, regime on the day, and date of adoption."""
    regime = text(f"reports.regime.{policy.on(on).regime_general}", language)
    return (
        Fact("policyVersion", text("reports.policy.version", language), policy.version),
        Fact("regime", text("reports.policy.regime", language), regime),
        Fact(
            "adoptedOn",
            text("reports.policy.adopted_on", language),
            policy.adopted_on,
            Kind.DAY,
        ),
    )


def policy_notices(policy: Policy, language: Language) -> tuple[Notice, ...]:
    """A warning while the policy has no date of adoption (A1)."""
    if policy.adopted_on is not None:
        return ()
    return (Notice(Tone.WARNING, text("reports.policy.not_adopted", language)),)


def policy_section(policy: Policy, language: Language) -> Section:
    """The list of assumptions, for the end of a report."""
    assumptions = policy.assumptions()
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
        case "percent" | "months" | "points" as unit:
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
