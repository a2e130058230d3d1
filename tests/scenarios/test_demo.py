"""The demo as an administrator runs it: what it does, and what it leaves alone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from adapter.programs.demo.recorded import FOLDER
from adapter.programs.demo.stage import MARK
from tests.fixtures.programs import ROOT, clean_environment
from tests.fixtures.recorded_events import RECORDINGS

PROGRAM = re.compile(r"(web|worker) .*process (\d+)")
KEY = re.compile(r"API: (\S+) \(key for HR: (\S+)\)")
MIDDLE = "The management team grants"
"""The scene in which the worker is killed: holds and releases are on their way."""


@pytest.mark.timeout(300)
def test_the_demo_as_someone_types_it_with_the_live_service_in_their_shell(tmp_path: Path) -> None:
    """Its worker is killed in the middle, it serves on, and Ctrl-C ends all of it."""
    folder, live = tmp_path / "demo", tmp_path / "live.sqlite3"
    shell = {
        "PYTHONUNBUFFERED": "1",
        "ODWH_DATABASE_URL": f"sqlite:///{live}",
        "odwh_moodle_url": "https://lms.example.org",
        "ODWH_MOODLE_TOKEN": "live",
        "ODWH_WEB_WORKERS": "many",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "absent"),
    }
    command = [sys.executable, "-m", "adapter", "demo", "--folder", str(folder), "--language", "en"]
    said: list[str] = []
    pids: dict[str, list[int]] = {"web": [], "worker": []}
    address = key = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=clean_environment() | shell, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        for line in demo.stdout:
            said.append(line)
            if started := PROGRAM.search(line):
                pids[started[1]].append(int(started[2]))
            if MIDDLE in line and len(pids["worker"]) == 1:
                os.kill(pids["worker"][0], signal.SIGKILL)
            if shown := KEY.search(line):
                address, key = shown.groups()
            if "Ctrl-C" in line:
                break
        served = _tasks(address, key) if key else None
        # What a terminal does on Ctrl-C: everything that was started there gets the signal.
        os.killpg(demo.pid, signal.SIGINT)
        said.extend(demo.stdout)
        code = demo.wait()
    log = (folder / "service.log").read_text(errors="replace")
    assert code == 0, "".join(said[-30:]) + log[-3000:]
    assert served is not None, "".join(said[-30:]) + log[-3000:]
    assert [len(pids["web"]), len(pids["worker"])] == [1, 2]
    for pid in (*pids["web"], *pids["worker"]):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert (folder / "reports" / "aansluiting.html").stat().st_size > 0
    assert (folder / "register.sqlite3").is_file()
    assert not live.exists()
    assert "Traceback" not in log + "".join(said)


def _tasks(address: str, key: str) -> object:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{address}/tasks", headers=headers, timeout=20).raise_for_status().json()


@pytest.mark.parametrize("marked", [True, False])
def test_the_demo_leaves_a_register_alone_that_it_did_not_make(
    tmp_path: Path, sqlite_template: Path, *, marked: bool
) -> None:
    """Also where a demo ran before, and someone put another register in its place."""
    register = tmp_path / "register.sqlite3"
    shutil.copy(sqlite_template, register)
    before = register.read_bytes()
    if marked:
        (tmp_path / MARK).touch()
    command = [sys.executable, "-m", "adapter", "demo", "--once", "--folder", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), text=True, capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert str(register) in ended.stderr
    assert "--folder" in ended.stderr
    assert register.read_bytes() == before


def test_the_demo_sends_what_was_recorded_byte_for_byte() -> None:
    shipped = sorted(FOLDER.glob("*.json"))
    assert len(shipped) == 4
    for file in shipped:
        plugin, _, name = file.name.partition(".")
        recorded = RECORDINGS / "moodle" / "webhooks" / plugin / name
        assert file.read_bytes() == recorded.read_bytes()
