"""Which rows of the participants report are asked for, as filters and as a look at what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.moodle.report_rows import Columns, Row

EQUAL_TO = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """All rows, those of one course, or those of one person in a course."""

    course_idnumber: str | None = None
    username: str | None = None

    def filters(self) -> dict[str, Any]:
        """As `core_reportbuilder_set_filters` takes them; they replace the ones before."""
        filters: dict[str, Any] = {}
        if self.course_idnumber is not None:
            filters["course:idnumber_operator"] = EQUAL_TO
            filters["course:idnumber_value"] = self.course_idnumber
        if self.username is not None:
            filters["user:username_operator"] = EQUAL_TO
            filters["user:username_value"] = self.username
        return filters

    def matches(self, columns: Columns, row: Row) -> bool:
        named = columns.cell(row, "username")
        return self.same_course(columns, row) and self.username in (None, named)

    def same_course(self, columns: Columns, row: Row) -> bool:
        if self.course_idnumber is None:
            return True
        # Moodle compares ID numbers without regard to case.
        return columns.cell(row, "course_idnumber").lower() == self.course_idnumber.lower()

    def only(self, columns: Columns, rows: Iterable[Row]) -> bool:
        return all(self.matches(columns, row) for row in rows)


ALL = Asked()
