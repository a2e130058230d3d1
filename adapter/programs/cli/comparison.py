"""What `doctor` says of the HRIS held against the register: the sync, without keeping anything."""

from __future__ import annotations

from adapter.ground.parts import Parts
from adapter.programs.cli.context import COMMANDS_SPEAK
from adapter.subjects.sync.employees import EmployeeSync, sync_employees
from connectors.errors import ConnectorError
from connectors.ports import Check, CheckState

NAME = "hris.comparison"
NAMED = 5


def compared(parts: Parts) -> Check:
    """Read as the sync would, through the comparison and the exits."""
    try:
        found = sync_employees(parts, full=True, dry_run=True)
    except ConnectorError as error:
        return Check(NAME, CheckState.FAILED, str(error), "See the message.")
    if found.brake:
        sentences = " ".join(reason.sentence(COMMANDS_SPEAK) for reason in found.brake)
        remedy = "See sync employees --dry-run; if the HRIS is right, sync employees --confirm."
        return Check(NAME, CheckState.WARNING, sentences, remedy)
    if found.rejected:
        return _withheld(found)
    counted = ("new", "changed", "ended", "missing")
    seen = ", ".join(f"{len(getattr(found, name))} {name}" for name in counted)
    return Check(NAME, CheckState.OK, f"{found.headcount} people: {seen}")


def _withheld(found: EmployeeSync) -> Check:
    who = sorted({row.employee_id or row.where for row in found.rejected})
    first = found.rejected[0]
    seen = (
        f"{len(who)} records are withheld: {', '.join(who[:NAMED])}; "
        f"first: {first.field} {first.reason}"
    )
    remedy = "Correct these records in the HRIS; sync employees --dry-run names them all."
    return Check(NAME, CheckState.WARNING, seen, remedy)
