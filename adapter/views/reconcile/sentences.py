"""A stored finding in words, for reports and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.ground.store.tables.reconciliation import ReconciliationFindingRow
from config.catalogue import Language, keys, text

# Numbers that are codes of ours, and the table of the catalogue that has the words for them.
_WORDS = {"fact": "fact", "why": "why", "regime_then": "regime"}


def heading(code: str, language: Language) -> str:
    return text(f"reconcile.heading.{code}", language)


def todo(code: str, language: Language) -> str:
    """What HR can do about it."""
    return text(f"reconcile.todo.{code}", language)


def sentence(finding: ReconciliationFindingRow, language: Language) -> str:
    """What is the case, with its numbers written as the language does."""
    numbers = _in_words(finding.numbers, language)
    return text(f"reconcile.sentence.{finding.code}", language, **numbers)


def detail(finding: ReconciliationFindingRow, language: Language) -> str:
    """What tells this one from the others of its kind; empty where nothing does."""
    key = f"reconcile.detail.{finding.code}"
    if key not in keys(language):
        return ""
    numbers = _in_words(finding.numbers, language)
    return text(key, language, **numbers)


def _in_words(numbers: Mapping[str, Any], language: Language) -> dict[str, Any]:
    words = {
        name: text(f"reconcile.{_WORDS[name]}.{value}", language) if name in _WORDS else value
        for name, value in numbers.items()
    }
    if "findings" in words:
        codes = str(words["findings"]).split(", ")
        words["findings"] = "; ".join(heading(code, language) for code in codes)
    return words
