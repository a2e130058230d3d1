"""Two changes of one user at the same time both stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from scim2_models import EnterpriseUser, User
from sqlalchemy import text

from adapter.doors.scim import users
from adapter.doors.scim.service import ScimUser
from adapter.ground.store.register import Register

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class Change:
    """Stands in the place of a PATCH that was read."""

    def __init__(self, change: Callable[[User[EnterpriseUser]], None]) -> None:
        self.patch = change


def test_switching_off_is_not_undone_by_a_new_name(register: Register) -> None:
    made: User[EnterpriseUser] = ScimUser(user_name="daan@example.org", active=True)
    with register.write() as connection:
        user_id = users.create(connection, made, NOW).id

    def change(operation: Any) -> None:
        with register.write() as connection:
            users.patch(connection, user_id, operation, "test", NOW)

    def switch_off(user: User[EnterpriseUser]) -> None:
        user.active = False

    other = Thread(target=change, args=(Change(switch_off),))

    def rename_meanwhile(user: User[EnterpriseUser]) -> None:
        other.start()
        while other.is_alive() and not _somebody_waits(register):
            time.sleep(0.01)
        user.display_name = "Daan"

    change(Change(rename_meanwhile))
    other.join()
    with register.read() as connection:
        row = users.find(connection, user_id)
    assert (row.active, row.resource["displayName"]) == (0, "Daan")


def _somebody_waits(register: Register) -> bool:
    if register.engine.dialect.name == "sqlite":
        return True  # there the writer in charge keeps every other one out
    with register.read() as connection:
        waiting = connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(waiting.scalar_one())
