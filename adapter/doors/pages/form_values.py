"""What people fill in on a page, as the message that the API takes: read and refused the same.

A form has a field per member of the message. What is wrong is told per field, by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from adapter.doors.messages.asked_words import REASON
from adapter.doors.messages.wrong_fields import FieldError, field_errors, key_in
from adapter.doors.web import current
from adapter.doors.web.refusals import problem_of
from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader, WrongValue
from adapter.ground.spreadsheets.columns import put
from adapter.subjects.requests.refusals import NotNow, WrongFields
from config.catalogue import Language, text

_ON_A_PAGE = {
    "missing": "pages.wrong.missing",
    "string_too_short": "pages.wrong.missing",
    "string_pattern_mismatch": "pages.wrong.missing",
    "too_short": "pages.wrong.too_short",
    "enum": "pages.wrong.enum",
    "money_text": "pages.wrong.money_text",
    "hours_text": "pages.wrong.hours_text",
    "not_a_day": "pages.wrong.not_a_day",
    "day": "pages.wrong.day",
    REASON: "pages.wrong.sensitive_words",
}
M = TypeVar("M", bound=BaseModel)
Errors = dict[str, str]
"""Name of a field → what is wrong with it, in words."""


@dataclass(frozen=True, slots=True)
class FormField:
    """`member` is the JSON pointer of what the field fills. An empty field leaves it out."""

    name: str
    member: str
    read: Reader = cells.words
    several: bool = False
    """The form can hold it more than once."""


class Question(str):
    """What is wrong with a field, unless who fills it in ticks `confirm`."""

    confirm: str

    @classmethod
    def of(cls, sentence: str, confirm: str) -> Question:
        made = cls(sentence)
        made.confirm = confirm
        return made


class WrongForm(Exception):
    """`errors` says it per field; what belongs to no field stands under an empty name."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def read_form(
    fields: Iterable[FormField],
    form: Mapping[str, Any],
    message: type[M],
    *,
    beside: Iterable[FormField] = (),
    **given: object,
) -> M:
    """The message of a form; `given` are members that are not read from its fields, of which
    `beside` names those that stand in it all the same. Raises `WrongForm`."""
    body: dict[str, Any] = dict(given)
    errors: Errors = {}
    fields = tuple(fields)
    for field in fields:
        try:
            _fill(body, field, form)
        except WrongValue as error:
            errors[field.name] = _sentence(f"imports.cell.{error.reason}", error.numbers)
    try:
        read = message.model_validate(body)
    except ValidationError as error:
        told = errors_of((*fields, *beside), field_errors(error))
        # What could not be read left its member out; that it is missing is no news.
        raise WrongForm(told | errors) from error
    if errors:
        raise WrongForm(errors)
    return read


def refused(fields: Iterable[FormField], refusal: WrongFields) -> WrongForm:
    """What the register refused, per field of the form."""
    return WrongForm(errors_of(fields, problem_of(refusal).errors))


def not_now(refusal: NotNow) -> str:
    """Why it cannot be done now, in the language of who asks."""
    return text(refusal.text_key, current.language(), **refusal.numbers)


def as_typed(amount: str) -> str:
    """A plain number as people write it in their language: with a comma in Dutch."""
    return amount.replace(".", ",") if current.language() is Language.NL else amount


def errors_of(fields: Iterable[FormField], wrong: Iterable[FieldError]) -> Errors:
    named = tuple(fields)
    errors: Errors = {}
    for one in wrong:
        errors.setdefault(_name_of(named, one.pointer), _sentence(one.reason, one.numbers))
    return errors


def _sentence(reason: str, numbers: Mapping[str, object]) -> str:
    """What API and spreadsheets say of tokens and cells has words of its own on a page."""
    key = _ON_A_PAGE.get(reason.rpartition(".")[2]) or key_in("api.field", reason)
    sentence = text(key, current.language(), **numbers)
    if reason == REASON:
        return Question.of(sentence, text("pages.form.words_confirmed", current.language()))
    return sentence


def _fill(body: dict[str, Any], field: FormField, form: Mapping[str, Any]) -> None:
    if field.several:
        assert isinstance(form, MultiDict), "a field that stands there several times was sent"
        put(body, field.member, [one for one in form.getlist(field.name) if one])
        return
    value = str(form.get(field.name, "")).strip().replace("\r\n", "\n")
    if value:
        put(body, field.member, field.read(value))


def _name_of(fields: Iterable[FormField], pointer: str) -> str:
    for field in fields:
        if f"{pointer}/".startswith(f"{field.member}/"):
            return field.name
    return ""
