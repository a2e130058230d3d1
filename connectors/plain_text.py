"""Text that comes from elsewhere, without the characters that no name or title has a use for.

A line break in the name of a course ends a header of a mail; a direction override shows a name
backwards, and so as another one.
"""

from __future__ import annotations

import re

_INVISIBLE = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_NOT_ON_A_LINE = re.compile(f"[{_INVISIBLE}]+")
_RUN = re.compile(f" *[{_INVISIBLE}][{_INVISIBLE} ]*")
_NOT_IN_WORDS = re.compile(f"(?![\\n\\r\\t])[{_INVISIBLE}]")


def one_line(text: str) -> str:
    """The same on one line: such characters and the blanks around them become one blank, and the
    ends are trimmed."""
    return _RUN.sub(" ", text).strip()


def is_one_line(text: str) -> bool:
    return _NOT_ON_A_LINE.search(text) is None


def is_plain(text: str) -> bool:
    """Whether it holds no such characters but line breaks and tabs."""
    return _NOT_IN_WORDS.search(text) is None
