"""The records of a dropped file, read in a process of its own with limits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.confined import (
    Limits,
    Made,
    Overrun,
    confined,
)
from connectors.csvfolder.program import REFUSED
from connectors.csvfolder.table import Record
from connectors.errors import Misconfigured

LIMITS = Limits(memory=160_000_000, seconds=20, output=60_000_000)
"""The largest list that is taken needs less than 100 MB."""
_PROGRAM = Path(__file__).with_name("program.py")


def read_records(name: str, content: bytes, expected: Sequence[str]) -> Iterator[Record]:
    """The records of a file. Raises `Misconfigured` as `table` does, and for a file that takes
    more than an employee list needs: the next file may be right."""
    try:
        with confined(_PROGRAM, [name, *expected], content, LIMITS) as made:
            _refuse(made)
            for line in made.output:
                number, cells, fault = json.loads(line)
                yield Record(number, cells, fault)
    except Overrun as error:
        raise Misconfigured(
            f"{name} takes more memory or time to read than an employee list needs: look at what "
            "was dropped, and export the list again.",
            code="too_heavy",
        ) from error


def _refuse(made: Made) -> None:
    if made.status == REFUSED:
        refusal = json.loads(made.said)
        raise Misconfigured(refusal["message"], code=refusal["code"])
    if made.status != 0:
        raise Overrun(f"the reader ended with status {made.status}")
