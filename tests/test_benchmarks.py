"""Benchmarks are measured, never tested; what they tell, and that each can be found, is tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import names
from benchmarks.figures import KEPT_IN, Unit, kept_in, measured, missed

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("value", "goal", "at_least", "verdict"),
    [
        (0.75, 0.75, True, "met"),
        (0.74, 0.75, True, "MISSED"),
        (3.0, 3.0, False, "met"),
        (3.1, 3.0, False, "MISSED"),
        (3.1, None, False, "-"),
    ],
)
def test_a_figure_is_met_up_to_and_including_its_goal(
    value: float, goal: float | None, at_least: bool, verdict: str
) -> None:
    figure = measured("accept", value, Unit.RATIO, goal, at_least=at_least)
    assert figure.verdict == verdict
    assert missed([figure]) == int(verdict == "MISSED")


def test_of_several_rounds_the_median_counts_and_the_spread_is_told() -> None:
    figure = measured("accept", [9.0, 1.0, 2.0], Unit.MILLISECONDS)
    assert str(figure) == "2 ms (1 to 9)"


def test_what_was_measured_is_kept_for_the_table_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "figures.jsonl"
    monkeypatch.setenv(KEPT_IN, str(kept))
    told = [measured("accept", [0.5, 0.7], goal=0.75, at_least=True), measured("memory", 12_345)]
    assert kept_in(kept) == told
    assert kept_in(tmp_path / "nothing") == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/performance.md"])
def test_every_benchmark_can_be_found_by_who_reads(page: str) -> None:
    said = (ROOT / page).read_text(encoding="utf-8")
    assert [name for name in names() if f"`{name}`" not in said] == []
