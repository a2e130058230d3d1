"""Who is held back from a scan before it is kept, by number and with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from adapter.subjects.sync.employee_diff import Difference
from adapter.subjects.sync.number_shape import NumberShape
from connectors.ports import EmployeeScan, RejectedRow

NUMBER = "employee number"


def without_odd_numbers(
    scan: EmployeeScan, known: Collection[str], shape: NumberShape | None
) -> EmployeeScan:
    """Somebody new whose number has another shape than the numbers here is asked about first."""
    if shape is None:
        return scan
    odd = {
        one.employee_id
        for one in scan.employees
        if one.employee_id not in known and not shape.fits(one.employee_id)
    }
    reason = (
        f"has another shape than {shape.example}: correct it, or if it is right set "
        "ODWH_EMPLOYEE_NUMBER_PATTERN or say so once with sync employees --confirm"
    )
    return _without(scan, [_held(number, NUMBER, reason) for number in sorted(odd)])


def as_kept(scan: EmployeeScan, found: Difference) -> EmployeeScan:
    """The scan as it is kept after it was compared."""
    stumbled = [
        _held(number, "record", "breaks the comparison: the log says where; correct it in the HRIS")
        for number in found.stumbled
    ]
    renumbered = [
        _held(
            pair.now,
            NUMBER,
            f"has the name and e-mail of {pair.before}, who is not shown any more. Is only the "
            "number another? Correct it in the HRIS, or say that it is right with "
            "sync employees --confirm",
        )
        for pair in found.waiting
    ]
    return _without(scan, [*stumbled, *renumbered])


def _held(number: str, field: str, reason: str) -> RejectedRow:
    return RejectedRow(f"employee {number}", field, reason, number)


def _without(scan: EmployeeScan, held: Iterable[RejectedRow]) -> EmployeeScan:
    rows = tuple(held)
    numbers = {row.employee_id for row in rows}
    if not rows:
        return scan
    people = tuple(one for one in scan.employees if one.employee_id not in numbers)
    return replace(scan, employees=people, rejected=(*scan.rejected, *rows))
