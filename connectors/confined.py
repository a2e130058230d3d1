"""Runs a program of ours on what a stranger sent, in a process of its own with hard limits.

A parser that meets a file nobody thought of then kills that process and nothing else. The kernel
keeps the limits on memory, processor time and output; the caller's patience is kept here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

_START = Path(__file__).with_name("confined_start.py")
_AT_ONCE = BoundedSemaphore(4)
"""Jobs of one process at a time, so that a crowd of hostile files stays within a known sum."""
_SURROUNDINGS = {
    # One pool of memory for all threads: each other one would reserve 64 MB of what is allowed.
    "MALLOC_ARENA_MAX": "1",
    "LC_ALL": "C.UTF-8",
}
_LONGEST_SAYING = 5_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` is address space in bytes, `seconds` time on the processor, `output` in bytes."""

    memory: int
    seconds: int
    output: int

    @property
    def patience(self) -> int:
        """Seconds on the clock: a busy machine gives a job a part of its processor only."""
        return 4 * self.seconds


@dataclass(frozen=True, slots=True)
class Made:
    """What the program left: `status` is its exit status, negative when a signal ended it;
    `output` is read from its beginning and ends with the block."""

    status: int
    output: BinaryIO
    said: bytes


class Overrun(RuntimeError):
    """The job wanted more than it may have, or died: nothing of its output counts."""


@contextmanager
def confined(
    program: Path, arguments: Sequence[str], content: bytes, limits: Limits
) -> Iterator[Made]:
    """The output of a program that reads `content` from standard input. Secrets in the environment
    of the service stay there. Raises `Overrun` when it is not done in time."""
    if not _AT_ONCE.acquire(timeout=limits.patience):
        raise Overrun("other jobs took all the time that there was")
    try:
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
            status = _run(program, arguments, content, limits, output, said)
            output.seek(0)
            said.seek(0)
            yield Made(status, output, said.read(_LONGEST_SAYING))
    finally:
        _AT_ONCE.release()


def _run(
    program: Path,
    arguments: Sequence[str],
    content: bytes,
    limits: Limits,
    output: BinaryIO,
    said: BinaryIO,
) -> int:
    numbers = [str(one) for one in (limits.memory, limits.seconds, limits.output)]
    try:
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(_START), str(program), *numbers, *arguments],
            input=content,
            stdout=output,
            stderr=said,
            env=_SURROUNDINGS,
            cwd=os.sep,
            timeout=limits.patience,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Overrun(f"{program.name} was not done after {limits.patience} seconds") from error
