"""What `doctor` says of the records in a reading, whatever HRIS they come from."""

from __future__ import annotations

from collections.abc import Collection

from connectors.ports import (
    Check,
    CheckState,
    EmployeeScan,
    RejectedRow,
)

NAMED = 5


def reading_checks(
    system: str, scan: EmployeeScan, *, leaving_out: Collection[RejectedRow] = ()
) -> list[Check]:
    """A line for records that cannot be read and one for values to look at; none when all is well.
    `leaving_out` are faults that another line tells of."""
    return [*_rejected(system, scan, leaving_out), *_questions(system, scan)]


def _rejected(system: str, scan: EmployeeScan, leaving_out: Collection[RejectedRow]) -> list[Check]:
    faults = [row for row in scan.rejected if row not in leaving_out]
    if not faults:
        return []
    first = faults[0]
    seen = f"{len(faults)} faults; first: {first.where}, {first.field}: {first.reason}"
    remedy = "Correct these records in the HRIS; sync employees --dry-run names them all."
    return [Check(f"hris.{system}.rows", CheckState.WARNING, seen, remedy)]


def _questions(system: str, scan: EmployeeScan) -> list[Check]:
    if not scan.questions:
        return []
    first = scan.questions[0]
    seen = f"{len(scan.questions)} values; first: {first.where}, {first.field} {first.reason}"
    remedy = "Look whether this is meant; sync employees --dry-run names them all."
    return [Check(f"hris.{system}.questions", CheckState.WARNING, seen, remedy)]
