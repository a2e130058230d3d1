"""The two off-the-shelf webhook plugins as patched: how an event leaves the sandbox.

local_webhooks sends within the request that caused the event, without a retry, also when that
request is rolled back. tool_trigger queues with the transaction and sends on cron, in the state
of that moment, up to six times.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandboxes.moodle.state import QueuedEvent, State

Headers = Mapping[str, str]
Sink = str | Callable[[Headers, bytes], int]
"""Where a webhook goes: an address, or a function that gives the status of its answer."""

MAX_TRIES = 6
DELIVERED = 200
"""tool_trigger takes this one code for success, and 202 for a failure."""


class Webhooks:
    def __init__(
        self,
        state: State,
        *,
        local_webhooks: Sequence[Sink] = (),
        tool_trigger: Sequence[Sink] = (),
        token: str = "TOKEN",  # noqa: S107  # as recorded; a demo sets its own
    ) -> None:
        self._state = state
        self.local_webhooks = list(local_webhooks)
        self.tool_trigger = list(tool_trigger)
        self._token = token
        self._cron = threading.Lock()

    def queue(self, event: Mapping[str, Any]) -> None:
        """Part of the transaction: a rollback takes it away again."""
        if self.tool_trigger:
            number = self._state.next_id("queue")
            moment = {"timecreated": self._state.now()}
            self._state.queue[number] = QueuedEvent(number, {**event, **moment})

    def send_now(self, event: Mapping[str, Any]) -> None:
        body = {
            **event,
            "timecreated": self._state.now(),
            "host": "127.0.0.1",
            "token": self._token,
            "extra": "extra-veld",
        }
        headers = {"Content-Type": "application/json", "User-Agent": "MoodleBot/4.5"}
        for sink in self.local_webhooks:
            _deliver(sink, headers, _as_php(body))

    def run_cron(self) -> int:
        """Send what waits in tool_trigger's queue; gives how many were delivered."""
        with self._cron:
            waiting = [e for e in self._state.queue.values() if not e.sent and e.tries < MAX_TRIES]
            for event in waiting:
                event.tries += 1
                event.sent = all(
                    _deliver(sink, self._headers(event), _as_php(self._filled(event))) == DELIVERED
                    for sink in self.tool_trigger
                )
        return sum(event.sent for event in waiting)

    def _headers(self, event: QueuedEvent) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "GuzzleHttp/7",
            "X-Moodle-Event": event.fields["eventname"],
        }

    def _filled(self, event: QueuedEvent) -> dict[str, str]:
        """The template with everything as text; unknown placeholders stay as `{name}`."""
        fields, other = event.fields, event.fields["other"] or {}
        names = ("action", "objecttable", "objectid", "userid", "relateduserid", "courseid")
        return {
            "eventid": str(event.eventid),
            "eventname": fields["eventname"],
            **{name: "" if fields[name] is None else str(fields[name]) for name in names},
            "timecreated": str(fields["timecreated"]),
            "origin": "ws",
            "other_enrol": other.get("enrol", "{other_enrol}"),
            "other_dataid": other.get("dataid", "{other_dataid}"),
            **self._user_fields(int(fields["relateduserid"] or fields["userid"])),
            **self._course_fields(int(fields["courseid"])),
        }

    def _user_fields(self, userid: int) -> dict[str, str]:
        user = self._state.users[userid]
        return {
            "user_id": str(user.id),
            "user_idnumber": user.idnumber,
            "user_username": user.username,
            "user_email": user.email,
            "user_fullname": user.fullname,
            "user_suspended": str(int(user.suspended)),
            "user_personeelsnummer": user.profile.get("personeelsnummer", ""),
        }

    def _course_fields(self, courseid: int) -> dict[str, str]:
        course = self._state.courses.get(courseid)
        if course is None:
            names = ("course_idnumber", "course_shortname")
            return {name: f"{{{name}}}" for name in names}
        return {"course_idnumber": course.idnumber, "course_shortname": course.shortname}


def _as_php(body: Mapping[str, Any]) -> bytes:
    """PHP's JSON: no spaces, everything beyond ASCII escaped, slashes too."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def _deliver(sink: Sink, headers: Headers, body: bytes) -> int:
    """The status of the answer; 0 when there was none. Nobody in Moodle hears of a failure."""
    if callable(sink):
        return sink(headers, body)
    request = urllib.request.Request(sink, data=body, headers=dict(headers), method="POST")  # noqa: S310  # the address is the demo's own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
