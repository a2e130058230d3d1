"""The signed agreement itself, as a file: kept as it was uploaded, and hashed by us (Visie §7, P5).

Files are added, never changed: the newest one is what a signature that HR records rests on.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from adapter.ground.store.tables.procedure import signed_files
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.agreements import newest_version, one_agreement
from adapter.subjects.requests.refusals import UnknownEntry

_TOLD = tuple(column for column in signed_files.columns if column.name != "content")


def keep(act: Act, agreement_id: str, content: bytes) -> Row[Any]:
    """Keep a file that was looked at, and return what is told of it; the same file again is the one
    that is there. Raises `UnknownEntry`, and `NotNow` for a superseded version."""
    newest_version(act, agreement_id)
    digest = hashlib.sha256(content).hexdigest()
    newest = newest_file(act.connection, agreement_id)
    if newest is not None and newest.sha256 == digest:
        return newest
    act.connection.execute(
        insert(signed_files).values(
            id=new_id(),
            agreement_id=agreement_id,
            number=1 + (0 if newest is None else newest.number),
            sha256=digest,
            size=len(content),
            content=content,
            uploaded_by=act.actor,
            uploaded_at=act.now,
        )
    )
    kept = newest_file(act.connection, agreement_id)
    assert kept is not None
    return kept


def newest_file(connection: Connection, agreement_id: str) -> Row[Any] | None:
    last = (
        select(func.max(signed_files.c.number))
        .where(signed_files.c.agreement_id == agreement_id)
        .scalar_subquery()
    )
    return connection.execute(
        select(*_TOLD).where(
            signed_files.c.agreement_id == agreement_id, signed_files.c.number == last
        )
    ).one_or_none()


def files_of(act: Act, agreement_id: str) -> list[Row[Any]]:
    """Without their content, the oldest first. Raises `UnknownEntry`."""
    one_agreement(act, agreement_id)
    rows = act.connection.execute(
        select(*_TOLD)
        .where(signed_files.c.agreement_id == agreement_id)
        .order_by(signed_files.c.number)
    )
    return list(rows)


def content_of(act: Act, agreement_id: str, number: int) -> bytes:
    """Raises `UnknownEntry`."""
    one_agreement(act, agreement_id)
    content: bytes | None = act.connection.execute(
        select(signed_files.c.content).where(
            signed_files.c.agreement_id == agreement_id, signed_files.c.number == number
        )
    ).scalar_one_or_none()
    if content is None:
        raise UnknownEntry
    return content
