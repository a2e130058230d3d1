"""Moodle's REST protocol: PHP form fields in; data, or an error with HTTP status 200, out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connectors.errors import Misconfigured, Permanent, Transient
from connectors.http import Response
from connectors.moodle.error_codes import code_of
from connectors.their_codes import media_type_of

MAX_FIELDS = 900
"""PHP drops what is above max_input_vars (1000 by default) without a word: `suspend=1` included."""

TRANSIENT = frozenset(
    {"dbconnectionfailed", "dmlwriteexception", "dmlreadexception", "dmltransactionexception"}
    | {"locktimeout", "sitemaintenance", "upgraderunning"}
)
"""`dmlwriteexception` is mostly the loser of a race between two identical writes."""

UNKNOWN_RECORD = frozenset({"invalidrecord", "invalidrecordunknown"})
"""What is asked for does not exist: as Moodle 4.5 says it, and as 5.0 does."""

MISCONFIGURED = {
    "invalidtoken": "create a token for the service user and configure it",
    "accessexception": "add the function to the external service, enable the service and the "
    "token, and allow webservice/rest:use to the service user's role",
    "nopermissions": "allow the capability that this function needs to the service user's role; "
    "`odwh-adapter doctor` names it",
    "errorreportview": "allow moodle/reportbuilder:viewall to the service user's role",
    "wsaccessusersuspended": "activate the account of the service user",
    "wsaccessuserdeleted": "create a service user and a token",
    "wsusercannotassign": "allow the service user's role to assign the student role",
    "requireloginerror": "allow moodle/course:view and moodle/course:viewhiddencourses",
    "errorcoursecontextnotvalid": "allow moodle/course:view and moodle/course:viewhiddencourses",
}


def form_fields(params: Mapping[str, Any], most: int = MAX_FIELDS) -> dict[str, str]:
    """Nested parameters as PHP form fields: `{"ids": [4]}` becomes `{"ids[0]": "4"}`.

    Raises `Permanent` for more fields than a PHP server is sure to read, and ValueError for an
    empty list, which the protocol cannot express.
    """
    fields = dict(_flatten(params))
    if len(fields) > most:
        raise Permanent(
            f"a request of {len(fields)} fields is refused, since PHP may drop what is above its "
            f"limit; send at most {most} (a smaller batch size)",
            code="too_many_fields",
        )
    return fields


def _flatten(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in params.items():
        yield from _flatten_value(name, value)


def _flatten_value(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flatten_value(f"{name}[{key}]", inner)
    elif isinstance(value, list | tuple):
        if not value:
            raise ValueError(f"{name}: Moodle's protocol has no empty list")
        for index, inner in enumerate(value):
            yield from _flatten_value(f"{name}[{index}]", inner)
    elif isinstance(value, bool):
        yield name, "1" if value else "0"
    else:
        yield name, str(value)


def plain(text: str) -> str:
    """Moodle's own words without markup, in one line of at most 200 characters."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).strip()[:200]


def parse(response: Response) -> Any:
    """The answer as data, with decimals exact; raises `Transient` for anything but JSON."""
    try:
        return json.loads(response.body, parse_float=Decimal)
    except ValueError:
        kind = media_type_of(response.media_type)
        raise Transient(
            f"answered {kind} instead of data, as during an upgrade or behind a proxy's page",
            code="not_json",
        ) from None


def classify(response: Response) -> None:
    """Raise what an answer means. Errors come with status 200, and only `errorcode` is stable:
    class names are namespaced in one version and not in the next, and some have no errorcode."""
    _classify_status(response.status)
    answer = parse(response)
    if isinstance(answer, dict) and "exception" in answer:
        _raise_exception(answer)


def _classify_status(status: int) -> None:
    code = str(status)
    if status == 200:
        return
    if status == 403:
        raise Misconfigured(
            "web services or the REST protocol are switched off; enable both in Moodle", code=code
        )
    if status == 404 or 300 <= status < 400:
        raise Misconfigured(
            f"there is no Moodle web service at the configured URL (HTTP {status}); correct it",
            code=code,
        )
    if status == 503:
        raise Transient("Moodle is in maintenance (HTTP 503)", code=code)
    if status in (408, 425, 429) or status >= 500:
        raise Transient(f"the server failed or took too long (HTTP {status})", code=code)
    raise Permanent(f"the web server refused the request (HTTP {status})", code=code)


def _raise_exception(answer: Mapping[str, Any]) -> None:
    # Never `message` or `debuginfo`: they can hold names, numbers, SQL and addresses.
    code = code_of(answer.get("errorcode"))
    message = f"Moodle refuses this call ({code})"
    if code in TRANSIENT:
        raise Transient(message, code=code)
    if code in MISCONFIGURED:
        raise Misconfigured(f"{message}; {MISCONFIGURED[code]}", code=code)
    raise Permanent(message, code=code)
