"""Every table has a term, which a job applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from adapter.ground.store.metadata import METADATA
from adapter.ground.store.reading import T, rows_of
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.programs.jobs import jobs_of
from adapter.queues.outbox import (
    Action,
    ActionKind,
    delivered,
    put,
)
from adapter.register.retention.clear import clear_past_terms
from adapter.register.retention.terms import TERMS
from tests.fixtures.workbench import EXCEL, PIET, Workbench


def test_every_table_has_a_term() -> None:
    assert set(TERMS) == set(METADATA.tables), (
        "give the table a term in adapter/register/retention/terms.py"
    )


def _rows(bench: Workbench, table: type[T]) -> Sequence[T]:
    with bench.register.read() as connection:
        return rows_of(connection, select(table))


def test_what_is_past_its_term_goes_and_what_is_not_stays(workbench: Workbench) -> None:
    clock, parts = workbench.clock, workbench.parts
    workbench.enrol(EXCEL, PIET)
    moment = clock.now()
    action = {"text": "exit_ahead", "numbers": {"employee": "10005"}}
    with workbench.register.write() as connection:
        for name, done in (("old", moment), ("new", moment + timedelta(days=80))):
            values: dict[str, Any] = {
                "source": "s",
                "channel": "lms",
                "kind": "k",
                "body": {},
                "delivery_id": name,
            }
            values |= {"received_at": moment, "next_attempt_at": moment, "processed_at": done}
            for state in ("processed", "dead"):
                row = values | {"id": f"{name} {state}", "state": state}
                row["delivery_id"] = f"{name} {state}"
                connection.execute(insert(InboxEventRow).values(row))
            put(connection, [Action(name, ActionKind.MAIL_HR, name, action)], moment)
        old = connection.execute(
            select(OutboxActionRow.id).where(OutboxActionRow.action_key == "old")
        ).scalar_one()
        delivered(connection, [old], moment)
    clock.advance(days=91)
    counts = clear_past_terms(parts)
    assert (counts["inbox"], counts["outbox"]) == (1, 1)
    assert {row.id for row in _rows(workbench, InboxEventRow)} == {
        "old dead",
        "new processed",
        "new dead",
    }
    left = {row.action_key: row.payload for row in _rows(workbench, OutboxActionRow)}
    assert left == {"old": {}, "new": action}
    assert not any(clear_past_terms(parts).values())


def test_an_emptied_action_is_still_not_carried_out_twice(workbench: Workbench) -> None:
    with workbench.register.write() as connection:
        put(
            connection, [Action("k", ActionKind.MAIL_HR, "k", {"text": "t"})], workbench.clock.now()
        )
        action_id = connection.execute(select(OutboxActionRow.id)).scalar_one()
        delivered(connection, [action_id], workbench.clock.now())
    workbench.clock.advance(days=91)
    clear_past_terms(workbench.parts)
    with workbench.register.write() as connection:
        put(
            connection, [Action("k", ActionKind.MAIL_HR, "k", {"text": "t"})], workbench.clock.now()
        )
    assert [row.state for row in _rows(workbench, OutboxActionRow)] == ["delivered"]


def test_the_terms_are_applied_every_night(workbench: Workbench) -> None:
    names = {job.name for job in jobs_of(workbench.parts)}
    assert {"clear_past_terms", "erase_leavers"} <= names
