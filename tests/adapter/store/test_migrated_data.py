"""What a migration makes of rows that were there before it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import insert, select

from adapter.store import migrate
from adapter.store.register import Register
from adapter.store.tables.courses import enrolments
from adapter.store.tables.decisions import decisions, holds, policy_versions

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
ENROLMENTS = (("made", "manual", None), ("left", "self", NOON), ("again", "self", None))
HOLDS = (("a", "manual", "held"), ("b", "self", "held"), ("c", "other", "unreachable"))


@pytest.fixture
def before(register: Register) -> Register:
    """A register as it was when there was one hold for all enrolments of a method."""
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0006")
        connection.execute(
            insert(policy_versions).values(digest="d", version="1", content={}, recorded_at=NOON)
        )
        connection.execute(
            insert(decisions).values(
                id="decision",
                employee_id="10005",
                course_id="OPL-003",
                enrolled_on=NOON.date(),
                outcome="hold",
                regime="enforce",
                policy_digest="d",
                facts={},
                facts_sha256="x",
                sources={},
                findings=[],
                years=[],
                decided_at=NOON,
            )
        )
        for row_id, method, gone_at in ENROLMENTS:
            connection.execute(
                insert(enrolments).values(
                    id=row_id,
                    user_id="8",
                    course_id="4",
                    method=method,
                    method_text=row_id,
                    status="active",
                    completed=0,
                    first_seen_at=NOON,
                    seen_at=NOON,
                    gone_at=gone_at,
                    to_decide=0,
                )
            )
        for hold_id, method, state in HOLDS:
            connection.execute(
                insert(holds).values(
                    id=hold_id,
                    decision_id="decision",
                    employee_id="10005",
                    user_id="8",
                    course_id="4",
                    method=method,
                    state=state,
                    decided_at=NOON,
                )
            )
    return register


def test_a_hold_gets_its_enrolment_and_the_way_in_which_it_keeps_out(before: Register) -> None:
    migrate.upgrade(before)
    with before.read() as connection:
        found = connection.execute(
            select(holds.c.id, holds.c.enrolment_row, holds.c.way).order_by(holds.c.id)
        ).all()
    assert [tuple(row) for row in found] == [
        ("a", "made", "suspended"),
        ("b", "again", "removed"),
        ("c", None, None),
    ]
