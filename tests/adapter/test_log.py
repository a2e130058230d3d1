"""Nothing secret or personal gets into the log, also not by accident."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import structlog

from adapter.ground.log import configure_logging, redact

WHO = "Wim Zeldenrust"
KEY = f"odwh_{'a' * 16}_{'B' * 43}"


@pytest.mark.parametrize(
    "name", ["token", "wstoken", "Authorization", "api_key", "password", "email", "full_name"]
)
def test_what_is_named_as_a_secret_is_not_written(name: str) -> None:
    assert redact(None, "info", {"event": "x", name: "value"})[name] == "***"


@pytest.mark.parametrize(
    "value",
    [
        f"refused {KEY} for piet.bakker@example.org",
        [f"refused {KEY}", {"about": "piet.bakker@example.org"}],
        {"nested": {"token": "T-1", "text": KEY}, "who": ("piet.bakker@example.org",)},
    ],
)
def test_keys_and_addresses_are_taken_out_of_what_is_written(value: object) -> None:
    shown = str(redact(None, "info", {"event": "x", "detail": value}))
    for secret in ("BBBB", "piet.bakker", "T-1"):
        assert secret not in shown


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging("INFO")
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def _written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_ours_and_one_of_a_library_are_json_without_secrets(lines: io.StringIO) -> None:
    structlog.get_logger("ours").warning("x.failed", detail=f"key {KEY}")
    logging.getLogger("theirs").warning("mail to %s failed", "piet.bakker@example.org")
    ours, theirs = _written(lines)
    assert (ours["event"], ours["level"], ours["detail"]) == ("x.failed", "warning", "key odwh_***")
    assert theirs["event"] == "mail to *** failed"
    assert ours["timestamp"].endswith("Z")


def test_a_traceback_is_one_line_without_secrets(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"no mail for piet.bakker@example.org with {KEY}")
    except ValueError:
        structlog.get_logger("ours").exception("x.fault")
    [line] = _written(lines)
    assert "ValueError" in line["exception"]
    assert "piet.bakker" not in line["exception"]
    assert "BBBB" not in line["exception"]


def test_of_a_fault_the_place_is_written_and_not_what_it_says(lines: io.StringIO) -> None:
    try:
        try:
            int(WHO)
        except ValueError as error:
            raise KeyError(WHO) from error
    except KeyError:
        structlog.get_logger("ours").exception("x.fault")
    [line] = _written(lines)
    assert WHO not in line["exception"]
    for seen in ("builtins.ValueError", "which led to", "builtins.KeyError", "test_log.py"):
        assert seen in line["exception"]


def test_lines_of_many_threads_are_whole_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: io.StringIO
) -> None:
    file = tmp_path / "log"
    with file.open("a") as opened:
        monkeypatch.setattr("sys.stderr", opened)
        configure_logging("INFO")
        log = structlog.get_logger("ours")
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: log.info("één", number=n, text="x" * n), range(400)))
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(one["number"] for one in written) == list(range(400))
    assert all(one["event"] == "één" and len(one["text"]) == one["number"] for one in written)


def test_a_line_that_cannot_be_written_costs_only_the_line(
    monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    read, write = os.pipe()
    with os.fdopen(write, "w") as closed:
        monkeypatch.setattr("sys.stderr", closed)
        configure_logging("INFO")
        os.close(read)
        structlog.get_logger("ours").warning("x.failed")


def test_a_line_below_the_level_is_not_written_and_the_level_can_change(
    lines: io.StringIO,
) -> None:
    log = structlog.get_logger("ours")
    log.debug("not written")
    logging.getLogger().setLevel("DEBUG")
    log.debug("written")
    assert [one["event"] for one in _written(lines)] == ["written"]


def test_who_else_listens_to_the_log_hears_our_lines(
    lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger().addHandler(caplog.handler)
    structlog.get_logger("ours").error("x.failed", number=5, value=object())
    (heard,) = caplog.records
    assert (heard.name, heard.levelname) == ("ours", "ERROR")
    assert json.loads(heard.message)["number"] == 5
    assert len(_written(lines)) == 1
