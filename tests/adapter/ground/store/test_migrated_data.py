"""What a migration makes of rows that were there before it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from adapter.ground.register_clock import register_fact
from adapter.ground.store import migrate
from adapter.ground.store.reading import rows_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.courses import EnrolmentRow
from adapter.ground.store.tables.decisions import DecisionRow, HoldRow, PolicyVersionRow
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.procedure import TrajectoryRecordRow
from adapter.ground.store.tables.work import HeartbeatRow, InboxEventRow, PartStateRow
from adapter.queues.minimised import digest_of

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
ENROLMENTS = (("made", "manual", None), ("left", "self", NOON), ("again", "self", None))
HOLDS = (("a", "manual", "held"), ("b", "self", "held"), ("c", "other", "unreachable"))


@pytest.fixture
def before(register: Register) -> Register:
    """A register as it was when there was one hold for all enrolments of a method."""
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0006")
        connection.execute(
            insert(PolicyVersionRow).values(digest="d", version="1", content={}, recorded_at=NOON)
        )
        connection.execute(
            insert(DecisionRow).values(
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
                insert(EnrolmentRow).values(
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
                insert(HoldRow).values(
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
            select(HoldRow.id, HoldRow.enrolment_row, HoldRow.way).order_by(HoldRow.id)
        ).all()
    assert [tuple(row) for row in found] == [
        ("a", "made", "suspended"),
        ("b", "again", "removed"),
        ("c", None, None),
    ]


@pytest.mark.parametrize("ran", [True, False])
def test_a_register_in_which_a_worker_ran_before_ran_on_real_time(
    register: Register, *, ran: bool
) -> None:
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0012")
        if ran:
            connection.execute(insert(HeartbeatRow).values(worker="w", at=NOON))
    migrate.upgrade(register)
    assert register_fact(register, "clock") == ("real" if ran else None)


def test_what_was_known_of_a_trajectory_is_its_first_entry_and_the_last_one_goes_back(
    register: Register,
) -> None:
    known = {"employee_id": "10005", "trajectory_id": "T-7", "recorded_by": "hr"}
    later = {**known, "id": "second", "number": 2, "actual_costs_cents": 90, "recorded_at": NOON}
    with register.write() as connection:
        config = migrate._config(connection)
        command.downgrade(config, "0009")
        connection.execute(
            text(
                "INSERT INTO trajectory_progress (employee_id, trajectory_id, actual_costs_cents, "
                "broken_off_on, recorded_by, recorded_at) "
                "VALUES ('10005', 'T-7', 80, '2027-02-01', 'hr', '2027-03-01 11:00:00+00:00')"
            )
        )
        command.upgrade(config, "head")
        (first,) = rows_of(connection, select(TrajectoryRecordRow))
        connection.execute(insert(TrajectoryRecordRow).values(**later))
        command.downgrade(config, "0009")
        back = connection.execute(text("SELECT actual_costs_cents FROM trajectory_progress"))
        assert back.scalars().all() == [90]
        command.upgrade(config, "head")
    assert (first.number, first.actual_costs_cents, first.recorded_at) == (1, 80, NOON)
    assert (str(first.broken_off_on), first.broken_off_reason) == ("2027-02-01", None)


def test_words_that_others_wrote_about_people_go(register: Register) -> None:
    """Free text of the HRIS and what other systems said in their errors, as it was kept before."""
    data = {"method": "push", "employee": {"employee_id": "10005"}, "reason": "burn-out"}
    body = {"id": "Wim", "type": "nl.hris.offboarding.announced", "data": data}
    event = {"source": "urn:x", "received_at": NOON, "next_attempt_at": NOON, "state": "dead"}
    said = {"code": "connector", "detail": "Wim is onbekend"}
    exit_values = {"source": "x", "state": "announced", "verified": 1, "employment_id": "1"}
    exit_values |= {"noticed_at": NOON, "updated_at": NOON}
    with register.write() as connection:
        command.downgrade(migrate._config(connection), "0021")
        for channel, kind, kept in (
            ("hris", "offboarding.announced", body),
            ("lms", "user_enrolment_created", {"user_id": "8", "actor_id": "3"}),
        ):
            mine = {"id": channel, "channel": channel, "kind": kind, "delivery_id": f"Wim {kind}"}
            connection.execute(
                insert(InboxEventRow).values(**event, **mine, body=kept, reason=said)
            )
        for person, reason in (("1", "burn-out"), ("2", " Resignation "), ("3", None)):
            values = exit_values | {"id": person, "employee_id": person, "reason": reason}
            connection.execute(insert(ExitRow).values(values))
        state = {"name": "lms", "state": "failing", "reason": "Wim", "since": NOON}
        connection.execute(insert(PartStateRow).values(state))
        command.upgrade(migrate._config(connection), "head")
    with register.read() as connection:
        assert connection.execute(select(ExitRow.reason).order_by(ExitRow.id)).scalars().all() == [
            None,
            "resignation",
            None,
        ]
        events = {row.id: row for row in rows_of(connection, select(InboxEventRow))}
        assert connection.execute(select(PartStateRow.reason)).scalar_one() is None
    assert events["hris"].body["data"] == data | {"reason": None, "previous_end_date": None}
    assert events["hris"].delivery_id == digest_of("Wim offboarding.announced")
    assert events["lms"].body == {"user_id": "8"}
    assert "Wim" not in str([(row.body, row.reason) for row in events.values()])
