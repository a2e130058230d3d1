"""What can be erased of somebody now, and what must stay with the ground why (AVG article 17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from adapter.ground.store.reading import row_or_none, rows_of
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, EmploymentRow, LmsUserRow
from adapter.register.retention.terms import TERMS, Term
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.views.privacy.person_records import records_about
from config.settings import RetentionSettings
from policy.claim_states import ClaimState

COPIED = ("account_links", "cohort_members", "scim_users", "shown_profiles")
"""Rows that only tell what another system shows of the person: they go whole."""
IDENTIFYING = ("employees", "lms_users")
"""Rows to which records refer by number or account: names and addresses in them go."""
_ENDED = (ClaimState.SETTLED, ClaimState.WAIVED, ClaimState.WITHDRAWN)
_OPEN = (ExitState.ANNOUNCED, ExitState.SUSPECTED)
SHOWN_LATELY = timedelta(days=2)
"""Within which a system that shows somebody will show him again tomorrow."""


class Fate(StrEnum):
    REMOVED = "removed"
    EMPTIED = "emptied"
    """Names and addresses go; number and account stay, since records refer to them."""
    PSEUDONYMISED = "pseudonymised"
    STAYS_AS_RECORD = "stays_as_record"
    ENDS_BY_ITSELF = "ends_by_itself"
    """The nightly job removes it after the days of its setting."""


class Refusal(StrEnum):
    """Why nothing of somebody can be erased yet."""

    IN_SERVICE = "in_service"
    CLAIM_OPEN = "claim_open"
    EXIT_OPEN = "exit_open"


class Notice(StrEnum):
    """What the person who erases must do elsewhere, or the copy comes back."""

    HRIS_SHOWS = "hris_shows"
    LMS_SHOWS = "lms_shows"


class NobodyKnown(Exception):
    """The register holds nothing about this number."""


@dataclass(frozen=True, slots=True)
class Planned:
    table: str
    rows: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """`records_until` is the last day on which records stay by the selection list; None where no
    last day of an employment is known. `whole` says that it is past."""

    employee_id: str
    last_day: date | None
    records_until: date | None
    whole: bool
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]
    tables: tuple[Planned, ...]

    def without_records(self) -> ErasurePlan:
        """Only what was copied, also where the term of the records is over."""
        return replace(self, whole=False)


def plan_erasure(
    connection: Connection, employee_id: str, terms: RetentionSettings, now: datetime, day: date
) -> ErasurePlan:
    """Raises `NobodyKnown`."""
    found = records_about(connection, employee_id)
    if not found.rows and not found.acted:
        raise NobodyKnown(employee_id)
    last_day = last_day_of(connection, employee_id)
    until = None if last_day is None else last_day + timedelta(days=terms.records_days)
    whole = until is not None and until < day
    tables = [
        Planned(name, len(rows), _fate(name, whole)) for name, rows in sorted(found.rows.items())
    ]
    return ErasurePlan(
        employee_id,
        last_day,
        until,
        whole,
        *in_the_way(connection, employee_id, now, day),
        tuple(tables),
    )


def _fate(table: str, whole: bool) -> Fate:
    if table in COPIED or (whole and table == "signed_files"):
        return Fate.REMOVED
    if table == "audit_log":
        return Fate.ENDS_BY_ITSELF
    if whole:
        return Fate.PSEUDONYMISED
    if table in IDENTIFYING:
        return Fate.EMPTIED
    return Fate.ENDS_BY_ITSELF if isinstance(TERMS[table], Term) else Fate.STAYS_AS_RECORD


def last_day_of(connection: Connection, employee_id: str) -> date | None:
    """Of all employments; None where one has no end or none is known."""
    ends = (
        connection.execute(
            select(EmploymentRow.end_on).where(EmploymentRow.employee_id == employee_id)
        )
        .scalars()
        .all()
    )
    if not ends:
        return connection.execute(
            select(func.max(ExitRow.last_day)).where(ExitRow.employee_id == employee_id)
        ).scalar_one()
    return None if None in ends else max(end for end in ends if end is not None)


def in_the_way(
    connection: Connection, employee_id: str, now: datetime, day: date
) -> tuple[tuple[Refusal, ...], tuple[Notice, ...]]:
    """Why nothing of somebody can be erased yet, and where the copy would come back from."""
    return (
        tuple(_refusals(connection, employee_id, day)),
        tuple(_notices(connection, employee_id, now)),
    )


def _refusals(connection: Connection, employee_id: str, day: date) -> Iterator[Refusal]:
    known = select(EmployeeRow.employee_id).where(EmployeeRow.employee_id == employee_id)
    last_day = last_day_of(connection, employee_id)
    if connection.execute(known).first() and (last_day is None or last_day >= day):
        yield Refusal.IN_SERVICE
    exits = rows_of(connection, select(ExitRow).where(ExitRow.employee_id == employee_id))
    if any(one.state in _OPEN for one in exits):
        yield Refusal.EXIT_OPEN
    claims = [claim_of_exit(connection, one.id) for one in exits]
    if any(claim is not None and claim.state not in _ENDED for claim in claims):
        yield Refusal.CLAIM_OPEN


def _notices(connection: Connection, employee_id: str, now: datetime) -> Iterator[Notice]:
    lately = now - SHOWN_LATELY
    person = row_or_none(
        connection, select(EmployeeRow).where(EmployeeRow.employee_id == employee_id)
    )
    if person is not None and person.missing_scans == 0 and person.last_seen_at > lately:
        yield Notice.HRIS_SHOWS
    shown = select(LmsUserRow.user_id).where(
        LmsUserRow.employee_id == employee_id, LmsUserRow.seen_at > lately
    )
    if connection.execute(shown).first() is not None:
        yield Notice.LMS_SHOWS
