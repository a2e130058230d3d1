"""Codes of the register in words, for who looks after it."""

from __future__ import annotations

from adapter.doors.web import current
from config.catalogue import Language, keys, text


def in_words(table: str, code: str) -> str:
    """By a table of the texts `oversight`; the code itself where it has none, such as the name of a
    job."""
    key = f"oversight.{table}.{code.replace('-', '_')}"
    return text(key, current.language()) if key in keys(Language.NL) else code
