"""The agency of the report to the management team, and files as a program reads them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.adapter.views.mt_report.conftest import agency_of

__all__ = ["agency_of", "opened"]


@contextmanager
def opened(written: bytes) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(written)
        database.row_factory = sqlite3.Row
        yield database


def rows(written: bytes, table: str) -> list[dict[str, Any]]:
    with opened(written) as database:
        return [dict(row) for row in database.execute(f'SELECT * FROM "{table}"')]
