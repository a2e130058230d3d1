"""The LMS says that an entry was written: it is read at once, whatever the event says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.doors.intake.process import process_due
from adapter.queues import inbox
from connectors.moodle.client import MoodleClient
from connectors.moodle.config import MoodleConfig
from connectors.moodle.models import DataFields
from connectors.moodle.request_values import row
from tests.adapter.doors.request_form.conftest import FORM, WANTED, Desk
from tests.fixtures.workbench import MANAGER, PIET

ANYTHING: TypeAdapter[Any] = TypeAdapter(dict[str, Any])


def _hear(desk: Desk) -> None:
    """Whatever the LMS sends is stored, as `/v1/lms-events` does."""

    def store(_headers: Mapping[str, str], body: bytes) -> int:
        message = LmsMessage.model_validate(json.loads(body))
        with desk.bench.register.write() as connection:
            inbox.store(connection, delivery_of(message, "webhook"), desk.bench.clock.now())
        return 202

    desk.bench.moodle.webhooks.local_webhooks = [store]


def _add(desk: Desk, author: int, **fields: str) -> None:
    """As the employee himself, over HTTP."""
    moodle = desk.bench.moodle
    moodle.state.add_token("own", author)
    client = MoodleClient(MoodleConfig(url=moodle.url, token="own", attempts=1))
    params = {"databaseid": FORM}
    there = client.call("mod_data_get_fields", params, DataFields, repeatable=True).fields
    written = {**WANTED, **fields}
    rows = [row(field, written[field.name]) for field in there if field.name in written]
    client.call("mod_data_add_entry", {**params, "data": rows}, ANYTHING, repeatable=False)
    client.close()


def _states(desk: Desk) -> list[tuple[str, Any]]:
    return [(event.state, event.reason) for event in desk.bench.events()]


def test_an_entry_is_taken_over_as_soon_as_it_is_written(desk: Desk) -> None:
    _hear(desk)
    _add(desk, MANAGER, Personeelsnummers="10005")
    assert process_due(desk.bench.parts) == 1
    assert [request.state for request in desk.requests()] == ["submitted"]
    assert _states(desk) == [("processed", None)]


def test_our_own_answer_comes_back_as_an_event_and_leads_to_nothing(desk: Desk) -> None:
    _hear(desk)
    _add(desk, PIET)
    process_due(desk.bench.parts)
    desk.deliver()
    actions = len(desk.bench.actions())
    assert process_due(desk.bench.parts) == 1
    assert (len(desk.requests()), len(desk.bench.actions())) == (1, actions)
    assert [state for state, _ in _states(desk)] == ["processed", "processed"]


def test_an_event_of_an_entry_that_is_gone_is_ignored(desk: Desk) -> None:
    _hear(desk)
    _add(desk, PIET)
    desk.bench.moodle.state.entries.clear()
    process_due(desk.bench.parts)
    assert _states(desk) == [("ignored", {"code": "entry_gone", "entry": "1"})]
