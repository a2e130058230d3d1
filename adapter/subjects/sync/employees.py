"""Reads the employees from the HRIS and keeps what changed.

Exits that follow from the difference are stored as canonical events in the transaction that stores
the difference, so that polls and pushes take the same road and neither can be lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import structlog
from sqlalchemy import Connection, func, insert, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.tables.people import EmployeeRow, ScanRow
from adapter.queues.inbox import Delivery, store
from adapter.register.people import in_chunks, keep_employees
from adapter.subjects.leaving.employments import EmploymentFacts, running_until
from adapter.subjects.leaving.hris_messages import HrisMessage, delivery_of
from adapter.subjects.leaving.lifecycle import EventKind
from adapter.subjects.sync.employee_diff import (
    Difference,
    Evidence,
    NewEvent,
    compare,
)
from adapter.subjects.sync.held_back import as_kept, without_odd_numbers
from adapter.subjects.sync.hris_events import SCAN_ID
from adapter.subjects.sync.identities import Renumbered, renumbered
from adapter.subjects.sync.known_people import KnownPerson, read_known_people
from adapter.subjects.sync.number_shape import shape_of
from adapter.subjects.sync.scan_alarm import tell_questions, tell_rejected, tell_stopped
from adapter.subjects.sync.scan_brake import (
    DEFAULT_LIMITS,
    BrakeCode,
    BrakeReason,
    Turnover,
    count_readable,
    employment_ends,
    headcount,
    reasons_to_stop,
)
from connectors.errors import Misconfigured
from connectors.ports import (
    Employee,
    EmployeeScan,
    Hris,
    Question,
    RejectedRow,
)
from policy.days import amsterdam_day

log = structlog.get_logger(__name__)

WALKS = 3
ENDING = frozenset({EventKind.ANNOUNCED, EventKind.CHANGED})
CONFIRMABLE = frozenset(
    {BrakeCode.HEADCOUNT_DROP, BrakeCode.OTHER_PEOPLE, BrakeCode.TOO_MANY_ENDING}
)
"""What a person may say is right at once. That a list which looks empty or incomplete is right
counts only after a reading was stopped and reported for just that: it is rare, and a system that
fails between the look and the confirmation must not slip through."""


@dataclass(frozen=True, slots=True)
class EmployeeSync:
    """What a synchronisation found and whether it was kept; employee numbers, no names.

    `missing` were not shown by a complete scan. `ended` are those whose last day is new or changed.
    `renumbered` are shown under another number than before. `rejected` could not be read, or were
    held back by name. `scan_id` is None for a dry run, which records nothing.
    """

    scan_id: str | None
    complete: bool
    applied: bool
    headcount: int
    new: tuple[str, ...]
    changed: tuple[str, ...]
    ended: tuple[str, ...]
    missing: tuple[str, ...]
    renumbered: tuple[Renumbered, ...]
    rejected: tuple[RejectedRow, ...]
    questions: tuple[Question, ...]
    brake: tuple[BrakeReason, ...]
    events: int
    people: tuple[Employee, ...] = ()
    """Who is new or different, as the HRIS shows them."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A scan held against the register. `started_at` is when it began."""

    source: str
    scan: EmployeeScan
    started_at: datetime
    difference: Difference
    brake: tuple[BrakeReason, ...]

    @property
    def headcount(self) -> int:
        return headcount(self.scan)


def sync_employees(
    parts: Parts, *, full: bool, dry_run: bool, confirm: bool = False
) -> EmployeeSync:
    """Read everyone (`full`) or who changed since the last scan, and keep the difference.

    A scan that the brake stops changes nothing, is recorded and told to HR; `confirm` lets it pass
    (see `CONFIRMABLE`). Raises the errors of the connector.
    """
    if parts.hris is None:
        raise Misconfigured(
            "No HRIS is configured: set the ODWH_AFAS_, ODWH_FRAPPE_, ODWH_HORILLA_ or ODWH_CSV_ "
            "settings."
        )
    source = parts.hris.source
    started_at = parts.clock.now()
    scan = _read(parts.hris, None if full else _last_scan(parts, source))
    if dry_run:
        with parts.register.read() as connection:
            reading = _compare(connection, parts, scan, started_at, confirm=confirm)
        return _summary(reading, None, applied=False)
    with parts.register.write() as connection:
        reading = _compare(connection, parts, scan, started_at, confirm=confirm)
        allowed = _confirmable(connection, source) if confirm else frozenset()
        applied = all(reason.code in allowed for reason in reading.brake)
        scan_id = _record(connection, reading, applied, parts.clock.now())
        if applied:
            _apply(connection, reading, scan_id, parts.clock.now())
            if scan.complete and reading.scan.rejected:
                tell_rejected(connection, parts, reading.scan.rejected)
            if scan.complete and scan.questions:
                tell_questions(connection, parts, scan.questions)
        else:
            tell_stopped(connection, parts, reading.brake)
    return _summary(reading, scan_id, applied)


