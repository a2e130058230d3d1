"""The part of a Frappe site that we use, as its documentation and code describe it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from sandboxes.loopback import LoopbackServer, Request, Response

Document = dict[str, Any]

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, among: value in among,
}


class SandboxFrappe(LoopbackServer):
    """A Frappe site on 127.0.0.1; a context manager.

    `documents` are its employees by name. `hidden` are those that user permissions keep from the
    key; they are counted all the same. `after_page` is called after each page that was answered.
    """

    api_key = "sandbox-key"
    api_secret = "sandbox-secret"  # noqa: S105  # loopback only
    webhook_secret = "test-vector-key"  # noqa: S105  # loopback only

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(self._answer)
        self._clock = clock
        self._lock = Lock()
        self.documents: dict[str, Document] = {}
        self.hidden: set[str] = set()
        self.after_page: Callable[[], None] | None = None
        self.asked: list[str] = []

    def save(self, document: Document) -> None:
        """Insert or change a document, as an HR user does; stamps it with the site's local time."""
        name = document["name"]
        with self._lock:
            before = self.documents.get(name, {"status": "Active"})
            modified = self._clock().strftime("%Y-%m-%d %H:%M:%S.%f")
            self.documents[name] = before | document | {"modified": modified}

    def delete(self, name: str) -> None:
        with self._lock:
            del self.documents[name]

    def webhook(self, document: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        """Headers and body as a webhook sends them: signed, and without a content type."""
        body = json.dumps(document).encode()
        digest = hmac.new(self.webhook_secret.encode(), body, hashlib.sha256).digest()
        return {"X-Frappe-Webhook-Signature": base64.b64encode(digest).decode()}, body

    def _answer(self, asked: Request) -> Response:
        self.asked.append(asked.path)
        if asked.headers.get("Authorization") != f"token {self.api_key}:{self.api_secret}":
            return _json(401, {"exc_type": "AuthenticationError"})
        match asked.path:
            case "/api/method/frappe.auth.get_logged_user":
                return _json(200, {"message": "adapter@example.org"})
            case "/api/method/frappe.client.get_count":
                return _json(200, {"message": len(self.documents)})
            case "/api/resource/Employee":
                return self._page(asked.args)
        return _json(404, {"exc_type": "DoesNotExistError"})

    def _page(self, query: Mapping[str, str]) -> Response:
        fields = json.loads(query.get("fields", '["name"]'))
        conditions = json.loads(query.get("filters", "[]"))
        start, size = int(query.get("limit_start", 0)), int(query.get("limit_page_length", 20))
        with self._lock:
            rows = sorted(self.documents.values(), key=lambda row: row["name"])
        shown = [
            {field: row.get(field) for field in fields}
            for row in rows
            if row["name"] not in self.hidden and all(_holds(row, one) for one in conditions)
        ]
        if self.after_page is not None:
            self.after_page()
        return _json(200, {"data": shown[start : start + size]})


def _holds(row: Document, condition: list[Any]) -> bool:
    field, sign, wanted = condition
    value = row.get(field)
    return value is not None and _OPERATORS[sign](value, wanted)


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
