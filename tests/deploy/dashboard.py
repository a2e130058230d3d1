"""What the dashboard and the alert rules ask of Prometheus. `python -m tests.deploy.dashboard`
prints the questions of the dashboard as rules, so that promtool reads them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
_SUFFIX = re.compile(r"_(bucket|count|sum)$")


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))[
        "panels"
    ]
    return found


def questions() -> Iterator[str]:
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def metrics_in(question: str) -> set[str]:
    """As they are exported: of a histogram its own name."""
    return {_SUFFIX.sub("", name) for name in re.findall(r"\bodwh_\w+", question)}


if __name__ == "__main__":
    rules = [
        {"record": f"dashboard:question_{number}", "expr": question}
        for number, question in enumerate(questions())
    ]
    yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, sys.stdout)
