"""Tables of data, and the dictionary that tells of each of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapter.ground.rendering.content import Cell, Column, Kind, Table
from adapter.ground.rendering.records import Words
from config.catalogue import Language

DICTIONARY, CODES = "data_dictionary", "codes"


@dataclass(frozen=True, slots=True)
class OpenData:
    """`file_name` is without the extension; `record` names the export in the audit trail."""

    record: str
    file_name: str
    tables: tuple[Table, ...]


def data_table(name: str, kinds: Mapping[str, Kind], rows: Iterable[Sequence[Cell]]) -> Table:
    """`kinds` gives by column what it holds; `open_data.<name>` of the catalogue tells of each."""
    columns = tuple(Column(column, column, kind) for column, kind in kinds.items())
    return Table(name, name, columns, tuple(tuple(row) for row in rows))


def documented(tables: Sequence[Table], words_of: Mapping[str, str]) -> tuple[Table, ...]:
    """With the dictionary and the meaning of every code in front. `words_of` names by
    `table.column` the table of the catalogue that says its codes."""
    coded = ("column_name", "code", "meaning_nl", "meaning_en")
    codes = data_table(CODES, dict.fromkeys(coded, Kind.TEXT), _codes(tables, words_of))
    told = ("table_name", "column_name", "type", "meaning_nl", "meaning_en")
    kinds = dict.fromkeys(told, Kind.TEXT)
    described = (data_table(DICTIONARY, kinds, ()), codes, *tables)
    return (data_table(DICTIONARY, kinds, _described(described)), codes, *tables)


def _described(tables: Iterable[Table]) -> Iterator[tuple[Cell, ...]]:
    for table in tables:
        yield (table.name, None, None, *_said(table.name, "about"))
        for column in table.columns:
            said = _said(table.name, column.name)
            yield table.name, column.name, str(column.kind), *said


def _said(table: str, column: str) -> tuple[str, ...]:
    return tuple(Words("open_data", one).say(f"{table}.{column}") for one in Language)


def _codes(tables: Iterable[Table], words_of: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    """Only those that occur, each once."""
    for table in tables:
        for place, column in enumerate(table.columns):
            told = f"{table.name}.{column.name}"
            if told in words_of:
                found = {str(row[place]) for row in table.rows if row[place] is not None}
                for code in sorted({one for several in found for one in several.split(" ")}):
                    yield told, code, *_meant(words_of[told], code)


def _meant(place: str, code: str) -> tuple[str, ...]:
    catalogue, _, table = place.partition(".")
    return tuple(Words(catalogue, one).say(f"{table}.{code}") for one in Language)
