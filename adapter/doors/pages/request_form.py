"""The form of a training request: the fields of the one list, as people see, fill in and read
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from adapter.doors.messages.training_requests import (
    REQUEST_FIELDS,
    RequestField,
    TrainingRequestIn,
    TrainingRequestOut,
)
from adapter.doors.pages.form_values import FormField, as_typed
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.ground.rendering.cells import written
from adapter.ground.rendering.content import Kind
from adapter.ground.spreadsheets import cells
from adapter.subjects.requests.request_content import RequestContent
from adapter.subjects.requests.requests import VisibleRequest
from config.catalogue import text
from policy.model import Ground, MandatoryByLaw


class Look(StrEnum):
    """How a field is filled in."""

    PEOPLE = "people"
    CHOICE = "choice"
    TICK = "tick"
    DAY = "day"
    NUMBER = "number"
    LINE = "line"
    TEXT = "text"


_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ground": ("ground", tuple(Ground)),
    "mandatory": ("mandatory", tuple(MandatoryByLaw)),
}
_LONG = frozenset({"evidence", "motivation"})
_REQUIRED = frozenset({"title", "ground", "mandatory", "hours"})


def _truth(_cell: object) -> bool:
    """A box that is not ticked is not sent."""
    return True


def _form_field(one: RequestField) -> FormField:
    if one.column == "employee":
        return FormField(one.column, one.member, several=True)
    read = _truth if one.column == "collective" else one.read or cells.words
    return FormField(one.column, one.member, read)


FIELDS = tuple(_form_field(one) for one in REQUEST_FIELDS)


@dataclass(frozen=True, slots=True)
class ShownField:
    name: str
    look: Look
    label: str
    hint: str
    required: bool
    value: Any
    options: tuple[tuple[str, str], ...] = ()


def shown_fields(values: Mapping[str, Any]) -> list[ShownField]:
    """`values` by the name of the field, as they are or as somebody typed them."""
    return [_shown(one, values) for one in REQUEST_FIELDS]


def values_of(request: VisibleRequest) -> dict[str, Any]:
    """What the form of a request that is there begins with."""
    body = TrainingRequestOut.of(request).model_dump(mode="json", by_alias=True)
    return {one.column: _written(one, _at(body, one.member)) for one in REQUEST_FIELDS}


def lines_to_read(request: VisibleRequest, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is called how, and what stands there; `names` by employee number. What is empty, and an
    amount of nothing, is left out."""
    body = TrainingRequestOut.of(request).model_dump(mode="json", by_alias=True)
    lines = [
        (one.label, _in_words(one, field, _at(body, field.member), names))
        for field, one in zip(REQUEST_FIELDS, shown_fields({}), strict=True)
    ]
    return [(label, words) for label, words in lines if words]


def typed(form: Any) -> dict[str, Any]:
    """What somebody typed, to be shown again."""
    return {
        one.column: form.getlist(one.column)
        if one.column == "employee"
        else form.get(one.column, "")
        for one in REQUEST_FIELDS
    }


def changes_of(message: TrainingRequestIn) -> dict[str, Any]:
    """All of the content of a form: what was emptied is empty from then on."""
    content = message.content()
    return {one.name: getattr(content, one.name) for one in fields(RequestContent)}


def _shown(one: RequestField, values: Mapping[str, Any]) -> ShownField:
    language = current.language()
    table, codes = _CHOICES.get(one.column, ("", ()))
    return ShownField(
        name=one.column,
        look=_look(one),
        label=say("request.people")
        if one.column == "employee"
        else text(f"imports.column.{one.column}", language),
        hint=text(f"imports.explained.{one.column}", language),
        required=one.column in _REQUIRED,
        value=values.get(one.column, ""),
        options=tuple((code, text(f"imports.{table}.{code}", language)) for code in codes),
    )


def _look(one: RequestField) -> Look:
    if one.column == "employee":
        return Look.PEOPLE
    if one.column == "collective":
        return Look.TICK
    if one.column in _CHOICES:
        return Look.CHOICE
    if one.read is cells.day:
        return Look.DAY
    if one.read in (cells.two_places, cells.whole, cells.share):
        return Look.NUMBER
    return Look.TEXT if one.column in _LONG else Look.LINE


def _in_words(shown: ShownField, field: RequestField, value: Any, names: Mapping[str, str]) -> str:
    language = current.language()
    if shown.look is Look.PEOPLE:
        return ", ".join(names.get(one, one) for one in value)
    if not value or (field.member.startswith("/costs/") and not Decimal(value)):
        return ""
    if shown.look is Look.TICK:
        return text("tranches.word.yes", language)
    if shown.look is Look.CHOICE:
        return dict(shown.options)[value]
    if shown.look is Look.DAY:
        return written(date.fromisoformat(value), Kind.DAY, language)
    if field.member.startswith("/costs/"):
        return written(int(Decimal(value).scaleb(2)), Kind.EUROS, language)
    if field.read is cells.share:
        return written(int(Decimal(value) * 100), Kind.PERCENT, language)
    if field.read is cells.two_places:
        return written(Decimal(value), Kind.HOURS, language)
    return "; ".join(value) if isinstance(value, list) else str(value)


def _at(body: Mapping[str, Any], member: str) -> Any:
    value: Any = body
    for part in member.strip("/").split("/"):
        value = None if value is None else value.get(part)
    return value


def _written(one: RequestField, value: Any) -> Any:
    if isinstance(value, list) and one.column != "employee":
        return "; ".join(value)
    if value is None:
        return ""
    return as_typed(value) if one.read in (cells.two_places, cells.share) else value
