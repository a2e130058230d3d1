"""From pydantic's errors to wrong fields that a person understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from adapter.web.problems import FieldError, invalid
from config.catalogue import Language, keys

_KNOWN = frozenset(
    key.removeprefix("api.field.") for key in keys(Language.NL) if key.startswith("api.field.")
)
# A model of parameters is named after its place: `TranchesQuery`, `TranchePath`.
_PLACES = {"Query": "query", "Path": "path"}


def refuse(error: ValidationError) -> NoReturn:
    """Raise the 400 that names every wrong field of this error."""
    raise invalid(*field_errors(error))


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
    known = detail["type"] if detail["type"] in _KNOWN else "invalid"
    for below in numbers.get("at", [()]):
        yield FieldError(pointer((*detail["loc"], *below)), known, numbers, place)


def pointer(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a location: `("trajectories", 0)` is `/trajectories/0`."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)
