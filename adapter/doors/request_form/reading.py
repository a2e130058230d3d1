"""What an entry of the request form asks for, read as strictly as a message of the API.

The LMS validates nothing: a number is text, a menu may hold any word, and a field may be empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from adapter.doors.messages.read_by_cell import message_of
from adapter.doors.messages.training_requests import REQUEST_FIELDS, TrainingRequestIn
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.columns import filled_by, put
from adapter.ground.store.columns import canonical_json
from adapter.subjects.request_entries.wrong_entry import WrongEntry, WrongEntryField
from adapter.subjects.requests.request_content import RequestContent
from config.catalogue import Language, text
from connectors.ports import RequestEntry
from policy.model import Ground, MandatoryByLaw


def _choice(table: str, codes: type[Ground] | type[MandatoryByLaw]) -> Reader:
    return cells.choice(
        lambda: {
            text(f"request_form.{table}.{code}", language): str(code)
            for language in Language
            for code in codes
        }
    )


_READ_HERE = {
    "employees": cells.listed,
    "ground": _choice("ground", Ground),
    "mandatory": _choice("mandatory", MandatoryByLaw),
}
_MEMBERS: Mapping[str, tuple[str, Reader]] = {
    one.form: (one.member, one.read or _READ_HERE[one.form]) for one in REQUEST_FIELDS if one.form
}
"""By our name of a field: what it fills in the message of the API, and how it is read."""

_ASKED = ("title", "ground", "hours", "fee")


def digest_of(entry: RequestEntry) -> str:
    """Of what its author wrote; the answers in it do not count."""
    return hashlib.sha256(canonical_json(dict(entry.values)).encode()).hexdigest()


def content_asked(entry: RequestEntry, author: str) -> RequestContent:
    """What the entry asks for; nobody named and no group is the author alone. Raises `WrongEntry`
    with everything that cannot be read."""
    body: dict[str, Any] = {"costs": {}, "mandatoryByLaw": str(MandatoryByLaw.UNKNOWN)}
    wrong = [WrongEntryField(name, "missing") for name in _ASKED if name not in entry.values]
    for name, value in entry.values.items():
        member, read = _MEMBERS[name]
        try:
            put(body, member, read(value))
        except WrongValue as error:
            wrong.append(WrongEntryField(name, error.reason, error.numbers))
    body["collective"] = "plannedParticipants" in body
    if not body["collective"]:
        body.setdefault("employeeIds", [author])
    message = message_of(
        TrainingRequestIn,
        body,
        wrong,
        at=lambda one: wrong_at(one.pointer, one.reason, one.numbers),
        place=lambda one: one.name,
    )
    if message is None:
        raise WrongEntry(*wrong)
    return message.content()


def wrong_at(pointer: str, reason: str, numbers: Mapping[str, object]) -> WrongEntryField:
    """The field that fills a member of the message, or a part of it."""
    name = filled_by(pointer, {name: member for name, (member, _) in _MEMBERS.items()})
    return WrongEntryField(name, reason, numbers)
