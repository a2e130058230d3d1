"""Codes of the register in words, for who looks after it."""

from __future__ import annotations

from adapter.doors.web import current
from config.catalogue import Language, keys, text

_ACTIONS = "oversight.action."


def in_words(table: str, code: str) -> str:
    """By a table of the texts `oversight`; the code itself where it has none, such as the name of a
    job."""
    key = f"oversight.{table}.{code.replace('-', '_')}"
    return text(key, current.language()) if key in keys(Language.NL) else code


def known_actions() -> list[tuple[str, str]]:
    """Code and words of the actions that have words, in order of the words."""
    known = (key.rpartition(".")[2] for key in keys(Language.NL) if key.startswith(_ACTIONS))
    codes = (name.replace("_", "-") for name in known)
    return sorted(((code, in_words("action", code)) for code in codes), key=lambda one: one[1])
