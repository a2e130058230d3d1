"""The demo as an administrator runs it, with its worker killed in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapter.demo.recorded import FOLDER
from tests.fixtures.programs import ROOT, clean_environment
from tests.fixtures.recorded_events import RECORDINGS

WORKER = re.compile(r"worker .*proces (\d+)")
MIDDLE = "Het MT kent de opleiding"
"""The scene in which the worker is killed: holds and releases are on their way."""


@pytest.mark.timeout(240)
def test_the_story_completes_although_its_worker_is_killed_in_the_middle(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "adapter", "demo", "--once", "--folder", str(tmp_path)]
    environment = clean_environment() | {"PYTHONUNBUFFERED": "1"}
    told: list[str] = []
    workers: list[int] = []
    killed = False
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        for line in demo.stdout:
            told.append(line)
            if found := WORKER.search(line):
                workers.append(int(found[1]))
            if MIDDLE in line and not killed:
                os.kill(workers[0], signal.SIGKILL)
                killed = True
        code = demo.wait()
    log = (tmp_path / "service.log").read_text(errors="replace")
    assert code == 0, "".join(told[-30:]) + log[-3000:]
    assert killed
    assert len(workers) == 2
    assert (tmp_path / "reports" / "aansluiting.html").stat().st_size > 0
    assert (tmp_path / "register.sqlite3").is_file()
    assert "Traceback" not in log


def test_the_demo_sends_what_was_recorded_byte_for_byte() -> None:
    shipped = sorted(FOLDER.glob("*.json"))
    assert len(shipped) == 4
    for file in shipped:
        plugin, _, name = file.name.partition(".")
        recorded = RECORDINGS / "moodle" / "webhooks" / plugin / name
        assert file.read_bytes() == recorded.read_bytes()
