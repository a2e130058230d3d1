"""`/webservice/rest/server.php`: token, switches, faults, and one function per request."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from sandboxes.moodle.call import SERVICE_USER, Call
from sandboxes.moodle.errors import (
    MoodleError,
    access_exception,
    database_down,
    invalid_parameter,
    invalid_token,
    moodle_error,
    no_record,
    write_failed,
)
from sandboxes.moodle.faults import Fault, Switches
from sandboxes.moodle.functions import (
    EMPLOYEE_FUNCTIONS,
    FUNCTIONS,
    PLUGIN_FUNCTIONS,
    SHARED_FUNCTIONS,
)
from sandboxes.moodle.parameters import checked, nested, read_fields
from sandboxes.moodle.plugin import LearningPolicy
from sandboxes.moodle.state import State, User
from sandboxes.moodle.webhooks import Webhooks

PATH = "/webservice/rest/server.php"
_HTML = "text/html; charset=utf-8"
_OUTSIDE_THE_SERVICE = frozenset({"core_course_delete_courses"})
_MAINTENANCE = (
    "<!DOCTYPE html>\n<html><head><title>Leerhuis Lab under maintenance</title></head></html>"
)
_GATEWAY = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
_BROKEN = {
    Fault.MAINTENANCE: (503, _HTML, _MAINTENANCE),
    Fault.BAD_GATEWAY: (502, "text/html", _GATEWAY.format("502 Bad Gateway")),
    Fault.GATEWAY_TIMEOUT: (504, "text/html", _GATEWAY.format("504 Gateway Time-out")),
    Fault.FATAL: (500, _HTML, ""),
}


@dataclass(frozen=True)
class Answer:
    """`silent` means that nothing is sent: the client waits until it gives up."""

    status: int
    content_type: str
    body: str
    silent: bool = False


class RestServer:
    """Answers one request at a time, as if every request were one database transaction."""

    def __init__(
        self,
        state: State,
        switches: Switches,
        webhooks: Webhooks,
        plugin: LearningPolicy | None = None,
    ) -> None:
        self._state = state
        self._switches = switches
        self._webhooks = webhooks
        self.plugin = plugin
        self._lock = threading.Lock()
        self.asked: list[str] = []
        """The function of every request so far, in order."""

    def answer(self, path: str, query: str, content_type: str, body: bytes, url: str) -> Answer:
        if path != PATH:
            return Answer(404, "text/html; charset=UTF-8", "File not found.\n")
        if self._switches.maintenance:
            return Answer(*_BROKEN[Fault.MAINTENANCE])
        if not self._switches.web_services_on:
            return Answer(403, _HTML, "")
        # A JSON body is not read: PHP fills its form from this content type only.
        form = body if content_type.startswith("application/x-www-form-urlencoded") else b""
        return self._respond(query, form, url)

    def _respond(self, query: str, form: bytes, url: str) -> Answer:
        fields: dict[str, str] = {}
        fault: Fault | None = None
        try:
            fields = read_fields(query, form, self._switches.max_input_vars)
            self.asked.append(fields.get("wsfunction", ""))
            fault = self._switches.take(fields.get("wsfunction", ""))
            if fault in _BROKEN:
                return Answer(*_BROKEN[fault])
            if fault is Fault.NO_ANSWER:
                return Answer(200, "", "", silent=True)
            value = self._perform(fields, fault, url)
        except MoodleError as error:
            value = self._state.speaks.words(error).answer()
        return self._rendered(value, fields, silent=fault is Fault.LOST_ANSWER)

    def _perform(self, fields: Mapping[str, str], fault: Fault | None, url: str) -> Any:
        if fault is Fault.DATABASE_DOWN:
            raise database_down()
        if fault is Fault.WRITE_FAILED:
            raise write_failed()
        happened: list[Mapping[str, Any]] = []
        try:
            with self._lock:
                return self._call(fields, happened, url)
        finally:
            # Outside the lock, so that a receiver may call back; before the answer, and after an
            # error too, as local_webhooks does: those are its phantom events.
            for event in happened:
                self._webhooks.send_now(event)

    def _call(self, fields: Mapping[str, str], happened: list[Mapping[str, Any]], url: str) -> Any:
        actor = self._authenticated(fields.get("wstoken", ""))
        name = fields.get("wsfunction")
        if name is None:
            raise invalid_parameter()
        self._check_access(actor, name)

        def emit(event: Mapping[str, Any]) -> None:
            happened.append(event)
            self._webhooks.queue(event)
            if self.plugin is not None:
                self.plugin.observe(event)

        function = FUNCTIONS[name]
        control = ("wstoken", "wsfunction", "moodlewsrestformat", "moodlewssetting")
        given = {key: value for key, value in fields.items() if not key.startswith(control)}
        asked = fields if self._state.heeds_call_settings else {}
        call = Call(
            state=self._state,
            actor=actor,
            params=checked(function.shape, nested(given)),
            denied=self._switches.denied,
            bare_role=self._switches.bare_role,
            emit=emit,
            functions=self._offered(),
            base_url=url,
            language=asked.get("moodlewssettinglang", self._state.language),
            timezone=asked.get("moodlewssettingtimezone", self._state.timezone),
            max_input_vars=self._switches.max_input_vars,
            plugin=self.plugin,
        )
        return function.run(call)

    def _authenticated(self, token: str) -> User:
        row = self._state.tokens.get(token)
        if row is None:
            raise invalid_token()
        if row.valid_until and row.valid_until < self._state.now():
            # The first use after its end deletes the token; the next call finds none.
            del self._state.tokens[token]
            raise access_exception()
        user = self._state.users[row.userid]
        if user.suspended:
            raise moodle_error("wsaccessusersuspended", "Refused web service access: suspended")
        return user

    def _check_access(self, actor: User, name: str) -> None:
        if name not in self._installed() and name not in _OUTSIDE_THE_SERVICE:
            raise no_record("external_functions")
        if not self._switches.service_enabled or "webservice/rest:use" in self._switches.denied:
            raise access_exception()
        may_all = actor.id == SERVICE_USER or actor.admin
        offered = self._offered() if may_all else (*EMPLOYEE_FUNCTIONS, *SHARED_FUNCTIONS)
        if name not in offered:
            raise access_exception()

    def _offered(self) -> tuple[str, ...]:
        hidden = EMPLOYEE_FUNCTIONS | self._switches.not_in_service
        return tuple(name for name in self._installed() if name not in hidden)

    def _installed(self) -> tuple[str, ...]:
        absent = frozenset() if self.plugin is not None else PLUGIN_FUNCTIONS
        return tuple(name for name in FUNCTIONS if name not in absent)

    def _rendered(self, value: Any, fields: Mapping[str, str], *, silent: bool) -> Answer:
        if fields.get("moodlewsrestformat") == "json":
            return Answer(200, "application/json; charset=utf-8", json.dumps(value), silent)
        return Answer(200, "application/xml; charset=utf-8", _xml_document(value), silent)


def _xml_document(value: Any) -> str:
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n'
    if isinstance(value, dict) and "exception" in value:
        return (
            f'{head}<EXCEPTION class="{value["exception"]}">\n'
            f"<ERRORCODE>{value.get('errorcode', '')}</ERRORCODE>\n"
            f"<MESSAGE>{escape(value['message'])}</MESSAGE>\n</EXCEPTION>\n"
        )
    return f"{head}<RESPONSE>\n{_xml(value)}</RESPONSE>\n"


def _xml(value: Any) -> str:
    if isinstance(value, dict):
        keys = "".join(f'<KEY name="{key}">{_xml(inner)}</KEY>\n' for key, inner in value.items())
        return f"<SINGLE>\n{keys}</SINGLE>\n"
    if isinstance(value, list):
        return f"<MULTIPLE>\n{''.join(map(_xml, value))}</MULTIPLE>\n"
    text = int(value) if isinstance(value, bool) else value
    return f"<VALUE>{escape(str(text))}</VALUE>\n"
