"""How long a table is kept, in words."""

from __future__ import annotations

from adapter.register.retention.terms import TERMS, KeptAs
from config.catalogue import Language, text
from config.settings import RetentionSettings


def how_long(table: str, terms: RetentionSettings, language: Language) -> str:
    match TERMS[table]:
        case KeptAs.AS_RECORD:
            return text("privacy.term.record", language)
        case KeptAs.AS_IT_IS:
            return text("privacy.term.as_it_is", language)
        case term:
            days: int = getattr(terms, term.setting)
            return text("privacy.term.days", language, days=days)
