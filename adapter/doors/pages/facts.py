"""The facts of a logged decision in words: each as one line, with where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from adapter.doors.pages.codes import in_words
from adapter.ground.rendering.cells import NOTHING, written
from adapter.ground.rendering.content import Kind
from config.catalogue import Language
from policy.model import EnrolmentFacts

_ORDER = tuple(one.name for one in fields(EnrolmentFacts))
_CODED = frozenset({"ground", "mandatory_by_law", "state"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMOUNT = re.compile(r"\d+\.\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fact:
    """`source` is as the decision logged it, in English; None where it logged none."""

    label: str
    value: str
    source: str | None


def facts_of(
    facts: Mapping[str, Any], sources: Mapping[str, str], language: Language
) -> list[Fact]:
    """In the order of the rules, each member of each record as a line of its own."""
    members = [*(one for one in _ORDER if one in facts), *(facts.keys() - set(_ORDER))]
    return [
        Fact(label, value, sources.get(member))
        for member, logged in ((one, facts[one]) for one in members)
        for label, value in _lines(in_words("fact", member), member, logged, language)
    ]


def _lines(
    label: str, member: str, logged: object, language: Language
) -> Iterator[tuple[str, str]]:
    if isinstance(logged, Mapping):
        for name, value in logged.items():
            yield from _lines(f"{label}: {in_words('fact', name)}", name, value, language)
        return
    if isinstance(logged, list) and any(isinstance(one, Mapping) for one in logged):
        for number, one in enumerate(logged, 1):
            yield from _lines(f"{label} {number}", member, one, language)
        return
    yield label, _value(member, logged, language)


def _value(member: str, logged: object, language: Language) -> str:
    if isinstance(logged, bool):
        return in_words("fact", "yes" if logged else "no")
    if isinstance(logged, list):
        return ", ".join(str(one) for one in logged) or NOTHING
    if isinstance(logged, int) and member.endswith("_cents"):
        return written(logged, Kind.EUROS, language)
    if isinstance(logged, str) and _DAY.fullmatch(logged):
        return written(date.fromisoformat(logged), Kind.DAY, language)
    if isinstance(logged, str) and _AMOUNT.fullmatch(logged):
        return written(Decimal(logged), Kind.HOURS, language)
    if member in _CODED:
        return NOTHING if logged is None else in_words("value", str(logged))
    return NOTHING if logged is None else str(logged)
