"""The columns of the three sheets of the quality criteria, and what each becomes in its message."""

from __future__ import annotations

from collections.abc import Mapping

from adapter.ground.spreadsheets import cells
from adapter.ground.spreadsheets.columns import Column, Layout
from config.catalogue import text


def _layout(table: str, columns: Mapping[str, Column], wide: Mapping[str, int]) -> Layout:
    """`table` names the texts: `imports.<table>.sheet`, `…_column` and `…_explained`."""
    return Layout(
        columns,
        sheet=lambda language: text(f"imports.{table}.sheet", language),
        heading=lambda name, language: text(f"imports.{table}_column.{name}", language),
        explained=lambda name, language: text(f"imports.{table}_explained.{name}", language),
        wide=wide,
    )


REQUIREMENTS = _layout(
    "requirements",
    {
        "reference": Column("/reference", cells.words, required=True),
        "expertise": Column("/expertise", cells.words, required=True),
        "function": Column("/function", cells.words),
        "title": Column("/title", cells.words, required=True),
        "courses": Column("/courseIds", cells.listed),
        "people": Column("/people", cells.whole),
        "validity": Column("/validityMonths", cells.whole),
        "hours": Column("/hours", cells.two_places),
        "costs": Column("/costsEur", cells.two_places),
        "source": Column("/source", cells.words),
        "from": Column("/validFromDate", cells.day),
        "until": Column("/validUntilDate", cells.day),
    },
    {"expertise": 32, "title": 44, "source": 32},
)
MEMBERS = _layout(
    "expertise_members",
    {
        "employee": Column("/employeeId", cells.words, required=True),
        "expertise": Column("/expertise", cells.words, required=True),
        "function": Column("/function", cells.words),
        "from": Column("/fromDate", cells.day, required=True),
        "until": Column("/untilDate", cells.day),
    },
    {"expertise": 32},
)
CERTIFICATES = _layout(
    "certificates",
    {
        "employee": Column("/employeeId", cells.words, required=True),
        "requirement": Column("/requirement", cells.words, required=True),
        "obtained": Column("/obtainedDate", cells.day, required=True),
        "ends": Column("/endDate", cells.day),
    },
    {},
)
