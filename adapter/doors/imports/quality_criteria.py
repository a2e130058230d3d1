"""The quality criteria from a workbook: what is required, who is in which expertise, and who has a
certificate. One sheet of the three is enough; what was recorded before is known by its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adapter.doors.imports.quality_columns import CERTIFICATES, MEMBERS, REQUIREMENTS
from adapter.doors.messages.quality_criteria import (
    CertificateIn,
    ExpertiseMemberIn,
    RequirementIn,
)
from adapter.doors.messages.read_by_cell import message_of
from adapter.ground.spreadsheets import template
from adapter.ground.spreadsheets.columns import Layout
from adapter.ground.spreadsheets.row_by_row import Outcome, WrittenDown, WrongRecord, write_down
from adapter.ground.spreadsheets.sheet import Sheet, SheetRow
from adapter.ground.spreadsheets.template import Known
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook, WrongCell
from adapter.register.audit_log import note_act
from adapter.subjects.quality_criteria.certificates import record_certificate
from adapter.subjects.quality_criteria.members import record_member
from adapter.subjects.quality_criteria.requirements import record_requirement
from adapter.subjects.requests.acts import Act
from adapter.subjects.requests.refusals import WrongFields
from config.catalogue import Language

Read = TypeVar("Read", RequirementIn, ExpertiseMemberIn, CertificateIn)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Read]):
    """One of the sheets, with what becomes of a row of it."""

    layout: Layout
    message: type[Read]
    record: Callable[[Act, Read], Outcome]

    def write(self, act: Act, sheet: Sheet) -> WrittenDown:
        return write_down(act.connection, sheet, sheet.rows, lambda row: self._one(act, sheet, row))

    def _one(self, act: Act, sheet: Sheet, row: SheetRow) -> Outcome:
        """Raises `WrongRecord` with every cell that is."""
        body: dict[str, Any] = {}
        wrong = self.layout.fill(body, sheet, row)
        message = message_of(
            self.message,
            body,
            wrong,
            at=lambda one: self._wrong_at(row, one.pointer, one.reason, one.numbers),
            place=lambda one: one.column,
        )
        if message is None:
            raise WrongRecord(wrong)
        try:
            return self.record(act, message)
        except WrongFields as error:
            raise WrongRecord(
                [self._wrong_at(row, one.pointer, one.reason, one.numbers) for one in error.fields]
            ) from error

    def _wrong_at(self, row: SheetRow, pointer: str, reason: str, numbers: Any) -> WrongCell:
        return row.wrong(self.layout.column_of(pointer), reason, **numbers)


_KINDS: tuple[_Kind[Any], ...] = (
    _Kind(REQUIREMENTS, RequirementIn, lambda act, one: record_requirement(act, one.content())),
    _Kind(MEMBERS, ExpertiseMemberIn, lambda act, one: record_member(act, one.content())),
    _Kind(CERTIFICATES, CertificateIn, lambda act, one: record_certificate(act, one.content())),
)
"""In the order in which they are read: each names what the one before it has."""

QualitySheets = Sequence[tuple[_Kind[Any], Sheet]]
"""The sheets that a workbook has."""


def empty_sheets(language: Language) -> bytes:
    return sheets_with(language)


def sheets_with(
    language: Language, requirements: Known = (), members: Known = (), certificates: Known = ()
) -> bytes:
    """The three sheets with what is known already, by column."""
    known = (requirements, members, certificates)
    layouts = (kind.layout for kind in _KINDS)
    return template.render_all(list(zip(layouts, known, strict=True)), language)


def read_sheets(raw: bytes) -> QualitySheets:
    """Read before a transaction begins. Raises `UnreadableWorkbook`, also where it has none of the
    three sheets."""
    found: list[tuple[_Kind[Any], Sheet]] = []
    absent: list[UnreadableWorkbook] = []
    for kind in _KINDS:
        try:
            found.append((kind, kind.layout.read(raw)))
        except UnreadableWorkbook as error:
            if error.reason != "no_such_sheet":
                raise
            absent.append(error)
    if not found:
        raise absent[0]
    return found


def import_quality_criteria(
    act: Act, read: QualitySheets, *, valid_rows: bool = False, dry_run: bool = False
) -> WrittenDown:
    """Record what the sheets say, of all of them together; `act.kept` says whether it stays."""
    written = _together(kind.write(act, sheet) for kind, sheet in read)
    act.kept = written.is_kept(valid_rows=valid_rows, dry_run=dry_run)
    if act.kept:
        told = (f"{written.outcomes[one]} {one}" for one in Outcome)
        note_act(
            act.connection,
            act.now,
            actor=act.actor,
            action="import-quality-criteria",
            record="quality-criteria",
            result=", ".join(told),
        )
    return written


def _together(each: Iterable[WrittenDown]) -> WrittenDown:
    rows, outcomes, wrong = 0, Counter[Outcome](), list[WrongCell]()
    for one in each:
        rows += one.rows
        outcomes += one.outcomes
        wrong += one.wrong
    return WrittenDown(rows, outcomes, tuple(wrong))
