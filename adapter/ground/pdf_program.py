"""Run as a program, in a process with limits: an uploaded PDF in, and out whether it may be kept.
Imports nothing of ours, so that it starts fast and wherever the service was installed.

It proves that the file is a PDF from its first line to its last, not encrypted, and that it does
nothing by itself when it is opened: no script, no program, no file hidden in it.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator

REFUSED = 3
"""The exit status of a file that is not kept; standard error then says why."""

MOST_UNPACKED = 40_000_000
_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_TAIL = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"\s*(?:xref\b|[0-9]+\s+[0-9]+\s+obj\b)")
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/(Encrypt|JavaScript|JS|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
_REASONS = {b"Encrypt": "encrypted"}
_KINDS = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")


class Refused(Exception):
    """Its text is a key of the texts `documents.upload`."""


def examine(content: bytes) -> None:
    """Raises `Refused`."""
    if not _HEAD.match(content):
        raise Refused("no_pdf")
    end = _TAIL.search(content[-2_000:])
    if end is None or not _TABLE.match(content, int(end[1])):
        raise Refused("cut_off")
    for part in (_outside_streams(content), *_packed_objects(content)):
        found = _NAME.search(_ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), part))
        if found:
            raise Refused(_REASONS.get(found[1], "does_something"))


def _outside_streams(content: bytes) -> bytes:
    """Where the names of the file itself stand: pictures and fonts hold any bytes."""
    return b"".join(re.split(rb"stream\r?\n.*?endstream", content, flags=re.DOTALL))


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Objects may be packed in streams, where a name would be out of sight."""
    left, begin = MOST_UNPACKED, 0
    for stream in _STREAM.finditer(content):
        dictionary = content[max(begin, stream.start() - 2_000) : stream.start()]
        dictionary = dictionary[dictionary.rfind(b"obj") + 3 :]
        begin = stream.end()
        if not _KINDS.search(dictionary) or b"/FlateDecode" not in dictionary:
            continue
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(content[stream.end() :], left)
        except zlib.error:
            raise Refused("cut_off") from None
        left -= len(part)
        if left <= 0:
            raise Refused("too_heavy")
        yield part


def main() -> None:
    try:
        examine(sys.stdin.buffer.read())
    except Refused as refusal:
        sys.stderr.write(json.dumps(str(refusal)))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
