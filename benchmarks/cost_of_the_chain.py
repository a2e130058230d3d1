"""What the chain of hashes costs a decision, beside the same decision without it.

    python -m benchmarks.cost_of_the_chain [DECISIONS] [postgresql]

Writes DECISIONS (2,000) decisions, each in a transaction of its own as the worker does, into a new
register: half of them as plain rows, half through the chain, in turns, so that both find the same
machine and a log of the same length. Prints milliseconds per decision and the ratio.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, insert

from adapter.ground.store import chain
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.decisions import DecisionRow
from benchmarks.figures import Unit, measured
from tests.fixtures.registers import new_database, started_postgres

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
POLICY = {"digest": "d", "version": "1", "content": {}, "recorded_at": NOON}
FACTS = {f"fact_{number}": "24.00" for number in range(60)}
"""Of the size of those of a decision."""

Write = Callable[[Connection, dict[str, Any]], None]


def main(count: int, engine: str) -> None:
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder, _database(engine, folder) as url:
        register = open_register(url)
        upgrade(register)
        with register.write() as connection:
            chain.append(connection, "policy_versions", POLICY)
        plain: list[float] = []
        chained: list[float] = []
        for number in range(count):
            seconds, write = (chained, _chained) if number % 2 else (plain, _plain)
            seconds.append(_timed(register, write, _decision(number)))
        register.close()
    measured(f"decision without the chain, {engine}", median(plain) * 1000, Unit.MILLISECONDS)
    measured(f"decision with the chain / without, {engine}", median(chained) / median(plain))


@contextmanager
def _database(engine: str, folder: str) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        return
    with started_postgres() as server:
        yield new_database(server, "chain")


def _decision(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:08d}",
        "employee_id": "10005",
        "course_id": "4",
        "enrolled_on": date(2027, 3, 1),
        "outcome": "hold",
        "regime": "enforce",
        "policy_digest": "d",
        "facts": FACTS,
        "facts_sha256": "x" * 64,
        "sources": dict.fromkeys(FACTS, "register"),
        "findings": [{"code": "grant_missing", "numbers": {}}],
        "years": [],
        "decided_at": NOON,
    }


def _plain(connection: Connection, decision: dict[str, Any]) -> None:
    connection.execute(insert(DecisionRow).values(decision))


def _chained(connection: Connection, decision: dict[str, Any]) -> None:
    chain.append(connection, "decisions", decision)


def _timed(register: Register, write: Write, decision: dict[str, Any]) -> float:
    begin = perf_counter()
    with register.write() as connection:
        write(connection, decision)
    return perf_counter() - begin


if __name__ == "__main__":
    arguments = [one for one in sys.argv[1:] if one != "postgresql"]
    main(
        int(arguments[0]) if arguments else 2000,
        "postgresql" if "postgresql" in sys.argv[1:] else "sqlite",
    )
