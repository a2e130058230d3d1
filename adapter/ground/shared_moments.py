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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from threading import Lock
from weakref import finalize

_PLACES = 1 << 16
_WIDTH = 8


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
        self._threads = Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else reads or sets a moment until the block ends. The system lets go of it when a
        process dies in it."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def __getitem__(self, at: tuple[int, str]) -> float:
        moment: float = struct.unpack_from("d", self._memory, self._place(*at))[0]
        return moment

    def __setitem__(self, at: tuple[int, str], moment: float) -> None:
        struct.pack_into("d", self._memory, self._place(*at), moment)

    def _place(self, table: int, name: str) -> int:
        digest = hashlib.blake2b(name.encode(), digest_size=8, key=self._secret).digest()
        return (table * _PLACES + int.from_bytes(digest) % _PLACES) * _WIDTH
