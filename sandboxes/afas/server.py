"""The HTTP side of the sandbox: token, faults on demand, and the services we use."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from pydantic import JsonValue

from connectors.afas.answers import WITHOUT_END, RowValues
from sandboxes.afas import payroll, query
from sandboxes.afas.employments import FIELDS, Employments, SandboxEmployment
from sandboxes.afas.payroll import PayrollBook

TOKEN = "<token><version>1</version><data>" + "5A" * 32 + "</data></token>"
"""Opens the sandbox only."""
CONNECTOR = "LMS_Medewerkers"
LONGEST_QUERY = 2049
ROOT = "/ProfitRestServices"
Reply = tuple[int, dict[str, JsonValue] | None]


class SandboxAfas:
    """An AFAS environment on 127.0.0.1, on a free port unless one is named; a context manager.

    `employments` and `payroll` are its state. The public attributes switch faults on:
    `ip_refused` (403), `maintenance_seconds` (503), `failure` (the externalMessage of a 500).
    `after_page` is called after each page that was answered, so that a test can change the list
    during a walk.
    `queries` holds the query strings of the GetConnector in order of arrival.
    """

    def __init__(
        self,
        employments: Iterable[SandboxEmployment] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        port: int = 0,
    ) -> None:
        self.employments = Employments(employments, clock)
        self.payroll = PayrollBook(self._knows)
        self.token = TOKEN
        self.expiry = WITHOUT_END
        self.fields = dict(FIELDS)
        self.ip_refused = False
        self.maintenance_seconds: int | None = None
        self.failure: str | None = None
        self.after_page: Callable[[], None] | None = None
        self.queries: list[str] = []
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        if self._server is None:
            raise RuntimeError("the sandbox AFAS has not been started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def set_employment_end(
        self, employee_id: str, end: date | None, employment_id: int | None = None
    ) -> None:
        """Announce, move or withdraw an end, as HR does in AFAS."""
        self.employments.set_employment_end(employee_id, end, employment_id)

    def _knows(self, employee_id: str) -> bool:
        return any(row["EmployeeId"] == employee_id for row in self.employments.rows())

    def take(self, target: str, authorization: str, body: bytes) -> Reply:
        """Status and body for one POST."""
        url = urlsplit(target)
        refusal = self._refusal(url.query, authorization)
        if refusal is not None:
            return refusal
        if url.path.removeprefix(ROOT) != f"/connectors/{payroll.MUTATION}":
            return 401, None
        try:
            self.payroll.write(body)
        except query.ContentError as error:
            return 500, _content_error(str(error))
        return 201, None

    def answer(self, target: str, authorization: str) -> Reply:
        """Status and body for one GET; None is an empty body."""
        url = urlsplit(target)
        refusal = self._refusal(url.query, authorization)
        if refusal is not None:
            return refusal
        match url.path.removeprefix(ROOT).split("/"):
            case ["", "metainfo"]:
                return 200, self._environment()
            case ["", "metainfo", "get", name] if name == CONNECTOR:
                return 200, _description(name, "LMS medewerkers", self.fields)
            case ["", "metainfo", "get", name] if name == payroll.CONNECTOR:
                return 200, _description(name, "LMS looncomponenten", payroll.FIELDS)
            case ["", "connectors", name] if name == CONNECTOR:
                return self._page(url.query)
            case ["", "connectors", name] if name == payroll.CONNECTOR:
                return _rows(self.payroll.rows(), url.query)
            case ["", "connectors", _] | ["", "metainfo", "get", _]:
                return 401, None
            case _:
                return 404, None

    def _refusal(self, text: str, authorization: str) -> Reply | None:
        if self.maintenance_seconds is not None:
            return 503, _maintenance(self.maintenance_seconds)
        if self.ip_refused:
            return 403, None
        expected = f"AfasToken {base64.b64encode(self.token.encode()).decode()}"
        if not secrets.compare_digest(authorization.encode(), expected.encode()):
            return 401, None
        if len(text) > LONGEST_QUERY:
            return 404, None
        return None

    def _page(self, text: str) -> Reply:
        self.queries.append(text)
        if self.failure is not None:
            return 500, _content_error(self.failure)
        reply = _rows(self.employments.rows(), text)
        if reply[0] == 200 and self.after_page is not None:
            self.after_page()
        return reply

    def _environment(self) -> dict[str, JsonValue]:
        return {
            "updateConnectors": [
                {"id": "KnSubject", "description": "Dossieritem"},
                {"id": payroll.MUTATION, "description": "Looncomponent met GUID"},
            ],
            "getConnectors": [
                {"id": CONNECTOR, "description": "LMS medewerkers"},
                {"id": payroll.CONNECTOR, "description": "LMS looncomponenten"},
            ],
            "customConnectors": [],
            "info": {
                "envid": "O12345AA",
                "appName": "LMS koppeling",
                "group": "LMS koppeling (12345.LMS)",
                "tokenExpiry": self.expiry,
            },
        }


def _rows(rows: list[RowValues], text: str) -> Reply:
    asked = {name: values[-1] for name, values in parse_qs(text).items()}
    try:
        return 200, query.answer(rows, asked)
    except query.ContentError as error:
        return 500, _content_error(str(error))


def _description(
    name: str, description: str, named: Mapping[str, tuple[str, str]]
) -> dict[str, JsonValue]:
    fields: list[JsonValue] = [
        {
            "id": field,
            "fieldId": f"U{number:03}",
            "dataType": data_type,
            "label": label,
            "length": 0 if data_type == "date" else 15,
            "controlType": 4 if data_type == "date" else 5,
            "decimals": 0,
            "decimalsFieldId": "",
        }
        for number, (field, (data_type, label)) in enumerate(named.items(), start=1)
    ]
    return {"name": name, "description": description, "fields": fields}


def _maintenance(seconds: int) -> dict[str, JsonValue]:
    message = (
        "Service temporarily unavailable due to scheduled maintenance. "
        "Please check afasstatus.nl for details."
    )
    return {"error": {"code": "503", "message": message}, "retry_after": seconds}


def _content_error(message: str) -> dict[str, JsonValue]:
    return {
        "externalMessage": message,
        "errorNumber": -2147180999,
        "profitLogReference": secrets.token_hex(16).upper(),
    }


def _handler(sandbox: SandboxAfas) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(*sandbox.answer(self.path, self.headers.get("Authorization", "")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            reply = sandbox.take(self.path, self.headers.get("Authorization", ""), body)
            if sandbox.payroll.loses_answer():
                self.close_connection = True
                return
            self._reply(*reply)

        def _reply(self, status: int, body: dict[str, JsonValue] | None) -> None:
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if body is not None:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
            """Quiet: a query may hold employee numbers."""

    return Handler
