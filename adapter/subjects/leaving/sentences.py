"""Codes of exits and statements as sentences for people."""

from __future__ import annotations

from config.catalogue import Language, keys, text
from policy.model import Reason

_OWN = frozenset(key for key in keys(Language.NL) if key.startswith("exits.reason."))


def reason_sentence(reason: Reason, language: Language) -> str:
    """Reasons of the policy come from its own texts; a few are ours."""
    own = f"exits.reason.{reason.code}"
    return text(own if own in _OWN else f"policy.reason.{reason.code}", language, **reason.numbers)
