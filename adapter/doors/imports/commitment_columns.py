"""The columns of a sheet of existing commitments, and what each becomes in the message of the
API."""

from __future__ import annotations

import re

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.cells import WrongValue
from adapter.ground.spreadsheets.columns import Column, Layout
from adapter.ground.spreadsheets.workbook import Value
from config.catalogue import text

_STEP = re.compile(r"(\d{1,3})\s*=\s*(\d{1,3})\s*%?", re.ASCII)


def steps(cell: Value) -> list[dict[str, int]]:
    """`12=100; 24=50`: leaving within so many months after completion repays this percentage."""
    found = [_STEP.fullmatch(part) for part in cells.listed(cell)]
    if not all(found):
        raise WrongValue("not_steps")
    return [{"months": int(one[1]), "percentage": int(one[2])} for one in found if one]


LAYOUT = Layout(
    {
        "reference": Column("/reference", cells.words, required=True),
        "employee": Column("/employeeId", cells.words, required=True),
        "title": Column("/title", cells.words, required=True),
        "agreed": Column("/agreedDate", cells.day, required=True),
        "courses": Column("/courseIds", cells.listed),
        "trajectory": Column("/trajectoryId", cells.words),
        "costs": Column("/costsEur", cells.two_places),
        "hours": Column("/hours", cells.two_places),
        "share": Column("/workTimeShare", cells.share),
        "start": Column("/startDate", cells.day),
        "end": Column("/endDate", cells.day),
        "terms": Column("/terms/text", cells.words),
        "signed": Column("/terms/signedDate", cells.day),
        "steps": Column("/terms/steps", steps),
    },
    sheet=lambda language: text("imports.commitments.sheet", language),
    heading=lambda name, language: text(f"imports.commitment_column.{name}", language),
    explained=lambda name, language: text(f"imports.commitment_explained.{name}", language),
    wide={"title": 32, "courses": 24, "terms": 48, "steps": 24},
)
