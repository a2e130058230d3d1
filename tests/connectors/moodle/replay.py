"""Recorded answers over the connector's own transport, so that it meets the real Moodle's words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.connectors.moodle.lab import recorded

Exchange = tuple[str, Mapping[str, str], Any]
"""Function, form fields and answer."""

CONTROL = (
    *("wstoken", "moodlewsrestformat", "wsfunction"),
    # Language and time zone of the answer: the recorded account has those that are asked for.
    *("moodlewssettinglang", "moodlewssettingtimezone"),
)


def exchange(file: str, case: str, **changes: str) -> Exchange:
    """A recorded exchange by its case. `changes` replace or add fields that the connector sends in
    another way to the same effect, such as dates of zero where the recording left them out."""
    found = next(item for item in recorded(file) if item["case"] == case)
    fields = {name: str(value) for name, value in found["request"]["params"].items()}
    return found["request"]["wsfunction"], fields | changes, found["response"]


class Replay(httpx.BaseTransport):
    """Gives the recorded answers of a function and its fields in their order, the last one for
    ever; a request that was never recorded fails the test."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._answers: dict[tuple[str, frozenset[tuple[str, str]]], list[Any]] = defaultdict(list)
        for function, fields, answer in exchanges:
            self._answers[(function, frozenset(fields.items()))].append(answer)
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        form = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
        function = form["wsfunction"]
        self.asked.append(function)
        fields = {name: value for name, value in form.items() if name not in CONTROL}
        answers = self._answers.get((function, frozenset(fields.items())))
        assert answers, f"never recorded: {function} {fields}"
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return httpx.Response(
            200, content=json.dumps(answer), headers={"Content-Type": "application/json"}
        )
