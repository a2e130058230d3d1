"""Destroying records by the selection list, in one act, with a declaration that is kept for good.

First a pseudonym takes the place of the number wherever it stands, as an erasure does
(`views/privacy/erasure.py`); then the rows that are about this person alone are removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select

from adapter.ground.store import chain
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.rewriting import Redaction, destroy, logs_open
from adapter.ground.store.tables.archive import DestructionRow
from adapter.register.audit_log import note_act
from adapter.subjects.requests.acts import new_id
from adapter.views.archive.destruction_list import PastTerm, Rows, alone, mark_of
from adapter.views.archive.packages import Archiving
from adapter.views.privacy.erasure import erase
from adapter.views.privacy.erasure_plan import ErasurePlan
from adapter.views.privacy.leavers import PSEUDONYM
from adapter.views.privacy.person_records import key_of

ACTION = "destroy-records"


class AnotherList(Exception):
    """What would be destroyed is not what was looked at."""


class NothingToDestroy(Exception):
    """Of nobody on the list anything can be destroyed."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who decided it, by name and function; who carried it out; and on which ground."""

    by: str
    recorded_by: str
    ground: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    declaration: str
    people: int
    objects: int
    rows: Mapping[str, int]


def destroy_records(
    connection: Connection,
    people: Sequence[PastTerm],
    mark: str,
    act: Act,
    archiving: Archiving,
    now: datetime,
) -> Destroyed:
    """Destroy the records of all on this list who are ready, in this transaction. Raises
    `AnotherList` when the mark is that of another list, `NothingToDestroy`."""
    ready = [one for one in people if one.ready]
    if not ready:
        raise NothingToDestroy
    if mark != mark_of(people):
        raise AnotherList(mark_of(people))
    counts: Counter[str] = Counter()
    redactions: list[Redaction] = []
    for person in ready:
        number = _under_a_pseudonym(connection, person, act, now)
        redactions += _remove(connection, alone(connection, number), counts)
    objects = [listed.told() for person in ready for listed in person.objects]
    declaration = new_id()
    chain.append(
        connection,
        "destructions",
        {
            "id": declaration,
            "destroyed_at": now,
            "destroyed_by": act.by,
            "recorded_by": act.recorded_by,
            "ground": act.ground,
            "selection_list": archiving.selection.selection_list,
            "objects": objects,
            "rows": dict(sorted(counts.items())),
            "redactions": redactions,
        },
    )
    result = f"{len(objects)} objects of {len(ready)} people"
    note_act(
        connection, now, actor=act.recorded_by, action=ACTION, record=declaration, result=result
    )
    return Destroyed(declaration, len(ready), len(objects), dict(sorted(counts.items())))


def _under_a_pseudonym(connection: Connection, person: PastTerm, act: Act, now: datetime) -> str:
    if person.employee_id.startswith(PSEUDONYM):
        return person.employee_id
    # What would become of each table is not told: here all of it goes.
    plan = ErasurePlan(person.employee_id, person.last_day, person.last_on, True, (), (), ())
    erased = erase(connection, plan, by=act.recorded_by, ground=act.ground, now=now)
    assert erased.pseudonym is not None, "the plan is whole"
    return erased.pseudonym


def _remove(connection: Connection, rows: Rows, counts: Counter[str]) -> list[Redaction]:
    """What refers to a row goes before it."""
    redactions: list[Redaction] = []
    with logs_open(connection):
        for table in reversed(METADATA.sorted_tables):
            for row in rows.get(table.name, ()):
                if table.name in chain.LOGS:
                    redactions.append(destroy(connection, table.name, key_of(table, row)))
                else:
                    itself = and_(*(column == row[column.name] for column in table.primary_key))
                    connection.execute(delete(table).where(itself))
                counts[table.name] += 1
    return redactions


def declarations(connection: Connection) -> list[DestructionRow]:
    """The oldest first."""
    order = (DestructionRow.destroyed_at, DestructionRow.id)
    return rows_of(connection, select(DestructionRow).order_by(*order))


def declaration_of(connection: Connection, declaration_id: str) -> DestructionRow | None:
    return row_or_none(
        connection, select(DestructionRow).where(DestructionRow.id == declaration_id)
    )
