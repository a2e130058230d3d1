"""Database activities: forms of fields, with entries of which the content is kept per field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.moodle.form_fields import FORM_FIELDS


@dataclass(frozen=True)
class DataField:
    """`options` are those of a menu; nothing holds an entry to them."""

    id: int
    name: str
    type: str = "text"
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass
class Database:
    """`approval` keeps an entry from other participants until it is approved; `manageapproved`
    lets its author change it after that."""

    id: int
    courseid: int
    name: str
    cmid: int
    fields: tuple[DataField, ...]
    approval: bool = True
    manageapproved: bool = False


@dataclass
class Content:
    id: int
    fieldid: int
    content: str | None = None
    content1: str | None = None


@dataclass
class DatabaseEntry:
    id: int
    databaseid: int
    userid: int
    approved: bool
    timecreated: int
    timemodified: int
    contents: dict[int, Content]
    """By the id of the field."""


def empty_contents(database: Database, entry_id: int) -> dict[int, Content]:
    """One row for each field, made with the entry and numbered on."""
    first = (entry_id - 1) * len(database.fields) + 1
    return {
        field.id: Content(number, field.id) for number, field in enumerate(database.fields, first)
    }


REQUEST_FIELDS = tuple(
    DataField(number, made.name, made.type, made.required, made.options)
    for number, made in enumerate(FORM_FIELDS.values(), 1)
)
"""The request form as the manual describes it."""


def request_form(number: int, courseid: int) -> Database:
    return Database(number, courseid, "Opleidingsaanvragen", 24, REQUEST_FIELDS)


def field_named(database: Database, name: str) -> DataField:
    return next(field for field in database.fields if field.name == name)


def written(database: Database, entry: DatabaseEntry) -> Mapping[str, str]:
    """What an entry holds, by the name of the field; empty fields are absent."""
    names = {field.id: field.name for field in database.fields}
    return {names[c.fieldid]: c.content for c in entry.contents.values() if c.content}
