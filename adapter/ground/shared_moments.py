"""Moments by name that the processes forked after it was made read and set together.

A fixed piece of memory with a place per name; two names rarely have the same one, and then share
their moment. It is gone when the last process ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import secrets
import struct
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp
from threading import Lock
from types import TracebackType
from weakref import finalize

_PLACES = 1 << 16
_WIDTH = 8


class _Held:
    """For one thread of one process at a time."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._threads = Lock()

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()


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
        self._held = _Held(self._file)

    def held(self) -> AbstractContextManager[None]:
        """Nobody else reads or sets a moment until the block ends. The system lets go of it when a
        process dies in it."""
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
