"""A message that people filled in cell by cell, on a sheet or in a form, read as the API would."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapter.doors.messages.wrong_fields import FieldError, field_errors

Read = TypeVar("Read", bound=BaseModel)
Wrong = TypeVar("Wrong")


def message_of(
    model: type[Read],
    body: dict[str, Any],
    wrong: list[Wrong],
    at: Callable[[FieldError], Wrong],
    place: Callable[[Wrong], Hashable],
) -> Read | None:
    """None when anything is wrong: `wrong`, which holds the cells that could not be read, then
    names all. `at` says which cell is the one of a wrong member, `place` where a cell is."""
    try:
        message = model.model_validate(body)
    except ValidationError as error:
        # A cell that could not be read leaves its member out; that it is missing is no news.
        unread = {place(one) for one in wrong}
        wrong.extend(one for one in map(at, field_errors(error)) if place(one) not in unread)
        return None
    return None if wrong else message
