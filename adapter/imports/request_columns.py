"""The columns of a sheet of training requests, and what each becomes in the message of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapter.imports import cells
from adapter.imports.cells import Reader
from config.catalogue import Language, text
from policy.model import Ground, MandatoryByLaw


@dataclass(frozen=True, slots=True)
class RequestColumn:
    """`member` is the JSON pointer of what it fills; None for what is of the sheet alone."""

    member: str | None
    read: Reader
    required: bool = False


def _words(table: str, codes: Mapping[str, object]) -> Reader:
    """The words of both languages, and the codes themselves."""
    offered = {
        text(f"imports.{table}.{code}", language): value
        for language in Language
        for code, value in codes.items()
    }
    return cells.choice(offered | dict(codes))


_GROUNDS = {str(ground): str(ground) for ground in Ground}
_MANDATORY = {str(answer): str(answer) for answer in MandatoryByLaw}
_ANSWERS = {"yes": True, "no": False}

COLUMNS: Mapping[str, RequestColumn] = {
    "key": RequestColumn(None, cells.words),
    "employee": RequestColumn("/employeeIds", cells.words),
    "title": RequestColumn("/title", cells.words, required=True),
    "courses": RequestColumn("/courseIds", cells.listed),
    "trajectory": RequestColumn("/trajectoryId", cells.words),
    "collective": RequestColumn("/collective", _words("answer", _ANSWERS)),
    "participants": RequestColumn("/plannedParticipants", cells.whole),
    "ground": RequestColumn("/ground", _words("ground", _GROUNDS), required=True),
    "mandatory": RequestColumn("/mandatoryByLaw", _words("mandatory", _MANDATORY), required=True),
    "source": RequestColumn("/mandatorySource", cells.words),
    "evidence": RequestColumn("/evidence", cells.words),
    "fee": RequestColumn("/costs/feeEur", cells.two_places),
    "books": RequestColumn("/costs/booksEur", cells.two_places),
    "exam": RequestColumn("/costs/examEur", cells.two_places),
    "travel": RequestColumn("/costs/travelEur", cells.two_places),
    "wage": RequestColumn("/costs/wageEur", cells.two_places),
    "subsidy": RequestColumn("/costs/subsidyEur", cells.two_places),
    "hours": RequestColumn("/hours", cells.two_places, required=True),
    "share": RequestColumn("/workTimeShare", cells.share),
    "start": RequestColumn("/startDate", cells.day),
    "end": RequestColumn("/endDate", cells.day),
    "appraisal": RequestColumn("/appraisalDate", cells.day),
    "motivation": RequestColumn("/motivation", cells.words),
}
"""By name, in the order of the template."""

REQUIRED = tuple(name for name, column in COLUMNS.items() if column.required)


def headings() -> dict[str, tuple[str, ...]]:
    return {name: tuple(heading(name, language) for language in Language) for name in COLUMNS}


def heading(name: str, language: Language) -> str:
    return text(f"imports.column.{name}", language)


def column_of(pointer: str) -> str | None:
    """The column that fills a member, or a part of it: `/courseIds/1` is of the courses."""
    for name, column in COLUMNS.items():
        if column.member is not None and f"{pointer}/".startswith(f"{column.member}/"):
            return name
    return None
