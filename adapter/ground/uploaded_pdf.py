"""A PDF that somebody uploaded, looked at in a process of its own before it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import structlog

from adapter.ground.pdf_program import REFUSED
from connectors.confined import Limits, Overrun, confined

LIMITS = Limits(memory=256_000_000, seconds=10, output=100_000)

_PROGRAM = Path(__file__).with_name("pdf_program.py")
_log = structlog.get_logger(__name__)


def what_is_wrong(content: bytes) -> str | None:
    """The code of why this file is not kept; None when it may be."""
    try:
        with confined(_PROGRAM, (), content, LIMITS) as made:
            if made.status == REFUSED:
                return str(json.loads(made.said))
            if made.status != 0:
                raise Overrun(f"the reader ended with status {made.status}")
    except Overrun as error:
        _log.warning("pdf.refused", reason=str(error), bytes=len(content))
        return "too_heavy"
    return None
