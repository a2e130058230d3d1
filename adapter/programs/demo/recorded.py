"""Requests of Moodle's webhook plugins as they were recorded, sent again byte for byte."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    plugin: str
    event: str
    headers: dict[str, str]
    body: bytes


def recordings() -> Iterator[Recorded]:
    """The enrolment events of both plugins, oldest plugin run first."""
    for file in sorted(FOLDER.glob("*.json")):
        plain = json.loads(file.read_text(encoding="utf-8"))
        yield Recorded(
            plain["plugin"], plain["event"], plain["headers"], plain["body_raw"].encode()
        )


def send(recorded: Recorded, address: str) -> tuple[int, str]:
    """Status and event id. The length is that of the body, from which the token was taken out."""
    headers = {
        name: value
        for name, value in recorded.headers.items()
        if name not in ("Content-Length", "Accept-Encoding")
    }
    request = urllib.request.Request(  # noqa: S310 - the demo's own address
        f"{address}/v1/lms-events", recorded.body, headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
        return answer.status, json.loads(answer.read())["id"]
