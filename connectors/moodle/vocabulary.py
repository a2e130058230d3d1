"""The localised words of the participants report, from `vocabulary.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

_FILE = Path(__file__).with_name("vocabulary.toml")

# "Monday, 23 November 2026, 1:21 PM" and "maandag, 23 november 2026, 13:21"
_MOMENT = re.compile(
    r"(?:\w+,?\s+)?(?P<day>\d{1,2})\s+(?P<month>\w+)\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)


@cache
def table(name: str) -> Mapping[str, str]:
    """Text in lower case to our word, of one table."""
    words = tomllib.loads(_FILE.read_text(encoding="utf-8"))[name]
    return {text: word for word, texts in words.items() for text in texts}


def meaning(name: str, text: str, extra: Mapping[str, str]) -> str | None:
    """Our word for a text, None when nobody said what it means. `extra` goes first."""
    own = {key.lower(): word for key, word in extra.items()}
    folded = " ".join(text.split()).lower()
    known = table(name)
    word = own.get(folded)
    return word if word in known.values() else known.get(folded)


def moment(text: str, timezone: ZoneInfo) -> datetime:
    """A report's moment in UTC, to the minute; raises ValueError when unreadable.

    The hour that happens twice in October is read as the first one: Moodle does not tell.
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
        tzinfo=timezone,
    )
    return local.astimezone(UTC)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)
