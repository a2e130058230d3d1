"""Sections of a report made from records, so that a report is described once: a record's class says
for JSON and for people which members there are and of which kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel

from adapter.ground.rendering.content import Cell, Column, Kind, MalformedReport, Section, Table
from config.catalogue import Language, text


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one report in a language: the file of the catalogue that holds them."""

    catalogue: str
    language: Language

    def say(self, key: str, /, **numbers: object) -> str:
        return text(f"{self.catalogue}.{key}", self.language, **numbers)


def section(
    name: str, records: Sequence[BaseModel], words: Words, columns: Mapping[str, str]
) -> Section:
    """A table with its heading and introduction; a sentence where there is nothing to show.

    `columns` gives by column the member that it shows. Its heading is `column.<column>` of the
    catalogue. Of an enumeration `XState` a value is said by `x.<value>`, yes or no by `page.yes`.
    """
    heading, intro = words.say(f"heading.{name}"), words.say(f"intro.{name}")
    if not records:
        return Section(name, heading, paragraphs=(intro, words.say("page.nothing")))
    kinds = _kinds(type(records[0]), columns)
    table = Table(
        name,
        heading,
        tuple(
            Column(column, words.say(f"column.{column}"), kind) for column, kind in kinds.items()
        ),
        tuple(
            tuple(
                _cell(getattr(record, columns[column]), kind, words)
                for column, kind in kinds.items()
            )
            for record in records
        ),
    )
    return Section(name, heading, paragraphs=(intro,), tables=(table,))


def _kinds(record: type[BaseModel], columns: Mapping[str, str]) -> dict[str, Kind]:
    """Raises `MalformedReport` for a member that the record does not have."""
    strange = set(columns.values()) - record.model_fields.keys()
    if strange:
        raise MalformedReport(f"{record.__name__} has no {', '.join(sorted(strange))}")
    return {column: _kind(record, member) for column, member in columns.items()}


def _kind(record: type[BaseModel], member: str) -> Kind:
    """That of the member's type; of a type that names none, the one of its values."""
    field = record.model_fields[member]
    told = (*field.metadata, *_parts(field.annotation))
    if kinds := [one for one in told if isinstance(one, Kind)]:
        return kinds[0]
    if datetime in told:
        return Kind.MOMENT
    if date in told:
        return Kind.DAY
    return Kind.COUNT if int in told else Kind.TEXT


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _cell(value: Any, kind: Kind, words: Words) -> Cell:
    if isinstance(value, bool):
        return words.say("page.yes" if value else "page.no")
    if isinstance(value, StrEnum):
        return words.say(f"{_table_of(type(value))}.{value}")
    if isinstance(value, list):
        return " ".join(one.message for one in value)
    if isinstance(value, int) and kind is Kind.TEXT:
        return str(value)
    cell: Cell = value
    return cell


def _table_of(states: type[StrEnum]) -> str:
    """`sign_up` for `SignUpState`."""
    words: list[str] = re.findall("[A-Z][a-z]*", states.__name__.removesuffix("State"))
    return "_".join(words).lower()
