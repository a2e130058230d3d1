"""Logs that are only added to, as chains of hashes: each line holds a hash of its record and of the
line before, so that a record that was changed, removed or slipped in shows, and which one.

What was erased of a person, or destroyed by the selection list (`rewriting.py`), is told by a
record of the log of erasures or of destructions, which are sealed as well: a record that differs,
or is gone, by that alone is as it should be.

Lines are written when a transaction ends (`Register.write`), so that the one lock that keeps a
chain in order is held for that moment only, and after every other lock of the transaction.

What is past its term leaves a chain at its beginning. The last line that left is kept, so that the
chain goes on from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text

from adapter.ground.store.columns import canonical_json
from adapter.ground.store.metadata import Stored, table_of
from adapter.ground.store.organisation_schema import NAMED_BY_LOGIN
from adapter.ground.store.reading import first_row
from adapter.ground.store.tables.archive import DestructionRow
from adapter.ground.store.tables.decisions import (
    ChainLinkRow,
    ChainStartRow,
    DecisionRow,
    PolicyVersionRow,
)
from adapter.ground.store.tables.erasures import ErasureRow
from adapter.ground.store.tables.exits import RepaymentStatementRow
from adapter.ground.store.tables.work import AuditLineRow

LOGS: Mapping[str, tuple[type[Stored], str]] = {
    "policy_versions": (PolicyVersionRow, "digest"),
    "decisions": (DecisionRow, "id"),
    "repayment_statements": (RepaymentStatementRow, "id"),
    "audit_log": (AuditLineRow, "id"),
    "erasures": (ErasureRow, "id"),
    "destructions": (DestructionRow, "id"),
}
"""Each log's table, and the column by which its records are known."""

START = "0" * 64
GONE = ""
"""In place of a hash: the record was destroyed by the selection list."""
_UNSEALED = "odwh_unsealed"
_LOCK = 7_305_201_027
"""Any number, as long as nothing else takes an advisory lock by it."""


