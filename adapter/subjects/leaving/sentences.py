"""Codes of exits and statements as sentences for people."""

from __future__ import annotations

from config.catalogue import Language, keys, text
from policy.model import Reason


def reason_sentence(reason: Reason, language: Language) -> str:
    """Reasons of the policy come from its own texts; a few are ours."""
    own = f"exits.reason.{reason.code}"
    return text(
        own if own in keys(Language.NL) else f"policy.reason.{reason.code}",
        language,
        **reason.numbers,
    )
