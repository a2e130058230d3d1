"""What no spreadsheet takes is refused before writing: nothing is cut off in silence."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import Report, Section, Table

LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
_BESIDE_ROWS = 3
"""Caption, headings and total."""


class DoesNotFit(ValueError):
    """A text or a table that is longer than a spreadsheet takes."""


def require_fit(report: Report) -> None:
    """Raises `DoesNotFit` with the place in the report, and without the text."""
    for place, words in _texts(report):
        if len(words) > LONGEST_TEXT:
            raise DoesNotFit(
                f"{place} of report {report.name} has {len(words)} characters; a cell takes at "
                f"most {LONGEST_TEXT}. Ask for the report in another form"
            )
    for section in report.sections:
        for table in section.tables:
            _require_rows(table)


def _require_rows(table: Table) -> None:
    if len(table.rows) + _BESIDE_ROWS > MOST_ROWS:
        raise DoesNotFit(
            f"table {table.name} has {len(table.rows)} rows; a sheet takes at most {MOST_ROWS}. "
            "Ask for a shorter period, or for the report in another form"
        )


def _texts(report: Report) -> Iterator[tuple[str, str]]:
    yield "the title", report.title
    yield "the subtitle", report.subtitle
    for notice in report.notices:
        yield "a notice", notice.text
    for fact in report.facts:
        yield f"fact {fact.name}", str(fact.value)
    for section in report.sections:
        for words in _words_of(section):
            yield f"section {section.name}", words
        for table in section.tables:
            for row in table.rows:
                yield from ((f"table {table.name}", str(cell)) for cell in row)


def _words_of(section: Section) -> Iterator[str]:
    yield from (notice.text for notice in section.notices)
    yield from section.paragraphs
    for items in section.lists:
        yield from (bulleted(item) for item in items)


def bulleted(item: str) -> str:
    """An item of a list as one cell says it."""
    return f"• {item}"