class Breach(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    SLIPPED_IN = "slipped_in"
    """A record that no line of the chain is about."""
    CHAIN_CHANGED = "chain_changed"
    """A line of the chain itself was changed or removed, before the one that is named."""


@dataclass(frozen=True, slots=True)
class Fault:
    log: str
    record: str
    breach: Breach


@dataclass(frozen=True, slots=True)
class Verified:
    """`heads` gives the last line of each log: its number and hash. `starts` gives, for a log from
    whose beginning something left, the last line that did and when."""

    lines: int
    faults: list[Fault]
    heads: dict[str, tuple[int, str]]
    starts: dict[str, tuple[int, datetime]]


def append(connection: Connection, log: str, *records: Mapping[str, Any]) -> None:
    """Add the records to their table and, when the transaction ends, to the chain."""
    table, key = LOGS[log]
    connection.execute(insert(table), [dict(values) for values in records])
    for values in records:
        note(connection, log, str(values[key]), values)


def note(connection: Connection, log: str, record: str, values: Mapping[str, Any]) -> None:
    """Have a record that was added in this transaction sealed when it ends."""
    connection.info.setdefault(_UNSEALED, []).append((log, record, record_digest(values)))


# An advisory lock is one of the whole database, and nobody is to wait for another organisation.
_LOCKING = text(
    f"SELECT pg_advisory_xact_lock(COALESCE(hashtextextended({NAMED_BY_LOGIN}, :key), :key))"
)


def forget_unsealed(connection: Connection) -> None:
    """What an earlier transaction on this connection rolled back."""
    connection.info.pop(_UNSEALED, None)


def seal(connection: Connection) -> None:
    """Write the lines of what was added in this transaction."""
    unsealed = connection.info.pop(_UNSEALED, [])
    if not unsealed:
        return
    _wait_for_the_end(connection)
    heads = {log: _head(connection, log) for log in dict.fromkeys(one[0] for one in unsealed)}
    lines = []
    for log, record, digest in unsealed:
        number, before = heads[log]
        line = {"log": log, "number": number + 1, "record": record, "record_sha256": digest}
        sha256 = line_digest(before, **line)
        lines.append({**line, "sha256": sha256})
        heads[log] = number + 1, sha256
    connection.execute(insert(ChainLinkRow), lines)


def _wait_for_the_end(connection: Connection) -> None:
    """Until the commit nobody else adds a line, so that the next one reads ours as the last."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCKING, {"key": _LOCK})


def _head(connection: Connection, log: str) -> tuple[int, str]:
    last = select(func.max(ChainLinkRow.number)).where(ChainLinkRow.log == log).scalar_subquery()
    row = connection.execute(
        select(ChainLinkRow.number, ChainLinkRow.sha256).where(
            ChainLinkRow.log == log, ChainLinkRow.number == last
        )
    ).one_or_none()
    if row is not None:
        return row[0], row[1]
    start = _start(connection, log)
    return (0, START) if start is None else (start.number, start.sha256)


def _start(connection: Connection, log: str) -> ChainStartRow | None:
    starts = select(ChainStartRow).where(ChainStartRow.log == log)
    return first_row(connection, starts.order_by(ChainStartRow.number.desc()))


def begin_after(connection: Connection, log: str, past: ColumnElement[bool], now: datetime) -> None:
    """Let the lines before the first record that is not `past` leave the chain, so that their
    records can be removed. The database lets go of nothing else."""
    _wait_for_the_end(connection)
    stored, key = LOGS[log]
    table = table_of(stored)
    of_this = ChainLinkRow.log == log
    first_kept = (
        select(func.min(ChainLinkRow.number))
        .join_from(ChainLinkRow, table, table.c[key] == ChainLinkRow.record)
        .where(of_this, ~past)
    )
    leaving = select(ChainLinkRow).where(of_this).order_by(ChainLinkRow.number.desc())
    if (kept := connection.execute(first_kept).scalar_one()) is not None:
        leaving = leaving.where(ChainLinkRow.number < kept)
    last = first_row(connection, leaving)
    if last is None:
        return
    start = {"log": log, "number": last.number, "sha256": last.sha256, "at": now}
    connection.execute(insert(ChainStartRow).values(start))
    connection.execute(delete(ChainLinkRow).where(of_this, ChainLinkRow.number <= last.number))


def out_of_chain(log: str) -> ColumnElement[bool]:
    """The records of a log that no line is about."""
    stored, key = LOGS[log]
    lines = select(ChainLinkRow.record).where(ChainLinkRow.log == log)
    return table_of(stored).c[key].not_in(lines)


def record_digest(values: Mapping[str, Any]) -> str:
    """Of the values as the register means them, so that it is the same on both engines."""
    # What is empty is left out: a column that comes later changes no record of before.
    plain = {name: _plain(value) for name, value in values.items() if value is not None}
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()


def line_digest(before: str, log: str, number: int, record: str, record_sha256: str) -> str:
    line = canonical_json([before, log, number, record, record_sha256])
    return hashlib.sha256(line.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def verify(connection: Connection) -> Verified:
    """Every record against its line, and every line against the one before."""
    faults: list[Fault] = []
    told = _told(connection)
    heads: dict[str, tuple[int, str]] = {}
    starts: dict[str, tuple[int, datetime]] = {}
    lines = 0
    for log in LOGS:
        faults += _slipped_in(connection, log)
        number, before = 0, START
        if (start := _start(connection, log)) is not None:
            number, before = start.number, start.sha256
            starts[log] = start.number, start.at
        for line, record in _lines(connection, log):
            lines += 1
            whole = line.number == number + 1 and line.sha256 == line_digest(
                before, log, line.number, line.record, line.record_sha256
            )
            if not whole:
                faults.append(Fault(log, line.record, Breach.CHAIN_CHANGED))
            stands = GONE if record is None else record_digest(record)
            if not _follows(line.record_sha256, stands, told.get((log, line.record), {})):
                breach = Breach.REMOVED if record is None else Breach.CHANGED
                faults.append(Fault(log, line.record, breach))
            number, before = line.number, line.sha256
        heads[log] = number, before
    return Verified(lines, faults, heads, starts)


def _told(connection: Connection) -> dict[tuple[str, str], dict[str, str]]:
    """Log and record → from which hash to which each erasure or destruction brought it."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for column in (ErasureRow.redactions, DestructionRow.redactions):
        for redactions in connection.execute(select(column)).scalars():
            for log, record, before, after in (one for one in redactions if len(one) == 4):
                told.setdefault((log, record), {})[before] = after
    return told


def _follows(sealed: str, now: str, told: dict[str, str]) -> bool:
    """Whether what was told, one after the other, leads from what was sealed to what is there."""
    steps = dict(told)
    while sealed != now:
        if sealed not in steps:
            return False
        sealed = steps.pop(sealed)
    return True


def holds_line(connection: Connection, log: str, number: int, sha256: str) -> bool:
    """Whether the chain still has a line that somebody wrote down, or begins with it: without it,
    its end was cut off or the whole was made anew. A line from before its beginning is not known
    any more. Line 0 is what each log begins with, and is told of one that is still empty."""
    if number == 0:
        return sha256 == START
    return any(
        connection.execute(
            select(lines.number).where(
                lines.log == log, lines.number == number, lines.sha256 == sha256
            )
        ).one_or_none()
        is not None
        for lines in (ChainLinkRow, ChainStartRow)
    )


def _lines(connection: Connection, log: str) -> Iterator[tuple[Any, Mapping[str, Any] | None]]:
    stored, key = LOGS[log]
    table = table_of(stored)
    statement = (
        select(ChainLinkRow, table)
        .outerjoin(table, table.c[key] == ChainLinkRow.record)
        .where(ChainLinkRow.log == log)
        .order_by(ChainLinkRow.number)
        .execution_options(yield_per=500)
    )
    names = [column.name for column in table.columns]
    width = len(table_of(ChainLinkRow).columns)
    for row in connection.execute(statement):
        record = dict(zip(names, row[width:], strict=True))
        yield row, None if record[key] is None else record


def _slipped_in(connection: Connection, log: str) -> list[Fault]:
    stored, key = LOGS[log]
    table = table_of(stored)
    without = (
        select(table.c[key])
        .outerjoin(ChainLinkRow, (ChainLinkRow.log == log) & (ChainLinkRow.record == table.c[key]))
        .where(ChainLinkRow.record.is_(None))
    )
    return [
        Fault(log, record, Breach.SLIPPED_IN) for record in connection.execute(without).scalars()
    ]
