"""One creation per person and address at a time, also across processes.

Moodle accepts several simultaneous accounts with one address. So before an account is made, its
employee number, address and username are reserved in the register. A reservation of which the
process was killed, or the answer never came, stands until the request cannot be under way any more;
then the LMS is read again first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, update

from adapter.ground.store.rows import insert_into
from adapter.ground.store.tables.accounts import AccountReservationRow
from adapter.subjects.accounts.plan import Creation

RESERVED = timedelta(minutes=15)
"""Longer than any web server lets a request run, and than one slice of batches takes."""
KEPT = timedelta(days=1)


def reserve(
    connection: Connection, creations: Sequence[Creation], looked_at: datetime, now: datetime
) -> list[Creation]:
    """Those that may be made. Not what another has reserved, nor what another was done with after
    `looked_at`: it may have been made since the LMS was read."""
    subjects = sorted({subject for one in creations for subject in _subjects(one)})
    rows = [{"subject": subject, "until": now + RESERVED} for subject in subjects]
    statement = insert_into(connection, AccountReservationRow)
    reserving = statement.on_conflict_do_update(
        index_elements=["subject"],
        set_={"until": statement.excluded.until},
        where=AccountReservationRow.until < looked_at,
    ).returning(AccountReservationRow.subject)
    ours = frozenset(connection.execute(reserving, rows).scalars()) if rows else frozenset()
    return [one for one in creations if ours.issuperset(_subjects(one))]


def release(connection: Connection, creations: Iterable[Creation], now: datetime) -> None:
    """Their fate is certain. The row stays for a while, to tell who read before it."""
    subjects = [subject for one in creations for subject in _subjects(one)]
    connection.execute(
        update(AccountReservationRow)
        .where(AccountReservationRow.subject.in_(subjects))
        .values(until=now)
    )
    connection.execute(
        delete(AccountReservationRow).where(AccountReservationRow.until < now - KEPT)
    )


def _subjects(creation: Creation) -> tuple[str, ...]:
    account = creation.account
    return (
        reserved_for(account.employee_id),
        _digest(f"email:{account.email.lower()}"),
        _digest(f"username:{account.username}"),
    )


def reserved_for(employee_id: str) -> str:
    """Under what an account of this employee is reserved."""
    return _digest(f"employee:{employee_id}")


def _digest(text: str) -> str:
    """No address needs to stand in the register once more."""
    return sha256(text.encode()).hexdigest()