def _read(hris: Hris, since: datetime | None) -> EmployeeScan:
    """Pages shift while they are read: a walk that found fewer than the HRIS says is made again."""
    for _ in range(WALKS - 1):
        scan = hris.scan(since)
        if not scan.complete or scan.announced is None or count_readable(scan) >= scan.announced:
            return scan
        log.warning("hris.walk_again", seen=count_readable(scan), announced=scan.announced)
    return hris.scan(since)


def _last_scan(parts: Parts, source: str) -> datetime | None:
    """When the last scan that was kept began; None makes the first one a full scan."""
    with parts.register.read() as connection:
        moment: datetime | None = connection.execute(
            select(func.max(ScanRow.started_at)).where(
                ScanRow.source == source, ScanRow.applied == 1
            )
        ).scalar_one()
    return moment


def _compare(
    connection: Connection,
    parts: Parts,
    scan: EmployeeScan,
    started_at: datetime,
    *,
    confirm: bool,
) -> _Reading:
    assert parts.hris is not None, "without an HRIS nothing is read"
    source, today = parts.hris.source, amsterdam_day(started_at)
    known = _known_beside(connection, source, scan)
    shown = {employee.employee_id for employee in scan.employees}
    absent = [person.employee for number, person in known.items() if number not in shown]
    pairs = renumbered(absent, scan.employees)
    limits = replace(
        DEFAULT_LIMITS, drop_percent=Decimal(str(parts.settings.brake.headcount_drop_percent))
    )
    brake = reasons_to_stop(
        scan,
        _previous_headcount(connection, source),
        open_before=_without_end(known, scan, today),
        turnover=_turnover(known, scan, pairs, today),
        limits=limits,
    )
    if not confirm:
        shape = shape_of(known.keys(), parts.settings.employee_number_pattern)
        expected = known.keys() | {pair.now for pair in pairs}
        scan = without_odd_numbers(scan, expected, shape)
    evidence = Evidence(_is_fresh(connection, source, scan), numbers_confirmed=confirm)
    found = compare(scan, known, started_at, today, evidence)
    return _Reading(source, as_kept(scan, found), started_at, found, brake)


def _known_beside(
    connection: Connection, source: str, scan: EmployeeScan
) -> dict[str, KnownPerson]:
    """Everyone, or those that a scan of changes shows; but with somebody new among these, everyone:
    it may be a person who is known under another number."""
    if scan.complete:
        return read_known_people(connection, source)
    shown = {employee.employee_id for employee in scan.employees}
    known = read_known_people(connection, source, shown)
    return known if len(known) == len(shown) else read_known_people(connection, source)


def _is_fresh(connection: Connection, source: str, scan: EmployeeScan) -> bool:
    """Whether it is no list that was kept before: a copy proves nothing anew."""
    if scan.content is None:
        return True
    seen = select(ScanRow.id).where(
        ScanRow.source == source, ScanRow.applied == 1, ScanRow.content == scan.content
    )
    return connection.execute(seen.limit(1)).first() is None


def _turnover(
    known: Mapping[str, KnownPerson],
    scan: EmployeeScan,
    pairs: Sequence[Renumbered],
    today: date,
) -> Turnover | None:
    shown = {employee.employee_id for employee in scan.employees}
    if not scan.complete or shown <= known.keys():
        return None  # with nobody new, nobody can have taken another's place
    withheld = {row.employee_id for row in scan.rejected}
    accepted = {pair.before for pair in pairs if pair.now in known}
    worked = {
        number
        for number, person in known.items()
        if not person.missing_scans and number not in accepted and _works(person, today)
    }
    return Turnover(
        known=len(worked),
        gone=len(worked - shown - withheld),
        new=len(shown - known.keys()),
        renumbered=len(pairs) - len(accepted),
    )


def _works(person: KnownPerson, today: date) -> bool:
    last = _running_until(person, today)
    return last is not None and (last[1] is None or last[1] >= today)


