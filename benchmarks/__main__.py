"""All benchmarks, one after another, each in a process of its own; one table, and the same as JSON.

    python -m benchmarks [--json FILE] [NAME ...]

Without a name all of them, which takes hours: give them a quiet machine. Ends with 1 where one
broke; a goal that is missed is in the table and ends nothing, since a machine that others use too
misses some of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figures import KEPT_IN, Figure, kept_in

NO_BENCHMARKS = {"__init__", "__main__", "agency", "figures", "log", "processes"}
TWICE: dict[str, tuple[tuple[str, ...], ...]] = {
    "cost_of_the_chain": ((), ("postgresql",)),
    "reconciliation_of_10000": ((), ("postgresql",), ("100000", "1000000")),
}
"""Those that are run with more than their defaults."""


@dataclass(frozen=True)
class Run:
    name: str
    arguments: tuple[str, ...]
    seconds: float
    figures: list[Figure]
    broke: bool

    @property
    def command(self) -> str:
        return " ".join((self.name, *self.arguments))


def names() -> list[str]:
    here = Path(__file__).parent
    folders = {file.parent.name for file in here.glob("*/__main__.py")}
    return sorted(folders | {file.stem for file in here.glob("*.py")} - NO_BENCHMARKS)


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    runs = []
    for name in asked.names or names():
        for given in TWICE.get(name, ((),)):
            runs.append(_run(name, given))
            # After each, so that what was measured is there when a machine is cut off.
            _write(asked.json, runs)
    sys.stdout.write(f"\n{_table(runs)}\n\nAs JSON: {asked.json}\n")
    return int(any(run.broke for run in runs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--json", type=Path, default=Path("dist/benchmarks.json"))
    parser.add_argument("names", nargs="*", choices=[*names(), []], metavar="NAME")
    return parser


def _run(name: str, arguments: tuple[str, ...]) -> Run:
    sys.stdout.write(f"\n== {' '.join((name, *arguments))}\n")
    sys.stdout.flush()
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        kept = Path(folder) / "figures.jsonl"
        begun = perf_counter()
        command = (sys.executable, "-m", f"benchmarks.{name}", *arguments)
        ended = subprocess.run(command, env={**os.environ, KEPT_IN: str(kept)}, check=False)  # noqa: S603 - ours
        figures = kept_in(kept)
    goal_missed = any(figure.met is False for figure in figures)
    broke = not figures or ended.returncode > 1 or (ended.returncode == 1 and not goal_missed)
    if broke:
        sys.stdout.write(f"{name} BROKE: it ended with {ended.returncode}\n")
    return Run(name, arguments, perf_counter() - begun, figures, broke)


def _table(runs: Sequence[Run]) -> str:
    rows = [("benchmark", "what", "measured", "goal", "")]
    for run in runs:
        if run.broke:
            rows.append((run.command, "", "BROKE", "", ""))
        for one in run.figures:
            rows.append((run.command, one.work, str(one), one.goal_in_words, one.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (map(str.ljust, row, widths) for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _write(path: Path, runs: Sequence[Run]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "runs": [
            {
                "benchmark": run.command,
                "seconds": round(run.seconds, 1),
                "broke": run.broke,
                "figures": [{**asdict(one), "met": one.met} for one in run.figures],
            }
            for run in runs
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
