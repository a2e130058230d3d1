"""Erasing somebody, in the two steps that two laws ask for (AVG article 17; Archiefwet).

What the register only copied (names, address, account) goes once nobody needs it any more. Records
of decisions are kept under the employee number until their term by the selection list is over;
then a pseudonym takes the place of the number wherever it stands, what people typed is emptied and
signed files go. Facts, outcomes and amounts stay: a decision can be computed again, and the chain
of the logs tells what was changed by an erasure (decision 37).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, insert, update

from adapter.ground.store import chain
from adapter.ground.store.chain import LOGS
from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.metadata import METADATA, table_of
from adapter.ground.store.rewriting import Redaction, logs_open, redact
from adapter.ground.store.tables.people import EmployeeRow
from adapter.ground.store.tables.procedure import SignedFileRow
from adapter.register.audit_log import note_act
from adapter.subjects.requests.acts import new_id
from adapter.views.privacy.erasure_plan import COPIED, IDENTIFYING, ErasurePlan
from adapter.views.privacy.person_records import KeptRow, PersonRecords, key_of, records_about
from adapter.views.privacy.pseudonyms import Pseudonym, without_identity, without_usernames

_PEOPLE = table_of(EmployeeRow)
_STAYS = frozenset({"audit_log", "erasures", "log_chain", *COPIED})
"""Who did what is kept for its own term, and what was copied is gone already."""


class CannotErase(Exception):
    """There is a reason why nothing can be erased yet; the plan names it."""


@dataclass(frozen=True, slots=True)
class Erased:
    """`pseudonym` is None while records stay under the number. `rows` counts per table what was
    removed or changed."""

    pseudonym: str | None
    rows: Mapping[str, int]


def erase(
    connection: Connection, plan: ErasurePlan, *, by: str, ground: str, now: datetime
) -> Erased:
    """Carry the plan out in this transaction, with its line in the audit trail. Raises
    `CannotErase` where the plan refuses."""
    if plan.refusals:
        raise CannotErase(plan.employee_id)
    found = records_about(connection, plan.employee_id)
    counts: Counter[str] = Counter()
    redactions: list[Redaction] = []
    for name in COPIED:
        counts[name] += _remove(connection, METADATA.tables[name], found.rows.get(name, ()))
    pseudonym = f"erased-{secrets.token_hex(6)}" if plan.whole else None
    if pseudonym is None:
        for name in IDENTIFYING:
            table = METADATA.tables[name]
            counts[name] += _forget_identity(connection, table, found.rows.get(name, ()))
        for name, number in _forget_usernames(connection, found):
            counts[name] += number
    else:
        stands_for = Pseudonym(pseudonym, plan.employee_id, found.accounts, found.usernames)
        for name, number, redacted in _pseudonymise(connection, found, stands_for):
            counts[name] += number
            redactions += redacted
    rows = {name: number for name, number in sorted(counts.items()) if number}
    values = {"id": new_id(), "erased_at": now, "erased_by": by, "ground": ground}
    chain.append(connection, "erasures", {**values, "rows": rows, "redactions": redactions})
    result = "copies removed" if pseudonym is None else "pseudonymised"
    record = pseudonym or plan.employee_id
    # Whose a pseudonym is, is kept nowhere.
    about = plan.employee_id if pseudonym is None else None
    note_act(
        connection,
        now,
        actor=by,
        action="erase-person",
        record=record,
        result=result,
        about=about,
    )
    return Erased(pseudonym, rows)


def _forget_identity(connection: Connection, table: Table, rows: Iterable[KeptRow]) -> int:
    count = 0
    for row in rows:
        emptied = without_identity(table, row)
        if table is _PEOPLE:
            # Pages show the number where no name is.
            emptied["family_name"] = row["employee_id"]
        count += _update(connection, table, row, emptied)
    return count


def _forget_usernames(connection: Connection, found: PersonRecords) -> Iterator[tuple[str, int]]:
    """Per table how many rows named an account by its username. No log does."""
    for name in found.rows.keys() - _STAYS - LOGS.keys():
        table = METADATA.tables[name]
        changed = [
            (row, values)
            for row in found.rows[name]
            if (values := without_usernames(table, row, found.accounts, found.usernames))
        ]
        yield name, sum(_update(connection, table, row, values) for row, values in changed)


def _pseudonymise(
    connection: Connection, found: PersonRecords, pseudonym: Pseudonym
) -> Iterator[tuple[str, int, list[Redaction]]]:
    """Per table how many rows changed, and what that did to records of the logs."""
    requests = found.rows.get("training_requests", ())
    shared = frozenset(row["id"] for row in requests if len(row["employee_ids"]) > 1)
    files = table_of(SignedFileRow)
    yield files.name, _remove(connection, files, found.rows.get(files.name, ())), []
    people = found.rows.get(_PEOPLE.name, ())
    for row in people:
        # What refers to it follows below; then the row itself can go.
        changed = pseudonym.changes(_PEOPLE, row, shared=False)
        connection.execute(insert(_PEOPLE).values({**row, **changed}))
    with logs_open(connection):
        for table in METADATA.sorted_tables:
            if table.name not in _STAYS and table not in (files, _PEOPLE):
                rows = found.rows.get(table.name, ())
                yield table.name, *_change(connection, table, rows, pseudonym, shared)
    yield _PEOPLE.name, _remove(connection, _PEOPLE, people), []
    for column in _acting_columns():
        acted = update(column.table).where(column == pseudonym.employee_id)
        changed_rows = connection.execute(acted.values({column.name: pseudonym.text})).rowcount
        yield column.table.name, changed_rows, []


def _change(
    connection: Connection,
    table: Table,
    rows: Iterable[KeptRow],
    pseudonym: Pseudonym,
    shared: frozenset[str],
) -> tuple[int, list[Redaction]]:
    count, redactions = 0, []
    for row in rows:
        about_others = row.get("employee_id") is None and (
            row.get("request_id") in shared or row.get("id") in shared
        )
        changed = pseudonym.changes(table, row, shared=about_others)
        if not changed:
            continue
        count += 1
        if table.name in LOGS:
            redactions.append(redact(connection, table.name, key_of(table, row), changed))
        else:
            _update(connection, table, row, changed)
    return count, redactions


def _acting_columns() -> Iterator[Column[Any]]:
    for table in METADATA.sorted_tables:
        if table.name not in _STAYS and table.name not in LOGS:
            for name in inventory()[table.name].holding(Holds.ACTORS, Holds.LEADS):
                yield table.c[name]


def _remove(connection: Connection, table: Table, rows: Iterable[KeptRow]) -> int:
    return sum(connection.execute(delete(table).where(_is(table, row))).rowcount for row in rows)


def _update(connection: Connection, table: Table, row: KeptRow, values: Mapping[str, Any]) -> int:
    return connection.execute(update(table).where(_is(table, row)).values(values)).rowcount


def _is(table: Table, row: KeptRow) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key))
