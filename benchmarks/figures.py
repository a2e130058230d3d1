"""What a benchmark measured, in one shape: printed for who runs it alone, and kept as a line of
JSON for the table of all (`python -m benchmarks`)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median

KEPT_IN = "BENCHMARK_FIGURES"
"""Of the environment: the file to which each figure is added as a line of JSON."""


class Unit(StrEnum):
    """What a figure counts. A ratio is to the baseline of the same run."""

    RATIO = "x"
    SECONDS = "s"
    MEGABYTES = "MB"
    PERCENT = "%"
    MILLISECONDS = "ms"
    MICROSECONDS = "µs"
    KILOBYTES = "kB"
    PER_SECOND = "/s"
    COUNT = ""


@dataclass(frozen=True)
class Figure:
    """One measured figure of one kind of work."""

    work: str
    value: float
    """The median of the rounds, or what the only one gave."""
    unit: Unit
    goal: float | None
    """None: only told, for want of a promise."""
    at_least: bool
    """Whether the goal is a floor; else it is the most that is allowed."""
    low: float
    high: float

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def goal_in_words(self) -> str:
        if self.goal is None:
            return "-"
        return f"{'≥' if self.at_least else '≤'} {_written(self.goal)} {self.unit}".rstrip()

    @property
    def verdict(self) -> str:
        return {None: "-", True: "met", False: "MISSED"}[self.met]

    def __str__(self) -> str:
        value = f"{_written(self.value)} {self.unit}".rstrip()
        if self.low == self.high:
            return value
        return f"{value} ({_written(self.low)} to {_written(self.high)})"


def _written(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def measured(
    work: str,
    rounds: float | Sequence[float],
    unit: Unit = Unit.RATIO,
    goal: float | None = None,
    *,
    at_least: bool = False,
) -> Figure:
    """Tell a figure and keep it; of several rounds the median counts."""
    values = [float(one) for one in rounds] if isinstance(rounds, Sequence) else [float(rounds)]
    figure = Figure(work, median(values), unit, goal, at_least, min(values), max(values))
    sys.stdout.write(f"{work}: {figure}; goal {figure.goal_in_words}: {figure.verdict}\n")
    sys.stdout.flush()
    if path := os.environ.get(KEPT_IN):
        with Path(path).open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
    return figure


def kept_in(path: Path) -> list[Figure]:
    """What the benchmark that was told of this file measured."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Figure(**{**one, "unit": Unit(one["unit"])}) for one in map(json.loads, lines)]


def missed(figures: Sequence[Figure]) -> int:
    """What a benchmark ends with: 1 where a goal is missed."""
    return int(any(figure.met is False for figure in figures))
