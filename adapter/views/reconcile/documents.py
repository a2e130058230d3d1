"""A run in every form: what people read shows the most urgent findings, what programs and
spreadsheets read has all of them.

Those are written while they are read, so that memory does not grow with their number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from sqlalchemy import Connection, select

from adapter.ground.rendering import csv, xlsx
from adapter.ground.rendering.content import Cell, Column, Kind, Report
from adapter.ground.rendering.documents import Document, document_of
from adapter.ground.rendering.json import to_plain
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.rendering.sheet_cells import Formats
from adapter.ground.store.tables.reconciliation import (
    FindingAcknowledgementRow,
    ReconciliationFindingRow,
)
from adapter.views.reconcile import history
from adapter.views.reconcile.most_urgent import in_order
from adapter.views.reconcile.names import Addresses, Names
from adapter.views.reconcile.report import NO_ADDRESSES, report_of
from adapter.views.reconcile.sentences import heading, sentence
from config.catalogue import Language, text
from policy.days import amsterdam_day

_COLUMNS: tuple[tuple[str, Kind, int], ...] = (
    ("what", Kind.TEXT, 34),
    ("employee_id", Kind.TEXT, 18),
    ("name", Kind.TEXT, 28),
    ("team", Kind.TEXT, 28),
    ("course", Kind.TEXT, 34),
    ("finding", Kind.TEXT, 60),
    ("severity", Kind.TEXT, 16),
    ("status", Kind.TEXT, 12),
    ("since", Kind.DAY, 19),
    ("returns", Kind.DAY, 19),
)
"""Name, kind and width of the columns of all findings. Who does what about a kind is said once, in
the tables before them."""
IN_MEMORY = 2_000_000
"""Bytes up to which a document is not put on disk."""


def written(
    connection: Connection,
    run_id: str,
    form: str,
    language: Language,
    addresses: Addresses = NO_ADDRESSES,
) -> Document | None:
    """The run in a form; None for a run that is not there to be read."""
    report = report_of(connection, run_id, language, addresses)
    if report is None:
        return None
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- given away open
    every = _Every(connection, run_id, language)
    if form == "xlsx":
        file.write(xlsx.render(report, every.add_sheet))
    elif form == "json":
        file.writelines(_json(report, every))
    elif form == "csv":
        file.writelines(every.lines())
    else:
        file.write(RENDERERS[form].render(report))
    file.seek(0)
    return document_of(report, form, file)


def _json(report: Report, every: _Every) -> Iterator[bytes]:
    """The report, with a member more that lists all findings."""
    plain = json.dumps(to_plain(report), ensure_ascii=False, indent=2)
    yield plain.removesuffix("\n}").encode()
    yield b',\n  "findings": ['
    for place, row in enumerate(every.findings()):
        yield b",\n    " if place else b"\n    "
        yield json.dumps(_plain(row, every.language), ensure_ascii=False).encode()
    yield b"\n  ]\n}"


def _plain(row: ReconciliationFindingRow, language: Language) -> dict[str, Any]:
    return {
        "key": row.key,
        "code": row.code,
        "severity": row.severity,
        "clause": row.clause,
        "employeeId": row.employee_id,
        "courseId": row.course_id,
        "numbers": row.numbers,
        "status": row.status,
        "since": row.since.isoformat().replace("+00:00", "Z"),
        "message": sentence(row, language),
    }


class _Every:
    """All findings of a run, the most urgent first."""

    def __init__(self, connection: Connection, run_id: str, language: Language) -> None:
        self._connection = connection
        self._run_id = run_id
        self.language = language

    def findings(self) -> Iterator[ReconciliationFindingRow]:
        return history.streamed(self._connection, in_order(self._run_id))

    def add_sheet(self, workbook: Any, formats: Formats) -> None:
        columns = tuple((self._column(name, kind), width) for name, kind, width in _COLUMNS)
        name = text("reconcile.report.all_findings", self.language)
        xlsx.add_long_sheet(workbook, formats, name, columns, self._rows())

    def lines(self) -> Iterator[bytes]:
        """Comma-separated values as RFC 4180 says, with a mark by which spreadsheets know UTF-8."""
        yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
        yield csv.line([self._column(name, kind).heading for name, kind, _ in _COLUMNS])
        for row in self._rows():
            yield csv.line(row)

    def _column(self, name: str, kind: Kind) -> Column:
        return Column(name, text(f"reconcile.column.{name}", self.language), kind)

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        language = self.language
        names = Names(self._connection, NO_ADDRESSES)
        acknowledgements = FindingAcknowledgementRow
        left = dict(
            self._connection.execute(
                select(acknowledgements.finding_key, acknowledgements.returns_on).where(
                    acknowledgements.replaced_at.is_(None)
                )
            ).all()
        )
        for row in self.findings():
            yield (
                heading(row.code, language),
                row.employee_id,
                names.name(row.employee_id),
                names.manager_of(row.employee_id),
                names.course(row.course_id),
                sentence(row, language),
                text(f"reconcile.severity.{row.severity}", language),
                text(f"reconcile.status.{row.status}", language),
                amsterdam_day(row.since),
                left.get(row.key),
            )
