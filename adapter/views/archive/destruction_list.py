"""Which records are past their term by the selection list, person by person, and what stands in the
way of destroying them (Archiefwet: on an act of a person, and never before they were exported)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Table, false, or_, select

from adapter.ground.store.columns import Json, canonical_json
from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.metadata import METADATA
from adapter.ground.store.tables.archive import ArchiveExportRow
from adapter.views.archive.exports import last_exports
from adapter.views.archive.information_objects import (
    KIND_OF_TABLE,
    KeptRow,
    ObjectKind,
    key_column,
    read_object,
)
from adapter.views.archive.packages import Archiving
from adapter.views.privacy.erasure_plan import Notice, Refusal, in_the_way
from adapter.views.privacy.leavers import Leaver, left_before
from policy.days import amsterdam_day

Rows = Mapping[str, Sequence[KeptRow]]
_STAYS = frozenset({"audit_log", "log_chain", "log_starts", "erasures", "destructions"})
"""Who did what has a term of its own; of the chain only hashes are kept."""


class Hindrance(StrEnum):
    NOT_EXPORTED = "not_exported"
    CHANGED_SINCE = "changed_since"
    """Something was added after it was exported."""
    KEPT_FOR_GOOD = "kept_for_good"


@dataclass(frozen=True, slots=True)
class Listed:
    """One object, and what stands in its way."""

    kind: ObjectKind
    id: str
    category: str
    made_at: datetime
    exported_at: datetime | None
    hindrance: Hindrance | None

    def told(self) -> dict[str, str]:
        """As the declaration keeps it: without whom it is about."""
        return {
            "kind": self.kind,
            "id": self.id,
            "category": self.category,
            "madeAt": self.made_at.isoformat(),
            "exportedAt": "" if self.exported_at is None else self.exported_at.isoformat(),
        }


@dataclass(frozen=True)
class PastTerm:
    """`rows` are those that are about this person alone; they go together. `last_on` was the last
    day of keeping them."""

    employee_id: str
    last_day: date
    last_on: date
    objects: tuple[Listed, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    rows: Rows

    @property
    def ready(self) -> bool:
        hindered = any(one.hindrance is not None for one in self.objects)
        return not (hindered or self.refusals or self.notices)


def destruction_list(connection: Connection, archiving: Archiving, now: datetime) -> list[PastTerm]:
    """Everybody whose term is over, also who stands under a pseudonym already."""
    exports = last_exports(connection)
    before = amsterdam_day(now) - timedelta(days=archiving.terms.records_days)
    leavers = left_before(connection, before)
    return [_past_term(connection, one, archiving, now, exports) for one in leavers]


def mark_of(people: Sequence[PastTerm]) -> str:
    """What a list is known by: another one has another mark."""
    told = [[one.employee_id, [each.told() for each in one.objects]] for one in people if one.ready]
    return hashlib.sha256(canonical_json(told).encode()).hexdigest()[:12]


def _past_term(
    connection: Connection,
    leaver: Leaver,
    archiving: Archiving,
    now: datetime,
    exports: Mapping[tuple[ObjectKind, str], ArchiveExportRow],
) -> PastTerm:
    rows = alone(connection, leaver.employee_id)
    return PastTerm(
        leaver.employee_id,
        leaver.last_day,
        leaver.last_day + timedelta(days=archiving.terms.records_days),
        tuple(_listed(connection, rows, archiving, exports)),
        *in_the_way(connection, leaver.employee_id, now, amsterdam_day(now)),
        rows,
    )


def _listed(
    connection: Connection,
    rows: Rows,
    archiving: Archiving,
    exports: Mapping[tuple[ObjectKind, str], ArchiveExportRow],
) -> Iterator[Listed]:
    for table, kind in KIND_OF_TABLE.items():
        for row in rows.get(table, ()):
            one = read_object(connection, kind, row[key_column(kind)])
            last = exports.get((kind, one.id))
            yield Listed(
                kind,
                one.id,
                archiving.category(one),
                one.made_at,
                None if last is None else last.exported_at,
                _hindrance(kind, one.stands_at, last, archiving),
            )


def _hindrance(
    kind: ObjectKind, stands_at: datetime, last: ArchiveExportRow | None, archiving: Archiving
) -> Hindrance | None:
    if kind.value in archiving.selection.for_good:
        return Hindrance.KEPT_FOR_GOOD
    if last is None:
        return Hindrance.NOT_EXPORTED
    return Hindrance.CHANGED_SINCE if last.stands_at < stands_at else None


def alone(connection: Connection, employee_id: str) -> dict[str, Sequence[KeptRow]]:
    """The rows that are about this employee and nobody else, and all that is part of one of them.
    A request of several people, or for everybody, is not."""
    found: dict[str, Sequence[KeptRow]] = {}
    for table in METADATA.sorted_tables:
        if table.name in _STAYS:
            continue
        which = or_(false(), *_about(table, employee_id), *_part_of(table, found))
        rows = connection.execute(select(table).where(which).order_by(*table.primary_key))
        if kept := [dict(row) for row in rows.mappings()]:
            found[table.name] = kept
    return found


def _about(table: Table, employee_id: str) -> Iterator[ColumnElement[bool]]:
    for name in inventory()[table.name].holding(Holds.WHOM):
        column = table.c[name]
        listed = isinstance(column.type, Json)
        names = column == ([employee_id] if listed else employee_id)
        yield names & (table.c.collective == 0) if "collective" in table.c else names


def _part_of(table: Table, found: Rows) -> Iterator[ColumnElement[bool]]:
    """A step of a claim that goes, a signature of an agreement."""
    for column in table.columns:
        for key in column.foreign_keys:
            parents = found.get(key.column.table.name, ())
            part = column.in_([parent[key.column.name] for parent in parents])
            yield part & table.c.employee_id.is_(None) if "employee_id" in table.c else part
