"""Every table has a term, which its page tells and a job applies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
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
from adapter.register.retention.terms import TERMS, KeptAs, Term
from config.settings import RetentionSettings
from tests.fixtures.workbench import EXCEL, PIET, Workbench

PAGE = Path(__file__).parents[4] / "docs" / "retention.md"


def test_every_table_has_a_term() -> None:
    assert set(TERMS) == set(METADATA.tables), (
        "give the table a term in adapter/register/retention/terms.py"
    )


def test_the_page_tells_of_every_table_how_long_it_is_kept() -> None:
    told = dict(
        re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)
    )
    assert told == {name: _long(term) for name, term in sorted(TERMS.items())}


def _long(term: Term | KeptAs) -> str:
    if isinstance(term, Term):
        days = getattr(RetentionSettings(), term.setting)
        return f"{days} days (`ODWH_RETENTION_{term.setting.upper()}`)"
    return "by the selection list" if term is KeptAs.AS_RECORD else "as long as it is so"


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
        delivered(connection, old, moment)
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
        delivered(connection, action_id, workbench.clock.now())
    workbench.clock.advance(days=91)
    clear_past_terms(workbench.parts)
    with workbench.register.write() as connection:
        put(
            connection, [Action("k", ActionKind.MAIL_HR, "k", {"text": "t"})], workbench.clock.now()
        )
    assert [row.state for row in _rows(workbench, OutboxActionRow)] == ["delivered"]


def test_the_terms_are_applied_every_night(workbench: Workbench) -> None:
    assert "clear_past_terms" in [job.name for job in jobs_of(workbench.parts)]
