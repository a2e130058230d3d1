"""Wrong fields of a message, as a person understands them: where each stands, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from config.catalogue import Language, keys, text

# A model of parameters is named after its place: `TranchesQuery`, `TranchePath`.
_PLACES = {"Query": "query", "Path": "path"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: where it stands (JSON pointer) and why (a key of `api.field`, or a whole
    key, with numbers).

    `place` is `body`, `query` or `path`; in the last two the pointer is the parameter's name.
    """

    pointer: str
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)
    place: str = "body"

    def shown(self, language: Language) -> dict[str, str]:
        sentence = text(key_in("api.field", self.reason), language, **self.numbers)
        return {"pointer": self.pointer, "in": self.place, "detail": sentence}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Every wrong field of this error."""
    place = next((p for suffix, p in _PLACES.items() if error.title.endswith(suffix)), "body")
    details = error.errors(include_url=False, include_input=False)
    return [found for detail in details for found in _field_errors(dict(detail), place)]


def _field_errors(detail: dict[str, Any], place: str) -> Iterator[FieldError]:
    """One error, or one for each place below the field that a rule of ours names with `at`."""
    numbers = dict(detail.get("ctx", {}))
    if "expected" in numbers:  # pydantic's list of choices, with an English "or" in it
        numbers["expected"] = numbers["expected"].replace(" or ", ", ")
    known = detail["type"] if f"api.field.{detail['type']}" in keys(Language.NL) else "invalid"
    for below in numbers.get("at", [()]):
        yield FieldError(pointer((*detail["loc"], *below)), known, numbers, place)


def pointer(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a location: `("trajectories", 0)` is `/trajectories/0`."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)


def key_in(table: str, name: str) -> str:
    """The texts of a subject of its own are named by their whole key, which has dots."""
    return name if "." in name else f"{table}.{name}"
