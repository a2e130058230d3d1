"""Taking information objects out, to a folder from which the agency's archive takes them in.

What was taken out is remembered, so that a next run brings what is new. An object to which
something was added since, such as a signature, goes again under a higher number.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from adapter.ground.clock import Clock
from adapter.ground.store.columns import Moment
from adapter.ground.store.reading import rows_as, rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.archive import ArchiveExportRow
from adapter.register.audit_log import note_act
from adapter.subjects.requests.acts import new_id
from adapter.views.archive.information_objects import (
    InformationObject,
    ObjectKind,
    made_until,
    read_object,
)
from adapter.views.archive.packages import Archiving, digests, package

ACTION = "export-archive"


@dataclass(frozen=True, slots=True)
class Exported:
    """`again` of the `objects` had been exported before, and stood as they do now for `already`
    others."""

    objects: int
    again: int
    already: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that was made up to and including a day, to this folder; `whole` also what stands as it
    was exported before."""

    until: date
    folder: Path
    whole: bool = False


def export_objects(
    register: Register, clock: Clock, archiving: Archiving, wanted: Wanted, by: str
) -> Exported:
    """Write what is new or stands otherwise than it was exported, each object as a folder of its
    own. Killed halfway, the next run goes on."""
    objects = again = already = 0
    with register.read() as connection:
        named = list(made_until(connection, wanted.until))
        before = last_exports(connection)
    for kind, object_id in named:
        last = before.get((kind, object_id))
        with register.read() as connection:
            one = read_object(connection, kind, object_id)
            if last is not None and last.stands_at >= one.stands_at and not wanted.whole:
                already += 1
                continue
            number = 1 if last is None else last.number + 1
            files = package(connection, one, archiving, clock.now())
        _write(wanted.folder / folder_name(one, number), files)
        with register.write() as connection:
            _note(connection, one, number, digests(files), by, clock.now())
        objects += 1
        again += last is not None
    with register.write() as connection:
        result = f"{objects} exported, {already} already"
        until = str(wanted.until)
        note_act(connection, clock.now(), actor=by, action=ACTION, record=until, result=result)
    return Exported(objects, again, already)


def last_exports(connection: Connection) -> Mapping[tuple[ObjectKind, str], ArchiveExportRow]:
    """The last export of each object that was exported."""
    rows = rows_of(connection, select(ArchiveExportRow).order_by(ArchiveExportRow.number))
    return {(ObjectKind(row.kind), row.object_id): row for row in rows}


def folder_name(one: InformationObject, number: int) -> str:
    return f"{one.kind}-{one.id}" if number == 1 else f"{one.kind}-{one.id}-{number}"


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Whole or not at all: it gets its name when all is on the disk. That name is there as well
    before it is noted, since what was noted may be destroyed here."""
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    for name, content in files.items():
        with os.fdopen(os.open(beside / name, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _to_disk(beside)
    if folder.exists():  # of a run that was killed before it was noted
        shutil.rmtree(folder)
    beside.rename(folder)
    _to_disk(folder.parent)


def _to_disk(folder: Path) -> None:
    """The names in it."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _note(
    connection: Connection,
    one: InformationObject,
    number: int,
    files: Mapping[str, str],
    by: str,
    now: datetime,
) -> None:
    connection.execute(
        insert(ArchiveExportRow).values(
            id=new_id(),
            kind=one.kind,
            object_id=one.id,
            number=number,
            stands_at=one.stands_at,
            files=dict(files),
            exported_by=by,
            exported_at=now,
        )
    )


class ExportedKind:
    """How many objects of a kind went to the archive, and when one did last."""

    kind: str
    objects: int
    last_at: datetime


def exported_by_kind(connection: Connection) -> list[ExportedKind]:
    """Of the kinds of which any did."""
    number = func.count(ArchiveExportRow.object_id.distinct()).label("objects")
    last_at = func.max(ArchiveExportRow.exported_at, type_=Moment()).label("last_at")
    counted = (
        select(ArchiveExportRow.kind, number, last_at)
        .group_by(ArchiveExportRow.kind)
        .order_by(ArchiveExportRow.kind)
    )
    return rows_as(connection, counted, ExportedKind)
