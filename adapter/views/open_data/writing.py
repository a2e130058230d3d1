"""A set of tables as one file: a database of SQLite, or a zip of comma-separated files. The same
tables always give the same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from io import BytesIO
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapter.ground.rendering import csv
from adapter.ground.rendering.content import Cell, Column, Kind, Table
from adapter.ground.rendering.json import plain_value

SQLITE, ZIP = "application/vnd.sqlite3", "application/zip"
_TYPES = {Kind.EUROS: "REAL", Kind.HOURS: "REAL", Kind.COUNT: "INTEGER", Kind.PERCENT: "INTEGER"}


def as_database(tables: Sequence[Table]) -> bytes:
    """Money in euros and hours as numbers, days as `YYYY-MM-DD`; what is not told is NULL."""
    with (
        TemporaryDirectory(prefix="odwh-open-data-") as folder,
        closing(sqlite3.connect(f"{folder}/open-data.sqlite3")) as database,
    ):
        for table in tables:
            columns = ", ".join(map(_column, table.columns))
            database.execute(f'CREATE TABLE "{table.name}" ({columns})')
            holes = ", ".join("?" * len(table.columns))
            database.executemany(
                f'INSERT INTO "{table.name}" VALUES ({holes})',  # noqa: S608 - our own names
                [_values(row, table.columns) for row in table.rows],
            )
        database.commit()
        return database.serialize()


def _column(column: Column) -> str:
    return f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}'


def _values(row: Sequence[Cell], columns: Sequence[Column]) -> list[object]:
    return [_value(cell, column.kind) for cell, column in zip(row, columns, strict=True)]


def _value(cell: Cell, kind: Kind) -> object:
    match cell:
        case int() if kind is Kind.EUROS:
            return cell / 100
        case Decimal():
            return float(cell)
        case int():
            return cell
    return plain_value(cell, kind)


def as_zip(tables: Sequence[Table]) -> bytes:
    """A file per table with its column names on the first line, as RFC 4180 says, in UTF-8."""
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for table in tables:
            lines = [csv.line([column.name for column in table.columns])]
            for row in table.rows:
                cells = zip(row, table.columns, strict=True)
                lines.append(csv.line([plain_value(cell, column.kind) for cell, column in cells]))
            # Without a moment of its own, so that the same tables give the same bytes.
            file = ZipInfo(f"{table.name}.csv")
            file.compress_type = ZIP_DEFLATED
            archive.writestr(file, b"".join(lines))
    return written.getvalue()


WRITERS: Mapping[str, tuple[str, Callable[[Sequence[Table]], bytes]]] = {
    "sqlite": (SQLITE, as_database),
    "zip": (ZIP, as_zip),
}
"""Media type and writer by the extension of the file."""
