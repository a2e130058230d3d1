"""A backup that is ended leaves nothing of anybody behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from tests.fixtures.programs import running, wait_until
from tests.fixtures.registers import dropped_database, new_database


def test_a_backup_that_is_asked_to_end_takes_away_its_half(
    postgres_server: str, tmp_path: Path
) -> None:
    url = new_database(postgres_server, "ended_backup")
    register = open_register(url)
    upgrade(register)
    register.close()
    programs, backups = tmp_path / "programs", tmp_path / "backups"
    for folder in (programs, backups):
        folder.mkdir()
    hangs = programs / "pg_dump"
    hangs.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 100\n")
    hangs.chmod(0o755)
    environment = {
        "ODWH_DATABASE_URL": url,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    try:
        with running("backup", str(backups / "one"), environment=environment) as program:
            wait_until((tmp_path / "begun").exists, "it does not begin")
            assert [one.name for one in backups.iterdir()] == [".one.part"]
            assert program.stop() == 128 + signal.SIGTERM
    finally:
        dropped_database(postgres_server, "ended_backup")
    assert list(backups.iterdir()) == []
