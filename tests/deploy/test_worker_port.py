"""A worker's own port, and the counts of web service and worker that `serve` starts."""

from __future__ import annotations

import json
import os
import shutil
import signal
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from adapter.doors.web.listening import free_port
from adapter.doors.worker_port import Pulse, worker_port
from adapter.ground.store.register import Register
from adapter.programs.worker import is_ready
from tests.fixtures.leavers import parts_of
from tests.fixtures.programs import running, wait_until


class _Hanging(Pulse):
    def hangs(self) -> bool:
        return True


def _status(port: int | None, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, json.load(answer)["status"]
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)["status"]


def test_a_worker_is_alive_while_its_loop_comes_round(sqlite_register: Register) -> None:
    with worker_port("127.0.0.1:0", partial(is_ready, parts_of(sqlite_register)), Pulse()) as port:
        assert _status(port, "/health/live") == (200, "ok")
        assert _status(port, "/health/elsewhere") == (404, "unknown")
    ready = partial(is_ready, parts_of(sqlite_register))
    with worker_port("127.0.0.1:0", ready, _Hanging()) as port:
        assert _status(port, "/health/live") == (503, "hangs")


def test_a_worker_is_ready_while_its_database_is(sqlite_register: Register) -> None:
    with worker_port("127.0.0.1:0", partial(is_ready, parts_of(sqlite_register)), Pulse()) as port:
        assert _status(port, "/health/ready") == (200, "ok")
        with sqlite_register.write() as connection:
            connection.execute(text("ALTER TABLE alembic_version RENAME TO away"))
        assert _status(port, "/health/ready") == (503, "database")
        assert _status(port, "/health/live") == (200, "ok")


def test_nothing_listens_unless_it_is_asked_for(sqlite_register: Register) -> None:
    with worker_port(None, partial(is_ready, parts_of(sqlite_register)), Pulse()) as port:
        assert port is None


@pytest.mark.parametrize("options", [(), ("--no-worker",)])
def test_serve_lets_its_programs_count_together(
    options: tuple[str, ...],
    tmp_path: Path,
    sqlite_register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    port = free_port()
    environment = {
        "ODWH_DATABASE_URL": sqlite_register.engine.url.render_as_string(hide_password=False),
        "ODWH_BIND": f"127.0.0.1:{port}",
        "ODWH_WEB_WORKERS": "2",
    }
    counted = 'odwh_http_requests_total{method="GET",route="/health/live",status="200"} 8.0'
    with running("serve", *options, environment=environment) as program:
        wait_until(lambda: _shows(port, "odwh_database_up 1.0"), "it does not answer")
        for _ in range(8):
            assert _status(port, "/health/live") == (200, "ok")
        wait_until(lambda: _shows(port, counted), "it counts apart")
        if not options:
            circuit = 'odwh_circuit_open{system="lms"} 0.0'
            wait_until(lambda: _shows(port, circuit), "the worker counts apart")
        assert not program.logged("metrics.each_process_apart")
        assert list(tmp_path.glob("odwh-metrics-*"))
    assert not list(tmp_path.glob("odwh-metrics-*"))


def _shows(port: int, line: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            return line in answer.read().decode()
    except OSError:
        return False


def test_a_folder_of_counts_that_is_gone_does_not_end_the_web_service(
    tmp_path: Path, sqlite_register: Register
) -> None:
    """As by what clears away old temporary files: its process looks there when one of its own
    ends."""
    port, folder = free_port(), tmp_path / "counts"
    environment = {
        "ODWH_DATABASE_URL": sqlite_register.engine.url.render_as_string(hide_password=False),
        "ODWH_BIND": f"127.0.0.1:{port}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }
    with running("serve", "--no-worker", environment=environment) as program:
        wait_until(lambda: _shows(port, "odwh_database_up 1.0"), "it does not answer")
        shutil.rmtree(folder)
        ended = _children(program.process.pid)
        for child in ended:
            os.kill(child, signal.SIGKILL)
        wait_until(
            lambda: set(_children(program.process.pid)) - set(ended) or program.process.poll(),
            "it was not noticed",
        )
        wait_until(
            lambda: _shows(port, "odwh_database_up 1.0") or program.process.poll() is not None,
            "it does not answer again",
        )
        assert program.process.poll() is None


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
