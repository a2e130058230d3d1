"""A text that seems to hold a BSN or something about health is asked about before it is kept.

Only where somebody can answer: over the API with a header, on a page with a tick. What comes in
otherwise (a sheet, the form of the LMS) is taken as it is.
"""

from __future__ import annotations

from contextvars import ContextVar

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from config.sensitive_words import seems_sensitive

REASON = "sensitive_words"
WORDS_CONFIRMED = "Words-Confirmed"
"""The header with which a caller says that a text may stay as it is."""
_asks: ContextVar[bool] = ContextVar("asks", default=False)


def ask_about_words(*, ask: bool) -> None:
    """From now on in this request: false where it was answered already, or cannot be asked."""
    _asks.set(ask)


def _asked(value: str) -> str:
    if _asks.get() and seems_sensitive(value):
        raise PydanticCustomError(REASON, "seems to hold a BSN or something about health")
    return value


AskedWords = AfterValidator(_asked)
