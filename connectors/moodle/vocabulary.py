"""The localised words of the participants report, from `vocabulary.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.errors import Misconfigured

_FILE = Path(__file__).with_name("vocabulary.toml")

# "Monday, 23 November 2026, 1:21 PM" and "maandag, 23 november 2026, 13:21"; older Dutch packs add
# AM or PM to 13:21 as well
_MOMENT = re.compile(
    r"(?:\w+,?\s+)?(?P<day>\d{1,2})\s+(?P<month>\w+)\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)


WORD_COLUMNS = ("status", "method", "completed")
"""The columns that hold one of a few words; the others hold names or moments."""


@cache
def table(name: str) -> Mapping[str, str]:
    """Text in lower case to our word, of one table."""
    words = tomllib.loads(_FILE.read_text(encoding="utf-8"))[name]
    return {text: word for word, texts in words.items() for text in texts}


def meaning(name: str, text: str, extra: Mapping[str, str]) -> str | None:
    """Our word for a text, None when nobody said what it means. `extra` goes first."""
    folded = _folded(text)
    known = table(name)
    if extra:
        word = {_folded(key): word for key, word in extra.items()}.get(folded)
        if word in known.values():
            return word
    return known.get(folded)


def _folded(text: str) -> str:
    return " ".join(text.split()).lower()


def refuse_unknown_words(extra: Mapping[str, str]) -> None:
    """Raises `Misconfigured` for a text whose meaning is no word of ours, which would be ignored
    otherwise."""
    ours = {word for name in ("columns", *WORD_COLUMNS) for word in table(name).values()}
    wrong = sorted(f"{text}: {word}" for text, word in extra.items() if word not in ours)
    if wrong:
        raise Misconfigured(
            f"ODWH_MOODLE_REPORT_TEXTS has meanings that do not exist ({', '.join(wrong)}); use "
            f"one of {', '.join(sorted(ours))}",
            code="report_texts",
        )


@lru_cache(maxsize=10_000)
def moment(text: str, timezone: str) -> datetime:
    """A report's moment in UTC, to the minute; raises ValueError when unreadable.

    The hour that happens twice in October is read as the first one: Moodle does not tell. Most
    moments of a report stand in it many times, and again in the next reading.
    """
    match = _MOMENT.fullmatch(" ".join(text.split()))
    month = table("months").get(match["month"].lower()) if match else None
    if match is None or month is None:
        raise ValueError(f"{text!r} is not a date of the report in English or Dutch")
    hour = _hour(int(match["hour"]), match["half"])
    local = datetime(
        int(match["year"]),
        int(month),
        int(match["day"]),
        hour,
        int(match["minute"]),
        tzinfo=ZoneInfo(timezone),
    )
    return local.astimezone(UTC)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)
