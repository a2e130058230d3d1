"""The form of a training request: the fields of the one list, as people see, fill in and read
them.

Who does not see everybody in a request does not see its costs either: then the form leaves these
people and the costs as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import request

from adapter.doors.messages.training_requests import (
    REQUEST_FIELDS,
    RequestField,
    TrainingRequestIn,
    TrainingRequestOut,
)
from adapter.doors.pages.form_values import Errors, FormField, as_typed, read_form
from adapter.doors.pages.meanwhile import (
    BEGUN,
    SEEN,
    carried_over,
    marks,
    touched,
    version_to_go_by,
)
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
_COSTS = tuple(one.column for one in REQUEST_FIELDS if one.member.startswith("/costs/"))


@dataclass(frozen=True, slots=True)
class ShownField:
    name: str
    look: Look
    label: str
    hint: str
    required: bool
    value: Any
    options: tuple[tuple[str, str], ...] = ()
    now: str = ""
    """What stands there now, where somebody else changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class RequestForm:
    """`begun` and `version` as `meanwhile` has them."""

    fields: list[ShownField]
    version: int
    current: int
    """The version that stands there now."""
    begun: str
    errors: Errors
    hidden_people: int
    """How many stay in the request without being shown."""
    lost: tuple[tuple[str, str], ...] = ()
    """What is called how, and what was typed of a request that cannot be changed any more."""


def form_to_show(
    found: VisibleRequest, errors: Errors, names: Mapping[str, str], *, editable: bool
) -> RequestForm:
    """As the request is; with `errors` as it was sent. `names` by employee number."""
    now, asked = values_of(found), _asked(found)
    columns = [one.column for one in asked]
    fresh = RequestForm(
        fields=_shown_fields(asked, now),
        version=found.row.version,
        current=found.row.version,
        begun=marks(columns, now),
        errors=errors,
        hidden_people=len(_hidden_people(found)),
    )
    if not errors:
        return fresh
    sent, begun = _typed(asked), request.form.get(BEGUN, "")
    changed = touched(columns, sent, begun, now)
    if not editable:
        told = [one for one in _shown_fields(asked, sent) if one.name in changed]
        lost = tuple((one.label, _as_read(one, names)) for one in told)
        return replace(fresh, errors={"": say("request.not_editable")}, lost=lost)
    if SEEN not in errors:
        return replace(
            fresh, fields=_shown_fields(asked, sent), version=version_to_go_by(), begun=begun
        )
    values = carried_over(sent, changed, now)
    others = touched(columns, now, begun, now) or changed
    shown = [
        replace(one, now=_as_read(stands, names) or "–") if one.name in others else one
        for one, stands in zip(_shown_fields(asked, values), _shown_fields(asked, now), strict=True)
    ]
    return replace(fresh, fields=shown, version=version_to_go_by())


def values_of(found: VisibleRequest) -> dict[str, Any]:
    """What the form of a request that is there begins with."""
    body = TrainingRequestOut.of(found).model_dump(mode="json", by_alias=True)
    return {one.column: _written(one, _at(body, one.member)) for one in REQUEST_FIELDS}


def lines_to_read(found: VisibleRequest, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is called how, and what stands there; `names` by employee number. What is empty, and an
    amount of nothing, is left out."""
    body = TrainingRequestOut.of(found).model_dump(mode="json", by_alias=True)
    lines = [
        (one.label, _in_words(one, field, _at(body, field.member), names))
        for field, one in zip(REQUEST_FIELDS, _shown_fields(REQUEST_FIELDS, {}), strict=True)
    ]
    return [(label, words) for label, words in lines if words]


def changes_sent(found: VisibleRequest) -> dict[str, Any]:
    """All of the content of the form that was sent: what was emptied is empty from then on. Raises
    `WrongForm`."""
    # A form that was made before somebody left the team has all of it.
    whole = not _hidden_people(found) or _COSTS[0] in request.form
    asked = REQUEST_FIELDS if whole else _asked(found)
    message = read_form(
        (_form_field(one) for one in asked),
        request.form,
        TrainingRequestIn,
        **({} if whole else {"costs": {}}),
    )
    content = message.content()
    changes = {one.name: getattr(content, one.name) for one in fields(RequestContent)}
    if not whole:
        del changes["costs"]
        changes["employee_ids"] = (*content.employee_ids, *_hidden_people(found))
    return changes


def _hidden_people(found: VisibleRequest) -> tuple[str, ...]:
    return tuple(one for one in found.row.employee_ids if one not in found.employee_ids)


def _asked(found: VisibleRequest) -> tuple[RequestField, ...]:
    hidden = _COSTS if _hidden_people(found) else ()
    return tuple(one for one in REQUEST_FIELDS if one.column not in hidden)


def _shown_fields(asked: Iterable[RequestField], values: Mapping[str, Any]) -> list[ShownField]:
    """`values` by the name of the field, as they are or as somebody typed them."""
    return [_shown(one, values) for one in asked]


def _typed(asked: Iterable[RequestField]) -> dict[str, Any]:
    """What somebody typed, to be shown again."""
    form = request.form
    return {
        one.column: form.getlist(one.column)
        if one.column == "employee"
        else form.get(one.column, "")
        for one in asked
    }


def _as_read(shown: ShownField, names: Mapping[str, str]) -> str:
    """What stands in a field, as people read it."""
    if shown.look is Look.PEOPLE:
        return ", ".join(names.get(one, one) for one in shown.value)
    if shown.look is Look.TICK:
        return text(f"tranches.word.{'yes' if shown.value else 'no'}", current.language())
    if shown.look is Look.DAY:
        # What somebody typed need not be a day.
        with suppress(ValueError):
            return written(date.fromisoformat(shown.value), Kind.DAY, current.language())
    return dict(shown.options).get(shown.value, str(shown.value))


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
