"""JSON bodies read strictly: what two readers could understand differently is refused.

Refused are another encoding than UTF-8, a member that occurs twice, NaN and infinities, texts that
a database cannot hold (NUL, half a surrogate pair) and nesting that no message of ours has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.utils import cached_property

from adapter.doors.messages.wrong_fields import FieldError, pointer
from adapter.doors.web.problems import Problem, invalid

DEEPEST = 32
_ESCAPED = re.compile(r"(?<!\\)\\(?:\\\\)*u")
"""A backslash that is not itself escaped: the names of Moodle's events hold some that are."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Place = tuple[str | int, ...]


class StrictRequest(Request):
    """Flask's request, with `get_json` reading strictly whatever the flags say."""

    _parsed: Any = None

    @cached_property
    def accept_mimetypes(self) -> MIMEAccept:
        """Without parameters: we offer none, so that `application/json; charset=utf-8` or a version
        asks for what we give. Quality, wildcards and specificity are werkzeug's."""
        asked = super().accept_mimetypes
        if not asked.provided:
            return asked
        return MIMEAccept([(kind.partition(";")[0].strip(), quality) for kind, quality in asked])

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        if self._parsed is None:
            self._parsed = parse_json(self.get_data())
        return self._parsed


def parse_json(raw: bytes) -> dict[str, Any]:
    """The object in these bytes; raises `Problem` (400) that says what is wrong and where."""
    value = _read(raw)
    if not isinstance(value, dict):
        raise _unreadable("not_an_object")
    return value


def parse_json_list(raw: bytes) -> list[Any]:
    """The list in these bytes, read as strictly."""
    value = _read(raw)
    if not isinstance(value, list):
        raise _unreadable("not_a_list")
    return value


def _read(raw: bytes) -> Any:
    try:
        written = raw.decode("utf-8")
        value = json.loads(written, object_pairs_hook=_unique, parse_constant=_not_a_number)
    except UnicodeDecodeError as error:
        raise _unreadable("not_utf8") from error
    except RecursionError as error:
        raise _unreadable("too_deep", deepest=DEEPEST) from error
    except json.JSONDecodeError as error:
        raise _unreadable("not_json", line=error.lineno, column=error.colno) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _unreadable("number_too_long") from error
    if _may_be_unstorable(written) and (wrong := list(_unstorable(value))):
        raise invalid(*wrong)
    return value


def _may_be_unstorable(written: str) -> bool:
    """Only an escape makes a NUL or half a pair, and nothing lies deeper than there are brackets:
    of most messages each value need not be looked at."""
    return _ESCAPED.search(written) is not None or written.count("{") + written.count("[") > DEEPEST


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise _unreadable("member_twice")
    return found


def _not_a_number(_name: str) -> NoReturn:
    raise _unreadable("not_a_number")


def _unreadable(reason: str, /, **numbers: object) -> Problem:
    return invalid(FieldError("", reason, numbers))


def _unstorable(value: object) -> Iterator[FieldError]:
    """Walks without recursion, so that the depth of a message cannot exhaust the stack."""
    waiting: list[tuple[Place, object]] = [((), value)]
    while waiting:
        place, item = waiting.pop()
        if len(place) > DEEPEST:
            yield FieldError(pointer(place[:1]), "too_deep", {"deepest": DEEPEST})
            return
        if isinstance(item, str) and not is_storable(item):
            yield FieldError(pointer(place), "unstorable_text")
        elif isinstance(item, list):
            waiting.extend(((*place, at), part) for at, part in enumerate(item))
        elif isinstance(item, dict):
            if not all(is_storable(name) for name in item):
                yield FieldError(pointer(place), "unstorable_text")
                continue
            waiting.extend(((*place, name), part) for name, part in item.items())


def is_storable(value: str) -> bool:
    """Whether a database can hold this text."""
    return _UNSTORABLE.search(value) is None
