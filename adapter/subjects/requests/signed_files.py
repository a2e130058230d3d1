"""The signed agreement itself, as a file: kept as it was uploaded, and hashed by us (Visie §7, P5).

Files are added, never changed: the newest one is what a signature that HR records rests on.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from adapter.ground.store.reading import rows_as
from adapter.ground.store.tables.procedure import SignedFileRow
from adapter.subjects.requests.acts import Act, new_id
from adapter.subjects.requests.agreements import newest_version, one_agreement
from adapter.subjects.requests.refusals import UnknownEntry


class SignedFile:
    """What is told of a file: everything but its content."""

    id: str
    agreement_id: str
    number: int
    sha256: str
    size: int
    uploaded_by: str
    uploaded_at: datetime


_TOLD = tuple(getattr(SignedFileRow, name) for name in SignedFile.__annotations__)


def keep_signed_file(act: Act, agreement_id: str, content: bytes) -> SignedFile:
    """Keep a file that was looked at, and return what is told of it; the same file again is the one
    that is there. Raises `UnknownEntry`, and `NotNow` for a superseded version."""
    newest_version(act, agreement_id)
    digest = hashlib.sha256(content).hexdigest()
    newest = newest_file(act.connection, agreement_id)
    if newest is not None and newest.sha256 == digest:
        return newest
    act.connection.execute(
        insert(SignedFileRow).values(
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


def newest_file(connection: Connection, agreement_id: str) -> SignedFile | None:
    last = (
        select(func.max(SignedFileRow.number))
        .where(SignedFileRow.agreement_id == agreement_id)
        .scalar_subquery()
    )
    newest = select(*_TOLD).where(
        SignedFileRow.agreement_id == agreement_id, SignedFileRow.number == last
    )
    return next(iter(rows_as(connection, newest, SignedFile)), None)


def files_of(act: Act, agreement_id: str) -> list[SignedFile]:
    """Without their content, the oldest first. Raises `UnknownEntry`."""
    one_agreement(act, agreement_id)
    files = (
        select(*_TOLD)
        .where(SignedFileRow.agreement_id == agreement_id)
        .order_by(SignedFileRow.number)
    )
    return rows_as(act.connection, files, SignedFile)


def content_of(act: Act, agreement_id: str, number: int) -> bytes:
    """Raises `UnknownEntry`."""
    one_agreement(act, agreement_id)
    content: bytes | None = act.connection.execute(
        select(SignedFileRow.content).where(
            SignedFileRow.agreement_id == agreement_id, SignedFileRow.number == number
        )
    ).scalar_one_or_none()
    if content is None:
        raise UnknownEntry
    return content
