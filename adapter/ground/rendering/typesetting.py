"""Setting a document in type: PDF/A-2a, to keep, and PDF/UA-1, to read with any aid.

The words go in as JSON and never as source, so no name can become an instruction. The fonts are
those inside the typesetter: the pages do not depend on what a machine has installed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapter.ground.rendering.typesetter import REFUSED
from connectors.confined import Limits, Overrun, confined

_PROGRAM = Path(__file__).with_name("typesetter.py")
_LIMITS = Limits(memory=500_000_000, seconds=60, output=50_000_000)
_NOT_IN_FONT = re.compile(r'the text `"(.*?)"` could not be displayed')
_WITHOUT_MEANING = ("Co", "Cs")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class NotTypeset(RuntimeError):
    """The typesetter refused a document or died; what it said is in the message."""


class TooMuchToTypeset(NotTypeset):
    """The document takes more memory or time than a service has for it."""


def typeset(template: str, content: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of a template in `templates/` and its content, which holds strings, numbers, lists
    and mappings. The same content always gives the same bytes. Raises `NotTypeset`, and
    `TooMuchToTypeset` where a shorter one would do.

    A character that no font of ours has is written as its code, such as `[U+6F22]`: both standards
    refuse a page with a gap in its text, and one with characters that mean nothing to others.
    """
    composed = _in_all_words(content, _composed)
    made = _run(template, composed, made_at)
    if made.status == REFUSED:
        codes = {ord(sign): _code(sign) for sign in _unknown_characters(made.said)}
        spelled_out = _in_all_words(composed, lambda words: words.translate(codes))
        made = _run(template, spelled_out, made_at)
    if made.status != 0:
        raise NotTypeset(f"{template}: exit status {made.status}: {_words(made.said)}")
    return made.document


@dataclass(frozen=True, slots=True)
class _Typeset:
    status: int
    document: bytes
    said: bytes


def _run(template: str, content: Any, made_at: datetime) -> _Typeset:
    moment = made_at.astimezone(UTC).isoformat(timespec="seconds")
    job = {"template": template, "content": content, "made_at": moment}
    try:
        with confined(_PROGRAM, [], json.dumps(job).encode(), _LIMITS) as made:
            typeset_ = _Typeset(made.status, made.output.read(), made.said)
    except Overrun as error:
        raise TooMuchToTypeset(f"{template}: {error}") from error
    # Without memory the typesetter is ended by a signal, or its Python says so.
    if typeset_.status < 0 or b"MemoryError" in typeset_.said:
        raise TooMuchToTypeset(f"{template}: ended with status {typeset_.status}")
    return typeset_


def _words(said: bytes) -> str:
    return said.decode(errors="replace").strip()


def _composed(words: str) -> str:
    """Letters with their accents in one, and private or half characters as their codes."""
    signs = unicodedata.normalize("NFC", words)
    return "".join(
        _code(sign) if unicodedata.category(sign) in _WITHOUT_MEANING else sign for sign in signs
    )


def _code(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _unknown_characters(diagnostic: bytes) -> set[str]:
    """Those that the typesetter names. A cluster of signs is taken apart; what is plain text in it
    is known."""
    named = (
        _ESCAPED.sub(lambda code: chr(int(code[1], 16)), one)
        for one in _NOT_IN_FONT.findall(diagnostic.decode())
    )
    return {sign for cluster in named for sign in cluster if not " " <= sign <= "~"}


def _in_all_words(content: Any, change: Callable[[str], str]) -> Any:
    if isinstance(content, str):
        return change(content)
    if isinstance(content, Mapping):
        return {name: _in_all_words(value, change) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_in_all_words(value, change) for value in content]
    return content
