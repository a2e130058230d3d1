"""Moments by name that the processes forked after it was made read and set together.

A fixed piece of memory with a place per name; two names rarely have the same one, and then share
their moment. It is gone when the last process ends.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import secrets
import struct
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkstemp
from types import TracebackType
from weakref import finalize

_PLACES = 1 << 16
_WIDTH = 8
_DEAD_SECONDS = 1.0
"""Reading and setting a moment takes some millionths of that."""


class _Held:
    """For one thread of one process at a time.

    A semaphore that is free is taken without a call of the system, at which a thread would let
    others go first: they would all come to wait here.
    """

    def __init__(self) -> None:
        # Of the processes that are forked from now.
        self._free = get_context("fork").BoundedSemaphore()

    def __enter__(self) -> None:
        # Who holds it that long died in it, and left at most its own moment unset.
        self._free.acquire(timeout=_DEAD_SECONDS)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # Nobody holds it now, also where two came after one that died.
        with suppress(ValueError):
            self._free.release()


class SharedMoments:
    """Seconds of a clock that only goes on, by table and name; 0 for what was never set."""

    def __init__(self, tables: int) -> None:
        self._file, path = mkstemp()
        Path(path).unlink()
        finalize(self, os.close, self._file)
        os.ftruncate(self._file, tables * _PLACES * _WIDTH)
        self._memory = mmap.mmap(self._file, tables * _PLACES * _WIDTH)
        # Nobody can look for names that share a place.
        self._secret = secrets.token_bytes(16)
        self._held = _Held()

    def held(self) -> AbstractContextManager[None]:
        """Nobody else reads or sets a moment until the block ends. Who waits for a process that
        died in it goes on."""
        return self._held

    def __getitem__(self, at: tuple[int, str]) -> float:
        moment: float = struct.unpack_from("d", self._memory, self._place(*at))[0]
        return moment

    def __setitem__(self, at: tuple[int, str], moment: float) -> None:
        struct.pack_into("d", self._memory, self._place(*at), moment)

    def _place(self, table: int, name: str) -> int:
        return (table * _PLACES + _number(self._secret, name) % _PLACES) * _WIDTH


# Once for each name of those that come again and again.
@lru_cache(4096)
def _number(secret: bytes, name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=secret).digest())
