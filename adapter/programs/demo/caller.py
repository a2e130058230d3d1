"""Calls the service's own API as one of its users, over HTTP."""

from __future__ import annotations

import json
from typing import Any

from connectors.http import HttpClient, Response


class Caller:
    """A user with an API key. What the API refuses is raised with its problem's sentence."""

    def __init__(self, address: str, key: str) -> None:
        self._http = HttpClient(
            address,
            headers={"Authorization": f"Bearer {key}", "Accept-Language": "nl"},
            secrets=lambda: (key,),
            classify=_expect_success,
            attempts=8,
        )

    def get(self, path: str) -> Any:
        return self._http.request("GET", f"/v1{path}", repeatable=True).json()

    def page(self, path: str) -> bytes:
        headers = {"Accept": "text/html"}
        return self._http.request("GET", f"/v1{path}", repeatable=True, headers=headers).body

    def post(self, path: str, body: dict[str, Any], *, version: int | None = None) -> Any:
        headers = None if version is None else {"If-Match": f'"{version}"'}
        answer = self._http.request(
            "POST", f"/v1{path}", json=body, headers=headers, repeatable=False
        )
        return answer.json()

    def version_of(self, path: str) -> int:
        """The version that the entity tag of a resource tells, for changing it."""
        answer = self._http.request("GET", f"/v1{path}", repeatable=True)
        return int(answer.headers["etag"].strip('"'))


class Refused(Exception):
    """The API did not do what the story asked; the message is what it answered."""


def _expect_success(response: Response) -> None:
    if response.status >= 400:
        problem = json.loads(response.body)
        errors = [f"{error['pointer']}: {error['detail']}" for error in problem.get("errors", [])]
        raise Refused(f"HTTP {response.status}: {'; '.join([problem['detail'], *errors])}")
