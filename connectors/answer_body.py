"""Reads the body of an answer as far as a limit, so that no other system can fill our memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ENCODING = "gzip"
"""What we ask for: it is unpacked piece by piece, so a bomb of a few kilobytes costs the limit."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of one answer, unpacked: far more than a page of anything that we ask for."""


class TooLarge(Exception):
    """There is more than the limit allows."""


class Unpackable(Exception):
    """It is packed in a way that was not asked for, damaged or cut off; says which."""


def body_of(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """All of it, unpacked. Raises `TooLarge` before more than `limit` bytes are kept, packed or
    unpacked, and `Unpackable`."""
    match encoding.strip().lower():
        case "" | "identity":
            return _within(limit, pieces)
        case "gzip" | "x-gzip":
            return _within(limit, _unpacked(pieces, limit))
        case _:
            raise Unpackable("packed in a way that was not asked for")


def _within(limit: int, pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        if len(body) + len(piece) > limit:
            raise TooLarge
        body += piece
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    packed = 0
    for piece in pieces:
        packed += len(piece)
        if packed > limit:
            raise TooLarge
        try:
            yield unpacker.decompress(piece, limit + 1)
        except zlib.error:
            raise Unpackable("damaged on its way") from None
    if packed and not (unpacker.eof and not unpacker.unused_data):
        raise Unpackable("cut off, or followed by something else")
