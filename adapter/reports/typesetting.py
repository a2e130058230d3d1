"""Setting a document in type: PDF/A-2a, to keep, and PDF/UA-1, to read with any aid.

The words go in as JSON and never as source, so no name can become an instruction. The fonts are
those inside the typesetter: the pages do not depend on what a machine has installed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATES = Path(__file__).parent / "templates"
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_NOT_IN_FONT = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(template: str, content: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of a template in `templates/` and its content, which holds strings, numbers, lists
    and mappings. The same content always gives the same bytes.

    A character that no font of ours has is written as its code, such as `[U+6F22]`: both standards
    refuse a page with a gap in its text.
    """
    composed = _in_all_words(content, lambda words: unicodedata.normalize("NFC", words))
    try:
        return _compile(template, composed, made_at)
    except typst.TypstError as refused:
        unknown = _unknown_characters(refused.diagnostic)
        if not unknown:
            raise
    codes = {ord(sign): f"[U+{ord(sign):04X}]" for sign in unknown}
    spelled_out = _in_all_words(composed, lambda words: words.translate(codes))
    return _compile(template, spelled_out, made_at)


def _compile(template: str, content: Any, made_at: datetime) -> bytes:
    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(content)},
        pdf_standards=[*_STANDARDS],
        timestamp=made_at.astimezone(UTC),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _unknown_characters(diagnostic: str) -> set[str]:
    """Those that the typesetter names. A cluster of signs is taken apart; what is plain text in it
    is known."""
    named = (
        _ESCAPED.sub(lambda code: chr(int(code[1], 16)), one)
        for one in _NOT_IN_FONT.findall(diagnostic)
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
