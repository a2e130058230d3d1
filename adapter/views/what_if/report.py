"""What another policy would have changed, as a report for HR: per kind how many, then who and what.

Employees go by their number; the report is about rules, not about persons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from adapter.ground.rendering.content import (
    Cell,
    Column,
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Table,
    Tone,
)
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.views.reconcile.sentences import heading
from adapter.views.what_if.differences import (
    ChangedDecision,
    ChangedHours,
    ChangedItem,
    ChangedTranche,
    WhatIf,
)
from config.catalogue import Language, text
from config.policy_files import PolicyFile
from policy.dated_value import DatedValue
from policy.parameters import Policy

_DECISIONS = {
    "employee": Kind.TEXT,
    "course": Kind.TEXT,
    "enrolled": Kind.DAY,
    "outcome_now": Kind.TEXT,
    "outcome_then": Kind.TEXT,
    "findings_now": Kind.TEXT,
    "findings_then": Kind.TEXT,
}
_STATEMENTS = {
    "employee": Kind.TEXT,
    "exit": Kind.DAY,
    "trajectory": Kind.TEXT,
    "amount_now": Kind.EUROS,
    "amount_then": Kind.EUROS,
    "reason_now": Kind.TEXT,
    "reason_then": Kind.TEXT,
}
_HOURS = {
    "employee": Kind.TEXT,
    "counted": Kind.HOURS,
    "limit_now": Kind.HOURS,
    "limit_then": Kind.HOURS,
    "excess_now": Kind.HOURS,
    "excess_then": Kind.HOURS,
}
_TRANCHES = {
    "request": Kind.TEXT,
    "submitted": Kind.MOMENT,
    "tranche_now": Kind.TEXT,
    "tranche_then": Kind.TEXT,
}
_PARAMETERS = {
    "parameter": Kind.TEXT,
    "value_now": Kind.TEXT,
    "value_then": Kind.TEXT,
    "unit": Kind.TEXT,
    "valid_from": Kind.DAY,
}


def report_of(
    found: WhatIf,
    file: PolicyFile,
    policy: Policy,
    year: int,
    made_at: datetime,
    language: Language,
) -> Report:
    """`policy` is the one in force, without the file."""
    return Report(
        name="policy-what-if",
        file_name=_say("file_name", language, file=file.path.stem, year=year),
        title=_say("title", language),
        subtitle=_say("subtitle", language, file=file.path.name, year=year),
        language=language,
        made_at=made_at,
        facts=tuple(_facts(found, policy, language)),
        notices=(Notice(Tone.INFO, _say("nothing_changed", language, year=year)),),
        sections=(
            _parameters(file, policy, language),
            _section(
                "decisions",
                _DECISIONS,
                [_decision(one, language) for one in found.decisions],
                language,
            ),
            _section(
                "statements", _STATEMENTS, [_item(one, language) for one in found.items], language
            ),
            _section("hours", _HOURS, [_of_hours(one) for one in found.hours], language),
            _section("tranches", _TRANCHES, [_tranche(one) for one in found.tranches], language),
        ),
    )


def _facts(found: WhatIf, policy: Policy, language: Language) -> Iterator[Fact]:
    yield Fact("policy_version", _say("policy_version", language), policy.version)
    for name, differing in (
        ("decisions", len(found.decisions)),
        ("statements", len({one.statement.id for one in found.items})),
        ("hours", len(found.hours)),
        ("tranches", len(found.tranches)),
    ):
        label = _say(f"{name}_differing", language)
        yield Fact(f"{name}_differing", label, differing, Kind.COUNT)
        label = _say(f"{name}_looked_at", language)
        yield Fact(f"{name}_looked_at", label, found.looked_at[name], Kind.COUNT)
    yield Fact("over_now", _say("over_now", language), found.over_now, Kind.COUNT)
    yield Fact("over_then", _say("over_then", language), found.over_then, Kind.COUNT)
    claimed = sum(one.stated.claimable_cents for one in found.items)
    other = sum(one.other.claimable_cents for one in found.items)
    yield Fact("claimable_change", _say("claimable_change", language), other - claimed, Kind.EUROS)


def _parameters(file: PolicyFile, policy: Policy, language: Language) -> Section:
    rows: list[tuple[Cell, ...]] = [
        (value.name, _before(value, policy), str(value.value), value.unit, value.valid_from)
        for value in sorted(file.values, key=lambda value: value.name)
    ]
    return _section("parameters", _PARAMETERS, rows, language)


def _before(value: DatedValue, policy: Policy) -> str | None:
    """The value in force without the file, on the day that it takes effect."""
    known = {one.name: one for one in policy.values_on(value.valid_from)}
    return str(known[value.name].value) if value.name in known else None


def _section(
    name: str, columns: dict[str, Kind], rows: list[tuple[Cell, ...]], language: Language
) -> Section:
    title = text(f"whatif.heading.{name}", language)
    if not rows:
        return Section(name, title, paragraphs=(text(f"whatif.none.{name}", language),))
    table = Table(
        name=name,
        caption=text(f"whatif.caption.{name}", language, count=len(rows)),
        columns=tuple(
            Column(column, text(f"whatif.column.{column}", language), kind)
            for column, kind in columns.items()
        ),
        rows=tuple(rows),
    )
    return Section(name, title, tables=(table,))


def _decision(one: ChangedDecision, language: Language) -> tuple[Cell, ...]:
    return (
        one.logged.employee_id,
        one.logged.course_id,
        one.logged.enrolled_on,
        text(f"whatif.outcome.{one.logged.outcome}", language),
        text(f"whatif.outcome.{one.other.outcome}", language),
        _in_words(one.logged_codes, language),
        _in_words(one.other_codes, language),
    )


def _in_words(codes: tuple[str, ...], language: Language) -> str | None:
    return "; ".join(heading(code, language) for code in codes) or None


def _item(one: ChangedItem, language: Language) -> tuple[Cell, ...]:
    return (
        one.employee_id,
        one.statement.exit_on,
        one.stated.trajectory_id,
        one.stated.claimable_cents,
        one.other.claimable_cents,
        reason_sentence(one.stated.reasons[0], language),
        reason_sentence(one.other.reasons[0], language),
    )


def _of_hours(one: ChangedHours) -> tuple[Cell, ...]:
    return (
        one.employee_id,
        one.now.counted,
        one.now.limit,
        one.other.limit,
        one.now.excess,
        one.other.excess,
    )


def _tranche(one: ChangedTranche) -> tuple[Cell, ...]:
    return (one.request.id, one.request.submitted_at, one.request.tranche, one.other)


def _say(name: str, language: Language, /, **numbers: Any) -> str:
    return text(f"whatif.report.{name}", language, **numbers)
