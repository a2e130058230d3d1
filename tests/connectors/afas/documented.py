"""The documented shapes, by words of their description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parents[2] / "recordings" / "hris" / "afas_documented_shapes.json"
SHAPES: list[dict[str, Any]] = json.loads(RECORDINGS.read_text(encoding="utf-8"))


def shape(words: str) -> Any:
    (found,) = [one for one in SHAPES if words in one["case"]]
    return found
