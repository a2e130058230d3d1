"""Users as an identity provider keeps them: made, changed and removed, each in one transaction.

Losing access is told as a hint in that same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from scim2_models import EnterpriseUser, PatchOp, User
from scim2_models.exceptions import UniquenessException
from sqlalchemy import Connection, delete, insert, select, update

from adapter.doors.scim.hints import tell_access_lost
from adapter.doors.scim.reading import as_user
from adapter.doors.scim.service import keep_what_counts
from adapter.ground.store.reading import row_or_none
from adapter.ground.store.tables.scim import ScimUserRow

Change = Callable[[User[EnterpriseUser]], User[EnterpriseUser]]


class UnknownUser(LookupError):
    """There is no user with this id."""


def find(connection: Connection, user_id: str, *, lock: bool = False) -> ScimUserRow:
    """Raises `UnknownUser`. With `lock` two changes of one user follow one another."""
    query = select(ScimUserRow).where(ScimUserRow.id == user_id)
    row = row_or_none(connection, query.with_for_update() if lock else query)
    if row is None:
        raise UnknownUser(user_id)
    return row


def create(connection: Connection, user: User[EnterpriseUser], now: datetime) -> ScimUserRow:
    """Raises `UniquenessException` when the name is taken."""
    keep_what_counts(user)
    _refuse_taken_name(connection, user, None)
    user_id = str(uuid4())
    values = _values(user) | {"id": user_id, "created_at": now, "modified_at": now}
    connection.execute(insert(ScimUserRow).values(values))
    return find(connection, user_id)


def replace(
    connection: Connection,
    user_id: str,
    wanted: User[EnterpriseUser],
    sender: str,
    now: datetime,
) -> ScimUserRow:
    """Raises `UnknownUser` and `UniquenessException`."""

    def replaced(before: User[EnterpriseUser]) -> User[EnterpriseUser]:
        wanted.replace(before)
        return wanted

    return _change(connection, user_id, replaced, sender, now)


def patch(
    connection: Connection,
    user_id: str,
    operations: PatchOp[User[EnterpriseUser]],
    sender: str,
    now: datetime,
) -> ScimUserRow:
    """Raises `UnknownUser` and the errors of SCIM."""

    def patched(before: User[EnterpriseUser]) -> User[EnterpriseUser]:
        operations.patch(before)
        return before

    return _change(connection, user_id, patched, sender, now)


def remove(connection: Connection, user_id: str, sender: str, now: datetime) -> None:
    """Raises `UnknownUser`."""
    row = find(connection, user_id, lock=True)
    if row.active:
        tell_access_lost(connection, row, sender, now)
    connection.execute(delete(ScimUserRow).where(ScimUserRow.id == user_id))


def _change(
    connection: Connection, user_id: str, change: Change, sender: str, now: datetime
) -> ScimUserRow:
    row = find(connection, user_id, lock=True)
    user = change(as_user(row, ""))
    keep_what_counts(user)
    _refuse_taken_name(connection, user, user_id)
    values = _values(user)
    if values["resource"] == row.resource:
        return row
    if row.active and not values["active"]:
        tell_access_lost(connection, row, sender, now)
    connection.execute(
        update(ScimUserRow).where(ScimUserRow.id == user_id).values(**values, modified_at=now)
    )
    return find(connection, user_id)


def _refuse_taken_name(
    connection: Connection, user: User[EnterpriseUser], user_id: str | None
) -> None:
    folded = (user.user_name or "").casefold()
    taken = connection.execute(
        select(ScimUserRow.id).where(ScimUserRow.user_name_folded == folded)
    ).scalar_one_or_none()
    if taken is not None and taken != user_id:
        raise UniquenessException


def _values(user: User[EnterpriseUser]) -> dict[str, Any]:
    extension = user[EnterpriseUser]
    resource = user.model_dump(exclude_none=True)
    resource.pop("id", None)
    resource.pop("meta", None)
    return {
        "user_name_folded": (user.user_name or "").casefold(),
        "external_id": user.external_id,
        "employee_number": None if extension is None else extension.employee_number,
        # An account of which nothing is said is in use.
        "active": int(user.active is not False),
        "resource": resource,
    }
