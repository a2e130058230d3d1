"""A program in a process of its own: whatever it does, the caller stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.confined import Limits, Overrun, confined

LIMITS = Limits(memory=200_000_000, seconds=5, output=100_000)


def run(
    folder: Path, code: str, content: bytes = b"", limits: Limits = LIMITS
) -> tuple[int, bytes]:
    program = folder / "program.py"
    program.write_text(f"import sys, os, time\n{code}\n", encoding="utf-8")
    with confined(program, ["one"], content, limits) as made:
        return made.status, made.output.read()


def test_what_comes_in_and_goes_out(tmp_path: Path) -> None:
    code = "sys.stdout.write(sys.argv[1] + sys.stdin.read())"
    assert run(tmp_path, code, b" two") == (0, b"one two")


def test_more_memory_than_the_limit_ends_the_program(tmp_path: Path) -> None:
    status, output = run(tmp_path, "bytearray(300_000_000); print('got it')")
    assert status != 0
    assert output == b""


def test_a_program_that_aborts_ends_itself_only(tmp_path: Path) -> None:
    assert run(tmp_path, "os.abort()")[0] < 0


def test_output_is_cut_off_by_the_kernel(tmp_path: Path) -> None:
    status, output = run(tmp_path, "sys.stdout.buffer.write(b'x' * 10_000_000)")
    assert status != 0
    assert len(output) <= LIMITS.output


def test_time_on_the_processor_is_bounded(tmp_path: Path) -> None:
    status, _ = run(tmp_path, "while True: pass", limits=Limits(200_000_000, 1, 1_000))
    assert status < 0


def test_a_program_that_only_waits_is_ended_too(tmp_path: Path) -> None:
    with pytest.raises(Overrun, match="not done"):
        run(tmp_path, "time.sleep(600)", limits=Limits(200_000_000, 1, 1_000))


def test_secrets_in_the_environment_stay_with_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODWH_MOODLE_TOKEN", "geheim")
    _, output = run(tmp_path, "print('ODWH_MOODLE_TOKEN' in os.environ)")
    assert output == b"False\n"


def test_a_program_that_does_not_read_is_no_error(tmp_path: Path) -> None:
    assert run(tmp_path, "print('done')", b"x" * 5_000_000) == (0, b"done\n")
