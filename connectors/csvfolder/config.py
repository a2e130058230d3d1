"""Where the employee list is dropped and what its columns are called."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path


class NewestBy(StrEnum):
    """Which of several files counts as the newest."""

    MODIFIED = "modified"
    NAME = "name"
    """For names with a date in them, such as `medewerkers-2026-11-23.csv`."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Column names as they stand in the header; letter case does not matter.

    None means that the list does not have the column. Without `employment_id` an employment is
    known by its start date.
    """

    employee_id: str = "medewerkernummer"
    given_name: str | None = "voornaam"
    family_name_prefix: str | None = "tussenvoegsel"
    family_name: str = "achternaam"
    email: str | None = "email"
    department: str | None = "afdeling"
    manager_id: str | None = "leidinggevende"
    employment_id: str | None = "dienstverband"
    start: str | None = "datum_in_dienst"
    end: str = "datum_uit_dienst"
    hours_per_week: str | None = "uren_per_week"
    fte: str | None = "fte"

    def expected(self) -> tuple[str, ...]:
        names = (getattr(self, column.name) for column in fields(self))
        return tuple(name for name in names if name is not None)


@dataclass(frozen=True, slots=True)
class CsvFolderConfig:
    """`settle` is how long a file must lie untouched before it counts as complete;
    `stale_after` is the age at which `check` warns that no new list came."""

    folder: Path
    tenant: str
    pattern: str = "*.csv"
    newest_by: NewestBy = NewestBy.MODIFIED
    columns: Columns = field(default_factory=Columns)
    settle: timedelta = timedelta(seconds=30)
    stale_after: timedelta = timedelta(hours=48)
