"""`/v1/dead-letters`: what waits for a person, oldest first, and a new series of attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select, update

from adapter.ground.parts import Parts
from adapter.ground.store.tables.work import AuditLineRow, InboxEventRow, OutboxActionRow
from adapter.queues.inbox import EventState
from adapter.queues.outbox import Action, ActionKind, ActionState, put
from adapter.register.keys import Role
from tests.adapter.doors.web.bodies import problem
from tests.adapter.doors.web.conftest import Headers, key_headers

PATH = "/v1/dead-letters"


@pytest.fixture
def admin(either_parts: Parts) -> Headers:
    return key_headers(either_parts, Role.ADMIN)


@pytest.fixture
def letters(either_parts: Parts) -> list[str]:
    """Two events with an action that died between them."""
    now = either_parts.clock.now()
    with either_parts.register.write() as connection:
        _dead_event(connection, "event-1", now)
        put(connection, [Action("k", ActionKind.SUSPEND, "s", {})], now + timedelta(hours=1))
        connection.execute(
            update(OutboxActionRow).values(state=ActionState.DEAD, last_error="it says no")
        )
        _dead_event(connection, "event-2", now + timedelta(hours=2))
        action = connection.execute(select(OutboxActionRow.id)).scalar_one()
    return ["event-1", action, "event-2"]


def _dead_event(connection: Connection, event_id: str, at: datetime) -> None:
    connection.execute(
        insert(InboxEventRow).values(
            id=event_id,
            source="lms",
            delivery_id=event_id,
            channel="lms",
            kind="user_enrolment_created",
            body={},
            received_at=at,
            state=EventState.DEAD,
            reason={"code": "ids_missing"},
            next_attempt_at=at,
        )
    )


def _page(client: FlaskClient, headers: Headers, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{PATH}{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.get_json()
    return page


def test_events_and_actions_are_one_list_with_why(
    either_client: FlaskClient, admin: Headers, letters: list[str]
) -> None:
    items = _page(either_client, admin)["items"]
    assert [(one["id"], one["queue"]) for one in items] == list(
        zip(letters, ("inbox", "outbox", "inbox"), strict=True)
    )
    assert items[0]["reason"].startswith("De gebeurtenis noemt")
    assert (items[1]["reason"], items[1]["leftBecause"]) == ("it says no", None)


def test_it_goes_on_after_a_letter_that_was_replayed_meanwhile(
    either_client: FlaskClient, admin: Headers, letters: list[str]
) -> None:
    first = _page(either_client, admin, "?limit=2")
    assert (len(first["items"]), first["next"]) == (2, letters[1])
    either_client.post(f"{PATH}/{letters[1]}/replays", headers=admin)
    rest = _page(either_client, admin, f"?limit=2&cursor={letters[1]}")
    assert [one["id"] for one in rest["items"]] == ["event-2"]
    unknown = either_client.get(f"{PATH}?cursor=nobody", headers=admin)
    assert problem(unknown)["status"] == 400


def test_a_replay_begins_again_and_is_on_record(
    either_parts: Parts, either_client: FlaskClient, admin: Headers, letters: list[str]
) -> None:
    for letter in letters[:2]:
        answer = either_client.post(f"{PATH}/{letter}/replays", headers=admin)
        assert (answer.status_code, answer.get_json()["deadLetterId"]) == (201, letter)
    assert [one["id"] for one in _page(either_client, admin)["items"]] == ["event-2"]
    again = either_client.post(f"{PATH}/{letters[0]}x/replays", headers=admin)
    assert problem(again)["status"] == 404
    with either_parts.register.read() as connection:
        noted = connection.execute(
            select(AuditLineRow.record).where(AuditLineRow.action == "replay-dead-letter")
        ).scalars()
        assert sorted(noted) == sorted(letters[:2])
