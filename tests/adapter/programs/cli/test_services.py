"""`serve` and `worker` as the real programs that they are."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from socket import SHUT_WR, create_connection, socket
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from adapter.doors.web.listening import CannotListen, free_port, require_free
from adapter.ground.store.migrate import (
    current_revision,
    end_older_programs,
    newest_revision,
    upgrade,
)
from adapter.ground.store.register import Register, open_register
from adapter.ground.store.tables.work import HeartbeatRow
from tests.fixtures.programs import PATIENCE_SECONDS, Program, running, wait_until

# Programs start in seconds; a busy machine is given minutes before a test calls it broken.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Register]:
    register = open_register(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield register
    register.close()


def _environment(register: Register, port: int) -> dict[str, str]:
    url = register.engine.url.render_as_string(hide_password=False)
    return {"ODWH_DATABASE_URL": url, "ODWH_BIND": f"127.0.0.1:{port}"}


def _get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.loads(answer.read())


def _lives(port: int) -> bool:
    try:
        return bool(_get(port, "/health/live") == {"status": "ok"})
    except urllib.error.URLError:
        return False


def _pid(program: Program, name: str, nth: int) -> int:
    started = program.wait_for("supervisor.started", nth, program=name)
    return int(started[nth - 1]["pid"])


def test_serve_migrates_an_empty_database_survives_its_worker_and_ends_when_asked(
    empty: Register,
) -> None:
    port = free_port()
    with running("serve", environment=_environment(empty, port)) as program:
        worker, web = _pid(program, "worker", 1), _pid(program, "web", 1)
        wait_until(lambda: _lives(port), "the web service does not answer")
        assert current_revision(empty) == newest_revision()
        program.wait_for("worker.started")
        os.kill(worker, signal.SIGKILL)
        again = _pid(program, "worker", 2)
        program.wait_for("worker.started", 2)
        assert _lives(port)
        assert _get(port, "/health/ready")["parts"]["database"] == "ok"
        assert program.stop() == 0
    for pid in (web, again):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert program.logged("worker.stopped")
    assert [line["code"] for line in program.logged("supervisor.ended")] == [-signal.SIGKILL]


def test_what_is_no_http_is_refused_without_a_fault_in_the_log(empty: Register) -> None:
    """Such as TLS on a port that speaks none, or a scanner."""
    port = free_port()
    with running("serve", environment=_environment(empty, port)) as program:
        wait_until(lambda: _lives(port), "the web service does not answer")
        for sent in (b"\x16\x03\x01\x02\x00\x01\x00", b"\x00\xff\r\n\r\n", b"GET /\r\n\r\n"):
            with create_connection(("127.0.0.1", port), timeout=10) as caller:
                caller.sendall(sent)
                caller.shutdown(SHUT_WR)
                while caller.recv(65536):
                    pass
        assert _lives(port)
        assert program.stop() == 0
    assert not [line for line in program.lines if "Traceback" in str(line)]


def test_a_worker_goes_on_when_its_database_comes_back(empty: Register) -> None:
    environment = _environment(empty, free_port())
    with running("worker", environment=environment) as program:
        program.wait_for("worker.started")
        with empty.write() as connection:
            connection.execute(text("ALTER TABLE inbox RENAME TO inbox_away"))
        program.wait_for("worker.database_away")
        with empty.write() as connection:
            connection.execute(text("ALTER TABLE inbox_away RENAME TO inbox"))
        assert program.process.poll() is None
        assert program.stop() == 0


def test_a_worker_that_starts_waits_for_its_database(empty: Register) -> None:
    """As when others have been writing in it for too long: it ended, and nobody took its place."""
    upgrade(empty)
    with empty.write() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    with running("worker", environment=_environment(empty, free_port())) as program:
        program.wait_for("worker.database_away")
        assert not program.logged("worker.started")
        with empty.write() as connection:
            connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))
        program.wait_for("worker.started")
        assert program.stop() == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_an_outdated_database_is_refused_with_the_command_that_upgrades_it(
    sqlite_register: Register, command: str
) -> None:
    with sqlite_register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with running(command, environment=_environment(sqlite_register, free_port())) as program:
        assert program.process.wait(PATIENCE_SECONDS) == 1
        program.stop()
    [message] = [
        line["event"] for line in program.lines if "odwh-adapter db upgrade" in line["event"]
    ]
    assert "revision 0000" in message


def test_a_worker_goes_on_beside_a_newer_database_until_that_ends_it(empty: Register) -> None:
    upgrade(empty)
    with running("worker", environment=_environment(empty, free_port())) as program:
        program.wait_for("worker.started")
        with empty.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            connection.execute(delete(HeartbeatRow))
        wait_until(lambda: _beats(empty), "it does not go on")
        with empty.write() as connection:
            end_older_programs(connection, "9999")
        assert program.process.wait(PATIENCE_SECONDS) != 0
        program.stop()
    assert any("must not go on" in str(line["event"]) for line in program.lines)


def _beats(register: Register) -> bool:
    with register.read() as connection:
        return connection.execute(select(HeartbeatRow.at)).first() is not None


def test_whoever_kills_the_supervisor_ends_its_programs_too(empty: Register) -> None:
    """An orphaned web service kept the port, and an orphaned worker went on working."""
    port = free_port()
    with running("serve", environment=_environment(empty, port)) as program:
        pids = [_pid(program, "worker", 1), _pid(program, "web", 1)]
        wait_until(lambda: _lives(port), "the web service does not answer")
        program.wait_for("worker.started")
        program.kill()
        wait_until(lambda: not any(map(_runs, pids)), "an orphan is left")
        wait_until(lambda: _can_listen(port), "the port is not free")


def _runs(pid: int) -> bool:
    try:
        # A process that ended counts until its new parent, the init of the machine, notices.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _can_listen(port: int) -> bool:
    try:
        require_free(f"127.0.0.1:{port}")
    except CannotListen:
        return False
    return True


@pytest.mark.parametrize("options", [[], ["--no-worker"]])
def test_a_port_that_is_taken_is_told_and_ends_it(empty: Register, options: list[str]) -> None:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with running("serve", *options, environment=_environment(empty, port)) as program:
            assert program.process.wait(PATIENCE_SECONDS) == 1
            program.stop()
    [message] = [line["event"] for line in program.lines if "ODWH_BIND" in line["event"]]
    assert f"127.0.0.1:{port}: another program listens there already" in message
    assert not program.logged("supervisor.started")


def test_several_workers_at_one_address_are_refused(empty: Register) -> None:
    environment = _environment(empty, free_port()) | {
        "ODWH_WORKERS": "2",
        "ODWH_WORKER_BIND": f"127.0.0.1:{free_port()}",
    }
    with running("serve", environment=environment) as program:
        assert program.process.wait(PATIENCE_SECONDS) == 1
        program.stop()
    assert [line for line in program.lines if "ODWH_WORKER_BIND: 2 workers" in line["event"]]
    assert not program.logged("supervisor.started")


@pytest.mark.parametrize(
    ("bind", "reason"),
    [("203.0.113.1:8000", "no such address"), ("no.such.invalid:1", "not known")],
)
def test_an_address_that_cannot_be_is_a_sentence(bind: str, reason: str) -> None:
    with pytest.raises(CannotListen, match=reason):
        require_free(bind)
