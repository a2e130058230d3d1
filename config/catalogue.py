"""Texts for people: Dutch first, English beside it, as data in `config/texts/<language>/`.

A key is `<file>.<table>.<name>`, such as `policy.finding.grant_missing`. Numbers go in by name
and are written the way the language writes them: `{excess:hours}`, `{amount:euros}`, `{start:day}`.
Codes ("hours, costs") are written in words: `{missing:each policy.fact}`.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from policy.days import AMSTERDAM

TEXTS = Path(__file__).parent / "texts"


class Language(StrEnum):
    NL = "nl"
    EN = "en"


EACH = "each "
LOCALES = {Language.NL: "nl_NL", Language.EN: "en_GB"}


class _Writer(string.Formatter):
    """`str.format` with the units that our texts use as format specifications."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._locale = LOCALES[language]

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return "–"
        match format_spec:
            case "hours" | "count" | "euros" | "day" | "month" | "moment":
                return _written(value, format_spec, self._locale)
            case "period":
                return self._period(value)
            case _ if format_spec.startswith(EACH):
                table = format_spec.removeprefix(EACH)
                words = _texts(self._language)
                return ", ".join(words[f"{table}.{code}"] for code in value.split(", "))
            case _:
                return str(super().format_field(value, format_spec))

    def _period(self, value: str) -> str:
        """Two days with a slash between them, either of which may be left out."""
        start, _, end = value.partition("/")
        known = {(True, True): "both", (True, False): "from", (False, True): "until"}
        key = known.get((bool(start), bool(end)), "unknown")
        words = _texts(self._language)[f"units.period.{key}"]
        return self.vformat(words, (), {"start": start, "end": end})


@lru_cache(maxsize=10_000)
def _written(value: Any, unit: str, locale: str) -> str:
    """A report has the same days and numbers over and over, and writing one takes long."""
    match unit:
        case "euros":
            return format_currency(Decimal(value), "EUR", locale=locale)
        case "day":
            day = value if isinstance(value, date) else date.fromisoformat(value)
            return format_date(day, "long", locale)
        case "month":
            return format_date(value, "LLLL yyyy", locale)
        case "moment":
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return format_datetime(moment.astimezone(AMSTERDAM), "d MMMM yyyy HH:mm", locale=locale)
        case _:
            # 40 hours and 7.5 hours, as people write them; tables have columns of their own.
            return format_decimal(Decimal(value), "#,##0.##", locale)


@cache
def _texts(language: Language) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((TEXTS / language).glob("*.toml")):
        for table, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, text in entries.items():
                texts[f"{file.stem}.{table}.{name}"] = text
    return texts


@cache
def _writer(language: Language) -> _Writer:
    return _Writer(language)


def text(key: str, language: Language = Language.NL, /, **numbers: object) -> str:
    """The text of a key with its numbers filled in; an unknown key or number is a KeyError, since
    every key that the code uses is checked by a test."""
    return _writer(language).vformat(_texts(language)[key], (), numbers)


@cache
def keys(language: Language) -> frozenset[str]:
    return frozenset(_texts(language))
