"""What is wrong with a spreadsheet that came in: as a whole, or by sheet, row and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.catalogue import Language, keys, text

_TABLES = ("imports.cell", "procedure.field", "api.field")
"""Where the sentence of a reason stands, first found first: what holds for messages holds for
cells, unless it speaks of JSON."""


class UnreadableWorkbook(ValueError):
    """Nothing of the file can be used. `reason` is a key of the texts `imports.workbook`."""

    def __init__(self, reason: str, /, **numbers: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers

    def sentence(self, language: Language) -> str:
        return text(f"imports.workbook.{self.reason}", language, **self.numbers)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """One cell and why it cannot be used. Row and column count from 0; the column is None where it
    is the row as a whole."""

    sheet: str
    row: int
    column: int | None
    reason: str
    numbers: Mapping[str, object] = field(default_factory=dict)

    @property
    def cell(self) -> str | None:
        """As spreadsheets write it: C12."""
        return None if self.column is None else a1(self.row, self.column)

    def sentence(self, language: Language) -> str:
        return text(_key_of(self.reason), language, **self.numbers)

    def line(self, language: Language) -> str:
        """Sheet, row and cell before the sentence, as a command prints it."""
        key = "imports.line.row" if self.cell is None else "imports.line.cell"
        return text(
            key,
            language,
            sheet=self.sheet,
            row=self.row + 1,
            cell=self.cell,
            sentence=self.sentence(language),
        )


def _key_of(reason: str) -> str:
    """The texts of a subject of its own are named by their whole key, which has dots."""
    known = keys(Language.NL)
    own = (f"{table}.{reason}" for table in _TABLES)
    return reason if "." in reason else next(key for key in own if key in known)


def a1(row: int, column: int) -> str:
    """Both count from 0: (0, 0) is A1."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
