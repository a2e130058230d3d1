"""`Hris` over a drop folder: the newest complete file is the whole truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from connectors import canonical
from connectors.csvfolder.config import Columns, CsvFolderConfig
from connectors.csvfolder.folder import DroppedFile, newest
from connectors.csvfolder.reading import read_records
from connectors.csvfolder.table import Record
from connectors.employment_rows import (
    EmploymentRow,
    RowReading,
    finished,
    one_person,
    people,
    the_employment,
)
from connectors.errors import ConnectorError, Transient
from connectors.ports import (
    Check,
    CheckState,
    Employee,
    EmployeeScan,
    Employment,
    Question,
)
from connectors.reading_checks import reading_checks


class CsvFolder:
    """An employee list dropped as CSV. `now` gives seconds since the epoch."""

    def __init__(self, config: CsvFolderConfig, now: Callable[[], float] = time.time) -> None:
        self._config = config
        self._now = now
        self._last: tuple[str, EmployeeScan] | None = None

    @property
    def source(self) -> str:
        return f"urn:hris:csv:{self._config.tenant}"

    def scan(self, changed_since: datetime | None = None) -> EmployeeScan:
        """Everyone in the newest complete file, whatever `changed_since` is: a list does not tell
        what changed."""
        return self._scan(newest(self._config, self._now))

    def employee(self, employee_id: str) -> Employee | None:
        file = newest(self._config, self._now)
        rows = self._rows(file.name, self._records(file)[0])
        return one_person(rows, employee_id, self._employment_column)

    def check(self) -> list[Check]:
        try:
            file = newest(self._config, self._now)
            scan = self._scan(file)
        except Transient as error:
            return [Check("hris.csv.file", CheckState.WARNING, str(error), "Run this again then.")]
        except ConnectorError as error:
            return [Check("hris.csv.file", CheckState.FAILED, str(error), "See the message.")]
        return [self._freshness(file), _headcount(scan), *_readability(scan)]

    def _scan(self, file: DroppedFile) -> EmployeeScan:
        """A list that is dropped once a day is looked at each hour: what was read last is not
        taken apart again while name and content are the same."""
        content = sha256(file.content).hexdigest()
        if self._last is None or self._last[0] != file.name or self._last[1].content != content:
            self._last = file.name, self._read(file, content)
        return self._last[1]

    def _read(self, file: DroppedFile, content: str) -> EmployeeScan:
        listed, closing = self._records(file)
        found = people(self._rows(file.name, listed), self._employment_column)
        return EmployeeScan(
            found.employees,
            complete=True,
            rejected=found.rejected,
            questions=(*found.questions, *(self._passed_over(file.name, row) for row in closing)),
            content=content,
        )

    def _records(self, file: DroppedFile) -> tuple[list[Record], list[Record]]:
        """Those of employees, and the closing lines ("Totaal") below them."""
        listed = list(read_records(file.name, file.content, self._columns.expected()))
        closing: list[Record] = []
        while listed and _is_closing(listed[-1], self._columns):
            closing.insert(0, listed.pop())
        return listed, closing

    def _passed_over(self, file_name: str, record: Record) -> Question:
        return Question(
            f"{file_name}, line {record.line}",
            self._columns.employee_id,
            "is the number of nobody: a closing line, which is passed over",
        )

    def _rows(self, file_name: str, listed: Iterable[Record]) -> Iterator[EmploymentRow]:
        return (_row(file_name, record, self._columns) for record in listed)

    @property
    def _columns(self) -> Columns:
        return self._config.columns

    @property
    def _employment_column(self) -> str:
        columns = self._config.columns
        return columns.employment_id or columns.start or columns.employee_id

    def _freshness(self, file: DroppedFile) -> Check:
        age = timedelta(seconds=max(0, self._now() - file.modified))
        seen = f"{file.name}, {age.total_seconds() / 3600:.0f} hours old"
        if age <= self._config.stale_after:
            return Check("hris.csv.file", CheckState.OK, seen)
        remedy = "Find out why the HRIS no longer drops its list: exits are not seen meanwhile."
        return Check("hris.csv.file", CheckState.WARNING, seen, remedy)


def _is_closing(record: Record, columns: Columns) -> bool:
    """A line without anybody: no name, no address, no day, and no number that could be one."""
    if record.fault:
        return False
    personal = (
        columns.given_name,
        columns.family_name,
        columns.email,
        columns.manager_id,
        columns.start,
        columns.end,
    )
    if any(record.cells[column.lower()] for column in personal if column):
        return False
    number = record.cells[columns.employee_id.lower()]
    return " " in number or not any(character.isdigit() for character in number)


def _row(file_name: str, record: Record, columns: Columns) -> EmploymentRow:
    reading = RowReading(f"{file_name}, line {record.line}")
    if record.fault:
        reading.fault("row", record.fault)
        return EmploymentRow(reading.where, None, None, tuple(reading.faults))

    def cell(column: str | None) -> str:
        return record.cells[column.lower()] if column else ""

    employee_id = reading.read(
        columns.employee_id, canonical.employee_number, cell(columns.employee_id)
    )
    family_name = reading.read(columns.family_name, canonical.required, cell(columns.family_name))
    person = Employee(
        employee_id=employee_id or "",
        given_name=cell(columns.given_name),
        family_name_prefix=cell(columns.family_name_prefix),
        family_name=family_name or "",
        email=cell(columns.email) or None,
        department=cell(columns.department) or None,
        manager_id=reading.read(
            columns.manager_id or "", canonical.manager_number, cell(columns.manager_id)
        ),
        employments=(_employment(reading, columns, cell),),
    )
    return finished(reading, employee_id, person)


def _employment(
    reading: RowReading, columns: Columns, cell: Callable[[str | None], str]
) -> Employment:
    start = reading.read(columns.start or "", canonical.day, cell(columns.start))
    end = reading.read(columns.end, canonical.day, cell(columns.end))
    hours = columns.hours_per_week
    employment = Employment(
        employment_id=cell(columns.employment_id) or (start.isoformat() if start else "1"),
        start=start,
        end=end,
        hours_per_week=reading.read(hours or "", canonical.number, cell(hours)),
        fte=reading.read(columns.fte or "", canonical.number, cell(columns.fte)),
    )
    return the_employment(reading, columns.end, employment)


def _headcount(scan: EmployeeScan) -> Check:
    count = len(scan.employees)
    if count:
        return Check("hris.csv.headcount", CheckState.OK, f"{count} people")
    return Check("hris.csv.headcount", CheckState.FAILED, "nobody", "Export the list again.")


def _readability(scan: EmployeeScan) -> list[Check]:
    readable = Check("hris.csv.rows", CheckState.OK, "every row can be read")
    return [*([] if scan.rejected else [readable]), *reading_checks("csv", scan)]