def _running_until(person: KnownPerson, today: date) -> tuple[EmploymentFacts, date | None] | None:
    """None for a record that the rules stumble over; the comparison then withholds it by name."""
    try:
        return running_until(person.facts, today)
    except Exception:  # one record that a rule refuses must not stop all the others
        log.exception("hris.record_stumbled", employee=person.employee.employee_id)
        return None


def _previous_headcount(connection: Connection, source: str) -> int | None:
    count: int | None = connection.execute(
        select(ScanRow.headcount)
        .where(ScanRow.source == source, ScanRow.applied == 1, ScanRow.complete == 1)
        .order_by(ScanRow.started_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return count


def _confirmable(connection: Connection, source: str) -> frozenset[BrakeCode]:
    last = connection.execute(
        select(ScanRow.brake, ScanRow.applied)
        .where(ScanRow.source == source, ScanRow.complete == 1)
        .order_by(ScanRow.started_at.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return CONFIRMABLE
    brake, applied = last
    return CONFIRMABLE if applied else CONFIRMABLE | {BrakeCode(one["code"]) for one in brake}


def _without_end(known: Mapping[str, KnownPerson], scan: EmployeeScan, today: date) -> set[str]:
    """Of those who now end: who was active and had an employment without end."""
    ending = [
        e.employee_id for e in scan.employees if e.employee_id in known and employment_ends(e)
    ]
    return {
        number
        for number in ending
        if known[number].employee.active is not False
        and (last := _running_until(known[number], today)) is not None
        and last[1] is None
    }


def _record(connection: Connection, reading: _Reading, applied: bool, now: datetime) -> str:
    scan_id = str(uuid4())
    connection.execute(
        insert(ScanRow).values(
            id=scan_id,
            source=reading.source,
            complete=int(reading.scan.complete),
            headcount=reading.headcount,
            content=reading.scan.content,
            rejected=[asdict(row) for row in reading.scan.rejected],
            brake=[{"code": r.code, "numbers": dict(r.numbers)} for r in reading.brake],
            applied=int(applied),
            started_at=reading.started_at,
            finished_at=now,
        )
    )
    return scan_id


def _apply(connection: Connection, reading: _Reading, scan_id: str, now: datetime) -> None:
    found = reading.difference
    keep_employees(connection, [*found.new, *found.changed], reading.source, reading.started_at)
    for chunk in in_chunks(found.back):
        connection.execute(
            update(EmployeeRow).where(EmployeeRow.employee_id.in_(chunk)).values(missing_scans=0)
        )
    for chunk in in_chunks(found.missing):
        connection.execute(
            update(EmployeeRow)
            .where(EmployeeRow.employee_id.in_(chunk))
            .values(missing_scans=EmployeeRow.missing_scans + 1)
        )
    for told in found.told:
        store(connection, _delivery(told, reading, scan_id), now)


def _delivery(told: NewEvent, reading: _Reading, scan_id: str) -> Delivery:
    noticed = reading.started_at.isoformat()
    identity = (
        reading.source.removeprefix("urn:hris:"),
        told.employee_id,
        told.employment.employment_id,
        _iso(told.employment.end) or "none",
        told.kind.rpartition(".")[2],
        noticed,
    )
    message = HrisMessage.model_validate(
        {
            "specversion": "1.0",
            "id": ":".join(identity),
            "source": reading.source,
            "type": f"nl.hris.{told.kind}",
            "time": noticed,
            "data": _data(told),
        }
    )
    delivery = delivery_of(message)
    return replace(delivery, body=delivery.body | {SCAN_ID: scan_id})


def _data(told: NewEvent) -> dict[str, object]:
    return {
        "method": "poll",
        "employee": {"employee_id": told.employee_id},
        "employment": {
            "employment_id": told.employment.employment_id,
            "start_date": _iso(told.employment.start),
            "end_date": _iso(told.employment.end),
        },
        "previous_end_date": _iso(told.previous_end),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _summary(reading: _Reading, scan_id: str | None, applied: bool) -> EmployeeSync:
    found = reading.difference
    return EmployeeSync(
        scan_id=scan_id,
        complete=reading.scan.complete,
        applied=applied,
        headcount=reading.headcount,
        new=tuple(employee.employee_id for employee in found.new),
        changed=tuple(employee.employee_id for employee in found.changed),
        ended=tuple(told.employee_id for told in found.told if told.kind in ENDING),
        missing=tuple(found.missing),
        renumbered=found.renumbered,
        rejected=reading.scan.rejected,
        questions=reading.scan.questions,
        brake=reading.brake,
        events=len(found.told),
        people=(*found.new, *found.changed),
    )
