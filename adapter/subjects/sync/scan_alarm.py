"""The alarm of an HRIS that has not been read as a whole for a day: exits go unseen meanwhile.

The age of a scan counts from when it began, since what changed after that moment was not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import Connection, func, select

from adapter.ground.parts import Parts
from adapter.ground.store.tables.people import ScanRow
from adapter.queues.alarms import alarm
from adapter.queues.schedule import Daily
from adapter.subjects.sync.scan_brake import BrakeReason
from config.catalogue import Language
from config.settings import Settings
from connectors.ports import Question, RejectedRow
from policy.days import amsterdam_day

OLDEST = timedelta(hours=24)
TIME_TO_READ = timedelta(hours=1)
"""The nightly scan begins some seconds later than yesterday's, and takes a while."""

NAMED = 20
"""Faults that a mail names; `doctor` and `sync employees --dry-run` tell of all."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FullScan:
    """The last full scan that was kept: when it began (None for never), and whether it is so old
    that somebody must look."""

    began_at: datetime | None
    overdue: bool


def full_scan(connection: Connection, source: str, settings: Settings, now: datetime) -> FullScan:
    began_at: datetime | None = connection.execute(
        select(func.max(ScanRow.started_at)).where(
            ScanRow.source == source, ScanRow.complete == 1, ScanRow.applied == 1
        )
    ).scalar_one()
    return FullScan(began_at, is_overdue(began_at, now, Daily(settings.schedule.nightly_hour)))


def is_overdue(began_at: datetime | None, now: datetime, nightly: Daily) -> bool:
    """Older than a day; but a scan of tonight is new enough on a day of 25 hours, and that of last
    night is while tonight's is being made."""
    if began_at is None:
        return True
    tonight = nightly.period_start(now)
    if now - began_at <= OLDEST or began_at >= tonight:
        return False
    last_night = nightly.period_start(tonight - timedelta(seconds=1))
    return now >= tonight + TIME_TO_READ or began_at < last_night


def watch_full_scan(parts: Parts) -> None:
    """Mail HR and the administrator, once a day for as long as it lasts."""
    if parts.hris is None:
        return
    source, now = parts.hris.source, parts.clock.now()
    with parts.register.write() as connection:
        last = full_scan(connection, source, parts.settings, now)
        if not last.overdue:
            return
        began = None if last.began_at is None else last.began_at.isoformat()
        _log.warning("hris.full_scan_overdue", source=source, last=began)
        key = f"hris_silent:{source}:{amsterdam_day(now).isoformat()}"
        alarm(
            connection,
            parts.settings.mail,
            key,
            "hris_silent",
            {"source": source, "last": began},
            now,
        )


def tell_stopped(connection: Connection, parts: Parts, brake: Sequence[BrakeReason]) -> None:
    """That the brake stopped a reading: once a day for the same reasons, though it is read more
    often than that."""
    assert parts.hris is not None, "without an HRIS nothing is read"
    now, language = parts.clock.now(), Language(parts.settings.language)
    codes = "+".join(sorted(reason.code for reason in brake))
    reasons = "\n".join(f"- {reason.sentence(language)}" for reason in brake)
    source = parts.hris.source
    _log.warning("hris.reading_stopped", source=source, brake=codes)
    key = f"hris_stopped:{source}:{amsterdam_day(now).isoformat()}:{codes}"
    numbers: dict[str, str | None] = {"source": source, "reasons": reasons}
    alarm(connection, parts.settings.mail, key, "hris_stopped", numbers, now)


def tell_rejected(connection: Connection, parts: Parts, rejected: Sequence[RejectedRow]) -> None:
    """That some records cannot be read, once a day: of these people nothing is noticed, and of
    nobody that they are no longer shown."""
    assert parts.hris is not None, "without an HRIS nothing is read"
    now, source = parts.clock.now(), parts.hris.source
    _log.warning("hris.records_rejected", source=source, faults=len(rejected))
    records = "\n".join(f"- {row.where}: {row.field}" for row in rejected[:NAMED])
    key = f"hris_rejected:{source}:{amsterdam_day(now).isoformat()}"
    numbers = {"source": source, "count": str(len(rejected)), "records": records}
    alarm(connection, parts.settings.mail, key, "hris_rejected", numbers, now)


def tell_questions(connection: Connection, parts: Parts, questions: Sequence[Question]) -> None:
    """That a person must look at some values: once for the same ones, whoever has them."""
    assert parts.hris is not None, "without an HRIS nothing is read"
    now, source = parts.clock.now(), parts.hris.source
    asked = "\n".join(sorted({f"{one.field}: {one.reason}" for one in questions}))
    key = f"hris_questions:{source}:{sha256(asked.encode()).hexdigest()}"
    records = "\n".join(f"- {one.where}: {one.field}" for one in questions[:NAMED])
    numbers = {"source": source, "count": str(len(questions)), "records": records}
    alarm(connection, parts.settings.mail, key, "hris_questions", numbers, now)
