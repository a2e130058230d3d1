"""Which records are past their term by the selection list, person by person, and what stands in the
way of destroying them (Archiefwet: on an act of a person, and never before they were exported)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Table

from adapter.ground.store.columns import canonical_json
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
from adapter.views.privacy.erasure_plan import Notice, Refusal, plan_erasure
from adapter.views.privacy.leavers import Leaver, left_before
from adapter.views.privacy.person_records import records_about
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
    terms, day = archiving.terms, amsterdam_day(now)
    plan = plan_erasure(connection, leaver.employee_id, terms, now, day)
    rows = alone(connection, leaver.employee_id)
    return PastTerm(
        leaver.employee_id,
        leaver.last_day,
        leaver.last_day + timedelta(days=terms.records_days),
        tuple(_listed(connection, rows, archiving, exports)),
        plan.refusals,
        plan.notices,
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


def alone(connection: Connection, employee_id: str) -> dict[str, list[KeptRow]]:
    """The rows that are about this employee and nobody else, and all that is part of one of them.
    A request of several people, or for everybody, is not."""
    about = records_about(connection, employee_id).rows
    found: dict[str, list[KeptRow]] = {}
    for table in METADATA.sorted_tables:
        if table.name in _STAYS:
            continue
        told = inventory()[table.name].holding(Holds.WHOM)
        rows = [
            row
            for row in about.get(table.name, ())
            if _names_only(row, told, employee_id) or _is_part_of(table, row, found)
        ]
        if rows:
            found[table.name] = rows
    return found


def _names_only(row: KeptRow, columns: Sequence[str], employee_id: str) -> bool:
    if row.get("collective"):
        return False
    return any(row[name] in (employee_id, [employee_id]) for name in columns)


def _is_part_of(table: Table, row: KeptRow, found: Rows) -> bool:
    """Of a row that goes: a step of a claim, a signature of an agreement."""
    if row.get("employee_id") is not None:
        return False
    for column in table.columns:
        for key in column.foreign_keys:
            parents = found.get(key.column.table.name, ())
            if any(row[column.name] == parent[key.column.name] for parent in parents):
                return True
    return False
