"""A reason as a sentence in a person's language."""

from __future__ import annotations

from adapter.queues.inbox import Reason
from config.catalogue import Language, text


def sentence(reason: Reason | None, language: Language) -> str | None:
    if reason is None:
        return None
    numbers = {name: value for name, value in reason.items() if name != "code"}
    return text(f"events.reason.{reason['code']}", language, **numbers)
