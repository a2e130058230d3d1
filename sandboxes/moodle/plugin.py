"""Our own plugin, `local_learningpolicy`, as it behaves in a Moodle that has it.

It asks the adapter about an enrolment when that is made, and suspends it on a hold. What happens is
queued in Moodle's own transaction, and delivered by its scheduled task, signed, until it arrives.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandboxes.moodle import events
from sandboxes.moodle.call import SERVICE_USER, Call
from sandboxes.moodle.state import (
    ACTIVE,
    SUSPENDED,
    Enrolment,
    Instance,
    State,
)
from sandboxes.moodle.tables import PolicyEvent, RemovedEnrolment

Headers = Mapping[str, str]
Post = Callable[[str, Headers, bytes, float], tuple[int, bytes]]
"""Address, headers, body and patience in seconds; gives status and body, status 0 for no answer."""

AFTER_SECONDS = (60, 300, 900, 3600, 10_800, 21_600, 43_200)
"""When a delivery that failed is tried again; the last one for ever."""

DELIVERY_SECONDS = 10.0


@dataclass
class PolicySettings:
    """The page of settings of the plugin."""

    adapter_url: str
    api_key: str
    secret: str
    employee_field: str = "personeelsnummer"
    check_enabled: bool = True
    delivery_enabled: bool = True
    check_seconds: float = 2.0


def over_http(address: str, headers: Headers, body: bytes, seconds: float) -> tuple[int, bytes]:
    request = urllib.request.Request(address, data=body, headers=dict(headers), method="POST")  # noqa: S310  # the demo's own
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310  # as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


class LearningPolicy:
    def __init__(self, state: State, settings: PolicySettings, post: Post = over_http) -> None:
        self._state = state
        self.settings = settings
        self._post = post
        self.last_error = ""
        self.last_delivered = 0
        self.cron_stands_still_since: int | None = None

    # --- at the moment of enrolling ----------------------------------------------------------

    def check(self, call: Call, instance: Instance, row: Enrolment) -> None:
        """Suspend an enrolment that is made, or made active again, when the adapter says hold;
        whatever goes wrong lets it be. What the adapter itself does is not asked of it again."""
        if not self.settings.check_enabled or call.actor.id == SERVICE_USER:
            return
        verdict = self._verdict(instance, row)
        if verdict is None or verdict.get("outcome") != "hold":
            return
        now = self._state.now()
        self._state.held[row.id] = now
        row.status, row.timemodified = SUSPENDED, now
        self._mark_queued(row, _why(verdict))
        call.emit(events.enrolment("updated", call.actor.id, instance, row))

    def _verdict(self, instance: Instance, row: Enrolment) -> dict[str, Any] | None:
        employee_id = self._employee_number(row.userid)
        course_id = self._state.courses[instance.courseid].idnumber
        if not employee_id or not course_id:
            return None
        local = datetime.fromtimestamp(row.timecreated, ZoneInfo(self._state.timezone))
        question = {
            "employeeId": employee_id,
            "courseId": course_id,
            "enrolledDate": local.date().isoformat(),
        }
        status, body = self._post(
            f"{self.settings.adapter_url}/v1/enrolment-checks",
            {
                "Authorization": f"Bearer {self.settings.api_key}",
                "Accept-Language": self._state.language,
                "Content-Type": "application/json",
            },
            json.dumps(question).encode(),
            self.settings.check_seconds,
        )
        verdict = json.loads(body) if status == 200 else None
        return verdict if isinstance(verdict, dict) else None

    def _employee_number(self, userid: int) -> str:
        user = self._state.users[userid]
        if self.settings.employee_field == "idnumber":
            return user.idnumber
        return user.profile.get(self.settings.employee_field, "")

    def _mark_queued(self, row: Enrolment, message: str) -> None:
        held = {"outcome": "hold", "message": message, "decision": None}
        for queued in self._state.policy_events.values():
            made = queued.data["eventname"] == "\\core\\event\\user_enrolment_created"
            if made and queued.data["objectid"] == str(row.id):
                queued.data["held"] = held

    # --- what happens in Moodle --------------------------------------------------------------

    def observe(self, event: Mapping[str, Any]) -> None:
        """Part of the transaction: a rollback takes it away again."""
        name = str(event["eventname"]).rsplit("\\", 1)[-1]
        if name == "user_enrolment_deleted":
            self._note_removal(event["other"]["userenrolment"])
        if name == "user_enrolment_updated":
            row = self._state.enrolments[int(event["objectid"])]
            if row.status == ACTIVE:
                self._state.held.pop(row.id, None)
        self._queue(event, name)

    def _note_removal(self, row: Mapping[str, str]) -> None:
        number, now = int(row["id"]), self._state.now()
        self._state.held.pop(number, None)
        self._state.removed[number] = RemovedEnrolment(
            id=number,
            userid=int(row["userid"]),
            courseid=int(row["courseid"]),
            instanceid=int(row["enrolid"]),
            method=row["enrol"],
            timecreated=int(row["timecreated"]),
            timeremoved=now,
        )

    def _queue(self, event: Mapping[str, Any], name: str) -> None:
        other = event["other"] or {}
        now = self._state.now()
        data = {
            "eventname": event["eventname"],
            **{name: _text(event[name]) for name in ("objectid", "userid", "relateduserid")},
            "courseid": _text(event["courseid"]),
            "timecreated": now,
        }
        if "enrol" in other:
            data["other_enrol"] = other["enrol"]
        number = self._state.next_id("policy_events")
        self._state.policy_events[number] = PolicyEvent(
            number, str(uuid.uuid4()), f"nl.moodle.{name}", data, now, now
        )

    # --- delivery ----------------------------------------------------------------------------

    def deliver(self) -> int:
        """Send what is due, oldest first; gives how many arrived."""
        if not self.settings.delivery_enabled:
            return 0
        now = self._state.now()
        waiting = [one for one in self._state.policy_events.values() if not one.delivered_at]
        return sum(self._send(one) for one in waiting if one.next_at <= now)

    def _send(self, one: PolicyEvent) -> bool:
        # The time-outs of signatures are those of the clock on the wall.
        timestamp, body = str(int(time.time())), self._body(one)
        headers = {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": one.event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self.settings.secret, one.event_id, timestamp, body),
        }
        address = f"{self.settings.adapter_url}/v1/lms-events"
        status, _ = self._post(address, headers, body, DELIVERY_SECONDS)
        one.attempts += 1
        now = self._state.now()
        if status == 200:
            one.delivered_at = self.last_delivered = now
            return True
        self.last_error = f"HTTP {status}" if status else "no answer"
        one.next_at = now + AFTER_SECONDS[min(one.attempts, len(AFTER_SECONDS)) - 1]
        return False

    def _body(self, one: PolicyEvent) -> bytes:
        moment = datetime.fromtimestamp(one.timecreated, UTC)
        event = {
            "specversion": "1.0",
            "id": one.event_id,
            "source": "urn:moodle:leerhuis",
            "type": one.type,
            "time": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "datacontenttype": "application/json",
            "data": one.data,
        }
        return json.dumps(event).encode()


def signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """As Standard Webhooks asks: over id, moment and body together."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def _why(verdict: Mapping[str, Any]) -> str:
    blocking = [one["message"] for one in verdict["findings"] if one["severity"] == "block"]
    return " ".join(blocking)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
