"""Acts that are one short form: the message of the API with its fields, shown, read and refused the
same on every page. The words of an act and its fields are in the texts `pages.act` and
`pages.act_field`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask import request
from pydantic import BaseModel

from adapter.doors.pages.form_values import (
    Errors,
    FormField,
    WrongForm,
    not_now,
    read_form,
    refused,
)
from adapter.doors.pages.people_fields import (
    People,
    people_meant,
    refuse_to_guess,
    with_numbers,
)
from adapter.doors.pages.reading import version_read
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.doors.web.problems import Kind, Problem
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader
from adapter.subjects.requests.acts import Act, acting
from adapter.subjects.requests.refusals import NotNow, OtherVersion, WrongFields
from config.catalogue import text


class Look(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TICK = "tick"
    CHOICE = "choice"
    PERSON = "person"


def _truth(_ticked: object) -> bool:
    """A box that is not ticked is not sent."""
    return True


_READ: Mapping[Look, Reader] = {
    Look.LINE: cells.words,
    Look.TEXT: cells.words,
    Look.NUMBER: cells.two_places,
    Look.DAY: cells.day,
    Look.TICK: _truth,
    Look.CHOICE: cells.words,
    Look.PERSON: cells.words,
}


@dataclass(frozen=True, slots=True)
class ActField:
    """`member` is the JSON pointer of the message that it fills. `options` of a choice are codes,
    with their words in the table `words`; or `titles` are the codes with what they are called."""

    name: str
    member: str
    look: Look = Look.LINE
    options: tuple[str, ...] = ()
    words: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    read: Reader | None = None
    required: bool = True
    value: str = ""
    """What it begins with."""
    found: People = field(default_factory=list)
    """Those whom the name that was typed can mean."""

    @property
    def label(self) -> str:
        return say(f"act_field.{self.name}")

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [*self.titles] or [
            (one, text(f"{self.words}.{one}", current.language())) for one in self.options
        ]

    def in_form(self) -> FormField:
        return FormField(self.name, self.member, self.read or _READ[self.look])


@dataclass(frozen=True, slots=True)
class ActForm:
    """`given` are members of the message that nobody fills in, `version` that of the record."""

    name: str
    message: type[BaseModel]
    fields: tuple[ActField, ...]
    version: int = 0
    given: Mapping[str, Any] | None = None
    errors: Errors | None = None

    @property
    def title(self) -> str:
        return say(f"act.{self.name}")

    @property
    def labels(self) -> dict[str, str]:
        """Of its fields, by name."""
        return {one.name: one.label for one in self.fields}

    def starting_with(self, **values: str) -> ActForm:
        shown = tuple(replace(one, value=values.get(one.name, one.value)) for one in self.fields)
        return replace(self, fields=shown)


def form_named(forms: Iterable[ActForm], name: str) -> ActForm:
    """Of those that can be sent now. Raises `Problem` for another: it was, or never is, on the
    page."""
    form = next((one for one in forms if one.name == name), None)
    if form is None:
        raise Problem(Kind.CONFLICT)
    return form


def with_errors(forms: Iterable[ActForm], wrong: ActForm | None) -> list[ActForm]:
    """The forms of a page; the one that was sent and refused as it was filled in."""
    return [wrong if wrong and wrong.name == one.name else one for one in forms]


Run = Callable[[Act, Any, int], None]
"""Carries out an act with its message, on the version that was read."""


def carry_out(form: ActForm, run: Run) -> ActForm | None:
    """Read the form that was sent and run the act. None when it is done; else the form as it was
    filled in, with what is wrong."""
    named = tuple(one.in_form() for one in form.fields)
    ticks = {
        one.member.strip("/"): False
        for one in form.fields
        if one.look is Look.TICK and one.name not in request.form
    }
    people = [one.name for one in form.fields if one.look is Look.PERSON]
    sent, version = with_numbers(request.form, people), version_read()
    as_read = replace(form, version=version)
    try:
        with current.parts().register.read() as connection:
            refuse_to_guess(connection, request.form, people)
        message = read_form(named, sent, form.message, **{**(form.given or {}), **ticks})
        with acting(current.parts(), current.principal()) as act:
            run(act, message, version)
    except WrongForm as wrong:
        return _again(as_read, sent, wrong.errors)
    except WrongFields as refusal:
        return _again(as_read, sent, refused(named, refusal).errors)
    except OtherVersion:
        return _again(form, sent, {"": say("form.changed_and_shown")})
    except NotNow as refusal:
        return _again(as_read, sent, {"": not_now(refusal)})
    return None


def _again(form: ActForm, sent: Mapping[str, Any], errors: Errors) -> ActForm:
    """As it was filled in, with those whom a name can mean."""
    people = [one.name for one in form.fields if one.look is Look.PERSON]
    with current.parts().register.read() as connection:
        meant = people_meant(connection, sent, people)
    shown = tuple(
        replace(one, value=sent.get(one.name, ""), found=meant.get(one.name, []))
        for one in form.fields
    )
    return replace(form, fields=shown, errors=errors)
