"""Setting a document in type: PDF/A-2a, to keep, and PDF/UA-1, to read with any aid.

The words go in as JSON and never as source, so no name can become an instruction. The fonts are
those inside the typesetter: the pages do not depend on what a machine has installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapter.reports.typesetter import REFUSED

_PROGRAM = Path(__file__).with_name("typesetter.py")
_LONGEST_SECONDS = 300
_NOT_IN_FONT = re.compile(r'the text `"(.*?)"` could not be displayed')
_WITHOUT_MEANING = ("Co", "Cs")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class NotTypeset(RuntimeError):
    """The typesetter refused a document or died; what it said is in the message."""


def typeset(template: str, content: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of a template in `templates/` and its content, which holds strings, numbers, lists
    and mappings. The same content always gives the same bytes. Raises `NotTypeset`.

    A character that no font of ours has is written as its code, such as `[U+6F22]`: both standards
    refuse a page with a gap in its text, and one with characters that mean nothing to others.
    """
    composed = _in_all_words(content, _composed)
    made = _run(template, composed, made_at)
    if made.returncode == REFUSED:
        codes = {ord(sign): _code(sign) for sign in _unknown_characters(made.stderr)}
        spelled_out = _in_all_words(composed, lambda words: words.translate(codes))
        made = _run(template, spelled_out, made_at)
    if made.returncode != 0:
        said = made.stderr.decode(errors="replace").strip()
        raise NotTypeset(f"{template}: exit status {made.returncode}: {said}")
    return made.stdout


def _run(template: str, content: Any, made_at: datetime) -> subprocess.CompletedProcess[bytes]:
    moment = made_at.astimezone(UTC).isoformat(timespec="seconds")
    job = {"template": template, "content": content, "made_at": moment}
    return subprocess.run(  # noqa: S603 - our own program, and no argument from outside
        [sys.executable, "-I", str(_PROGRAM)],
        input=json.dumps(job).encode(),
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )


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
