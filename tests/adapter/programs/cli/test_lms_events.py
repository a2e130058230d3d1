"""The doctor knows the webhook plugins by what they sent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapter.doors.intake.lms_messages import LmsMessage, delivery_of
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.programs.cli.lms_events import received
from adapter.queues import inbox
from adapter.queues.inbox import Channel, Delivery
from config.policy_files import load_policy
from config.settings import Settings
from connectors.ports import CheckState
from tests.adapter.ground.store.test_leases import NOW

BODY = {"eventname": "\\core\\event\\course_completed", "timecreated": 1795436601, "courseid": 4}
QUEUED = delivery_of(LmsMessage.model_validate({**BODY, "eventid": "7"}), "moodle")
SENT_ONCE = delivery_of(LmsMessage.model_validate({**BODY, "objectid": 3}), "moodle")
SIGNED = Delivery("lms:urn:moodle:1", "5f0c2c1e", Channel.LMS, "course_completed", {})
OF_THE_HRIS = Delivery("urn:hris:1", "a|b", Channel.HRIS, "announced", {})


@pytest.mark.parametrize(
    ("deliveries", "state", "seen"),
    [
        ([], CheckState.OK, "neither tool_trigger nor local_webhooks works on Moodle 4.5"),
        ([OF_THE_HRIS], CheckState.OK, "none came in yet"),
        ([SENT_ONCE], CheckState.WARNING, "a webhook without event ids, last 2"),
        ([QUEUED, SENT_ONCE], CheckState.OK, "tool_trigger's queue, last 2"),
        ([SIGNED], CheckState.OK, "CloudEvents, last 2"),
    ],
)
def test_each_sender_is_named_with_its_last_event(
    register: Register, deliveries: Sequence[Delivery], state: CheckState, seen: str
) -> None:
    with register.write() as connection:
        for delivery in deliveries:
            inbox.store(connection, delivery, NOW)
    line = received(Parts(register, load_policy(), SystemClock(), Settings()))
    assert line.state is state
    assert seen in line.seen
    assert bool(line.remedy) == (state is CheckState.WARNING)
