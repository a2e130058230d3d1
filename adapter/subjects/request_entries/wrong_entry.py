"""What is wrong with an entry of the request form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WrongEntryField:
    """`name` is our name of the field, None where it is the entry as a whole. `reason` is a key of
    the texts `request_form.wrong`, or of those that spreadsheets and messages have."""

    name: str | None
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)


class WrongEntry(ValueError):
    """An entry that cannot be taken over; `fields` names everything that is wrong."""

    def __init__(self, *fields: WrongEntryField) -> None:
        super().__init__("; ".join(f"{one.name}: {one.reason}" for one in fields))
        self.fields = fields
