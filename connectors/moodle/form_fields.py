"""The fields of the request form, from `form_fields.toml`: what the preset makes and what is read
back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.field_names import other_names

FILE = Path(__file__).with_name("form_fields.toml")


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as the preset makes it; `types` are those that a form made by hand may have too.

    `help` is what people read beside it. `part` is where it is asked, None for the two in which we
    answer. One that `leads` comes before the others of its part.
    """

    ours: str
    name: str
    help: str
    part: str | None = None
    type: str = "text"
    types: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    required: bool = False
    leads: bool = False


def _as_made(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_MADE = tomllib.loads(FILE.read_text(encoding="utf-8"))
PARTS: Mapping[str, str] = _MADE["parts"]
"""The headings under which fields are asked, in the order of the page."""
FORM_FIELDS: Mapping[str, FormField] = {
    one["ours"]: FormField(**{name: _as_made(value) for name, value in one.items()})
    for one in _MADE["field"]
}
"""By our name, in the order of the form."""
ASKED = tuple(ours for ours, made in FORM_FIELDS.items() if made.part)
"""What an entry can hold; the others are our answers in it."""
NEEDED = frozenset(ours for ours, made in FORM_FIELDS.items() if made.required or not made.part)
"""Any other is optional: a form that lacks it under the name of the preset is read without it."""

RequestFields = Mapping[str, str | None]
"""The name of each field, by our name; None says that the form has no such field."""
FIELDS_OF_PRESET: RequestFields = {ours: made.name for ours, made in FORM_FIELDS.items()}


def request_fields(names: Mapping[str, str]) -> RequestFields:
    """The fields with some under another name, as the settings have them; an empty name says that
    the form does not have the field. Raises `Misconfigured`."""
    return {**FIELDS_OF_PRESET, **other_names(FORM_FIELDS, NEEDED, names, "request form")}
