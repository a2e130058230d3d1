"""The columns of a sheet of training requests, and what each becomes in the message of the API."""

from __future__ import annotations

from collections.abc import Mapping

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import Reader
from adapter.ground.spreadsheets.columns import Column, Layout
from config.catalogue import Language, text
from policy.model import Ground, MandatoryByLaw


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

COLUMNS: Mapping[str, Column] = {
    "key": Column(None, cells.words),
    "employee": Column("/employeeIds", cells.words),
    "title": Column("/title", cells.words, required=True),
    "courses": Column("/courseIds", cells.listed),
    "trajectory": Column("/trajectoryId", cells.words),
    "collective": Column("/collective", _words("answer", _ANSWERS)),
    "participants": Column("/plannedParticipants", cells.whole),
    "ground": Column("/ground", _words("ground", _GROUNDS), required=True),
    "mandatory": Column("/mandatoryByLaw", _words("mandatory", _MANDATORY), required=True),
    "source": Column("/mandatorySource", cells.words),
    "evidence": Column("/evidence", cells.words),
    "fee": Column("/costs/feeEur", cells.two_places),
    "books": Column("/costs/booksEur", cells.two_places),
    "exam": Column("/costs/examEur", cells.two_places),
    "travel": Column("/costs/travelEur", cells.two_places),
    "wage": Column("/costs/wageEur", cells.two_places),
    "subsidy": Column("/costs/subsidyEur", cells.two_places),
    "hours": Column("/hours", cells.two_places, required=True),
    "share": Column("/workTimeShare", cells.share),
    "start": Column("/startDate", cells.day),
    "end": Column("/endDate", cells.day),
    "appraisal": Column("/appraisalDate", cells.day),
    "motivation": Column("/motivation", cells.words),
}
"""By name, in the order of the template."""


def heading(name: str, language: Language) -> str:
    return text(f"imports.column.{name}", language)


LAYOUT = Layout(
    COLUMNS,
    sheet=lambda language: text("imports.template.sheet", language),
    heading=heading,
    explained=lambda name, language: text(f"imports.explained.{name}", language),
    choices={
        "collective": ("answer", ("yes", "no")),
        "ground": ("ground", tuple(Ground)),
        "mandatory": ("mandatory", tuple(MandatoryByLaw)),
    },
    wide={"title": 32, "motivation": 48, "evidence": 32, "courses": 24},
)
