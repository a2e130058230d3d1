"""`sandbox`: the printed settings connect an adapter to both systems; bash completes a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.fixtures.programs import PATIENCE_SECONDS, ROOT, clean_environment


def _command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "adapter", *arguments],
        cwd=folder,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def test_an_adapter_connects_with_the_settings_that_are_written(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.toml"
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "adapter", "sandbox", "--settings", str(file)],
        cwd=tmp_path,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (file.exists() and file.stat().st_size):
            assert sandbox.poll() is None, sandbox.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert file.stat().st_mode & 0o777 == 0o600
        read = _command(tmp_path, "--config", str(file), "sync", "employees")
        assert (read.returncode, "employees in the HRIS: 120" in read.stdout) == (0, True), read
        courses = _command(tmp_path, "--config", str(file), "sync", "courses")
        assert "26 new" in courses.stdout, courses
        again = _command(tmp_path, "sandbox", "--settings", str(file))
        assert again.returncode == 1
        assert "stays as it is" in again.stderr
    finally:
        sandbox.send_signal(signal.SIGINT)
        printed, told = sandbox.communicate(timeout=PATIENCE_SECONDS)
    assert sandbox.returncode == 0
    assert printed.strip() == file.read_text().strip()
    assert f"odwh-adapter --config {file} sync" in told


def test_the_shell_completes_commands_and_options() -> None:
    environment = clean_environment() | {"_ODWH_ADAPTER_COMPLETE": "bash_complete"}
    for words, number, expected in (
        ("odwh-adapter dead", "1", "plain,dead-letters"),
        ("odwh-adapter dead-letters re", "2", "plain,replay"),
        ("odwh-adapter status --for", "2", "plain,--format"),
    ):
        done = subprocess.run(
            [str(Path(sys.executable).parent / "odwh-adapter")],
            env={**os.environ, **environment, "COMP_WORDS": words, "COMP_CWORD": number},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert done.stdout.splitlines() == [expected], done.stderr
