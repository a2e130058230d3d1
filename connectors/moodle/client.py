"""One call of one Moodle web service function, with its answer checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from connectors.errors import ConnectorError, Permanent
from connectors.http import HttpClient, Response, Transport
from connectors.moodle.config import MoodleConfig
from connectors.moodle.error_codes import code_of
from connectors.moodle.models import Warned
from connectors.moodle.protocol import (
    MAX_FIELDS,
    classify,
    form_fields,
    parse,
)
from connectors.secret import current
from connectors.their_codes import number_of

PATH = "webservice/rest/server.php"
T = TypeVar("T")


class _Every:
    def __contains__(self, _code: object) -> bool:
        return True


EVERY_WARNING: Container[str] = _Every()
"""For who reads the warnings row by row."""


class MoodleClient:
    """Calls by function name. The token travels in the form, never in a URL or a header."""

    def __init__(
        self,
        config: MoodleConfig,
        *,
        sleep: Callable[[float], None] = time.sleep,
        transport: Transport | None = None,
    ) -> None:
        self._config = config
        self._slowest = ("nothing was asked", 0.0)
        self._http = HttpClient(
            config.url,
            timeout=config.timeout,
            largest_answer=config.largest_answer,
            circuit=config.circuit,
            attempts=config.attempts,
            secrets=lambda: (self.token,),
            classify=classify,
            sleep=sleep,
            transport=transport,
        )

    @property
    def token(self) -> str:
        """As it is now. What was found out about an account holds for its token only."""
        return current(self._config.token)

    def call(
        self,
        function: str,
        params: Mapping[str, Any],
        shape: type[T] | TypeAdapter[T],
        *,
        repeatable: bool,
        allowed_warnings: Container[str] = frozenset(),
        most_fields: int = MAX_FIELDS,
    ) -> T:
        """The answer in the shape of a model.

        A warning of a code that is not allowed is a `Permanent`: batches keep their good rows and
        report the bad ones only there. So is an answer of another shape.
        """
        response = self.answer(function, params, repeatable=repeatable, most_fields=most_fields)
        answer = parse(response)
        _refuse_warnings(function, answer, allowed_warnings)
        return shaped(function, answer, shape)

    def answer(
        self,
        function: str,
        params: Mapping[str, Any],
        *,
        repeatable: bool,
        most_fields: int = MAX_FIELDS,
    ) -> Response:
        """The answer as it came, headers included; raises what it means."""
        form = {
            "wstoken": self.token,
            "moodlewsrestformat": "json",
            "wsfunction": function,
            **form_fields(params, most_fields),
        }
        started = time.monotonic()
        try:
            return self._http.request(
                "POST", PATH, form=form, repeatable=repeatable, asked=function
            )
        except ConnectorError as error:
            error.args = (f"{function}: {error}",)
            raise
        finally:
            self._remember(function, time.monotonic() - started)

    def _remember(self, function: str, seconds: float) -> None:
        if seconds > self._slowest[1]:
            self._slowest = (function, seconds)

    def slowest(self) -> tuple[str, float]:
        """The function that took longest so far, attempts and waits included, in seconds."""
        return self._slowest

    def close(self) -> None:
        self._http.close()


def _refuse_warnings(function: str, answer: Any, allowed: Container[str]) -> None:
    if not isinstance(answer, dict) or not answer.get("warnings"):
        return
    refused = [
        warning
        for warning in shaped(function, answer, Warned).warnings
        if warning.warningcode not in allowed
    ]
    if refused:
        rows = "; ".join(f"{number_of(one.itemid)} ({code_of(one.warningcode)})" for one in refused)
        raise Permanent(
            f"{function}: not everything was done: record {rows}",
            code=code_of(refused[0].warningcode),
        )


def shaped(function: str, answer: Any, shape: type[T] | TypeAdapter[T]) -> T:
    """Raises `Permanent` for an answer of another shape."""
    adapter = shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)
    try:
        return adapter.validate_python(answer)
    except ValidationError as error:
        where = ", ".join(".".join(map(str, item["loc"])) for item in error.errors()[:3])
        # `from None`: pydantic's message quotes the values, and those are personal data.
        raise Permanent(
            f"{function}: the answer has another shape than Moodle 4.5 and 5.0 give, at {where}; "
            "allow the capabilities of docs/moodle.md to the service user's role, and check the "
            "version of Moodle",
            code="unexpected_shape",
        ) from None
