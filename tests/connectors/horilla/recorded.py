"""Exchanges as recorded on a running Horilla 1.5.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "recordings" / "hris" / "horilla"


def exchanges(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    return found


def response(file: str, case: str) -> Any:
    return next(one["response"] for one in exchanges(file) if one["case"] == case)
