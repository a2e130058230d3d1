"""Codes of exits and statements as sentences for people."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.subjects.leaving.settled_items import SettledItem
from config.catalogue import Language, keys, text
from policy.days import amsterdam_day
from policy.model import Reason
from policy.money import euros


def reason_sentence(reason: Reason, language: Language) -> str:
    """Reasons of the policy come from its own texts; a few are ours."""
    own = f"exits.reason.{reason.code}"
    return text(
        own if own in keys(Language.NL) else f"policy.reason.{reason.code}",
        language,
        **reason.numbers,
    )


def item_sentences(item: SettledItem, language: Language) -> Iterator[str]:
    """Why a statement says what it does of one training, and what HR decided of it since."""
    for reason in item.computed.reasons:
        yield reason_sentence(reason, language)
    if item.override is not None:
        yield text(
            "exits.document.overridden",
            language,
            on=amsterdam_day(item.override.decided_at),
            amount=euros(item.override.claimable_cents),
            computed=euros(item.computed.computed_cents),
            ground=item.override.ground,
        )
