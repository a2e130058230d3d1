"""The bytes of a CSV file as records, however the sender's spreadsheet wrote them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.errors import Misconfigured

DELIMITERS = (";", ",", "\t")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record by header name (lower case); `line` is where the record begins.

    `fault` tells why the cells could not be matched with the header; they are then empty.
    """

    line: int
    cells: dict[str, str]
    fault: str = ""


def decoded(name: str, content: bytes) -> str:
    """UTF-8 (with or without byte order mark) or else Windows-1252.

    Raises `Misconfigured` for anything else, naming the file.
    """
    if content.startswith(UTF16_MARKS) or b"\x00" in content:
        raise Misconfigured(
            f"{name} is UTF-16 or binary: save it as 'CSV UTF-8' and drop it again.",
            code="undecodable",
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
    raise Misconfigured(
        f"{name} is neither UTF-8 nor Windows-1252 (byte {position}): "
        "save it as 'CSV UTF-8' and drop it again.",
        code="undecodable",
    )


def records(name: str, text: str, expected: Sequence[str]) -> Iterator[Record]:
    """The records under the header; blank ones are left out.

    Raises `Misconfigured` when the file has no header or an expected column is absent or stands
    there twice, or when the quoting is broken: from there on no cell can be trusted.
    """
    rows = _rows(name, text, [column.lower() for column in expected])
    _, header = next(rows, (1, []))
    names = [cell.strip().lower() for cell in header]
    _require(name, header, names, expected)
    for line, cells in rows:
        if any(cell.strip() for cell in cells):
            yield _record(line, names, cells)


def _record(line: int, names: list[str], cells: list[str]) -> Record:
    surplus = cells[len(names) :]
    if len(cells) < len(names) or any(cell.strip() for cell in surplus):
        return Record(line, {}, f"has {len(cells)} cells where the header has {len(names)}")
    return Record(line, dict(zip(names, (cell.strip() for cell in cells), strict=False)))


def _require(name: str, header: list[str], names: list[str], expected: Sequence[str]) -> None:
    absent = [column for column in expected if column.lower() not in names]
    if absent:
        raise Misconfigured(
            f"{name} lacks the column(s) {', '.join(absent)}; its header is: "
            f"{', '.join(header) or 'empty'}. Add them to the export or correct the column names "
            "in the settings.",
            code="missing_column",
        )
    double = [column for column in expected if names.count(column.lower()) > 1]
    if double:
        raise Misconfigured(
            f"{name} has the column(s) {', '.join(double)} more than once: "
            "remove the surplus ones from the export.",
            code="double_column",
        )


def _rows(name: str, text: str, expected: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line on which they begin."""
    lines = _lines(text)
    first = lines.readline()
    announced = _announced_delimiter(first)
    skipped = 1 if announced else 0
    if not announced:
        lines.seek(0)
    reader = csv.reader(lines, delimiter=announced or _delimiter(text, expected), strict=True)
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Misconfigured(
                f"{name}, line {line}: the quoting is broken ({error}), so the rest of the file "
                "cannot be read. Export the list again.",
                code="broken_quoting",
            ) from error
        yield line, cells


def _lines(text: str) -> io.TextIOWrapper:
    """In the encoding that takes the least memory: a StringIO takes four bytes for a sign."""
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")


def _announced_delimiter(first: str) -> str | None:
    """Excel's own first line, `sep=;`."""
    stripped = first.strip('"\r\n')
    return stripped[4:] if stripped.lower().startswith("sep=") and len(stripped) == 5 else None


def _delimiter(text: str, expected: Sequence[str]) -> str:
    """The delimiter under which most of the expected columns appear in the header."""

    def columns_found(delimiter: str) -> int:
        header = next(csv.reader(_lines(text), delimiter=delimiter), [])
        return len({cell.strip().lower() for cell in header} & set(expected))

    return max(DELIMITERS, key=columns_found)
