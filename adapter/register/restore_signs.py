"""Signs that a backup of the LMS was put back: what only goes forward went back.

What happened in the LMS since that backup is undone there, our own holds and releases too. Each
reading finds the holds that are gone and places them again; releases that are gone look like the
work of a person, so those are done again only where such a sign was seen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import Connection, select

from adapter.ground.store.reading import row_or_none
from adapter.ground.store.rows import upsert
from adapter.ground.store.tables.work import SwitchRow

_log = structlog.get_logger(__name__)

NAME = "lms_restored"
RECENT = timedelta(days=1)
"""How long a sign is reported, and releases that are undone are done again."""


class RestoreSign(StrEnum):
    COURSE = "course"
    """A course id is another course's now."""
    ACCOUNT = "account"
    """An account id is another person's now."""
    ENROLMENT = "enrolment"
    """An enrolment was made earlier than it was before."""
    SAID = "said"
    """A person said so."""


def note_restore(connection: Connection, sign: RestoreSign, record: str, now: datetime) -> None:
    """Keep the last sign, with the record of the LMS that showed it."""
    _log.warning("lms.restored", sign=sign, record=record)
    by = "a person" if sign is RestoreSign.SAID else "reading"
    values = {"on": 1, "reason": f"{sign}:{record}", "changed_by": by, "changed_at": now}
    upsert(connection, SwitchRow, {"name": NAME}, values)


def recent_restore(connection: Connection, now: datetime) -> SwitchRow | None:
    return row_or_none(
        connection,
        select(SwitchRow).where(SwitchRow.name == NAME, SwitchRow.changed_at > now - RECENT),
    )
