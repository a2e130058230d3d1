"""One reading of everybody in Horilla."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.ports import EmployeeScan


@dataclass(frozen=True, slots=True)
class Reading:
    """A scan, and how many people it left out because they have no badge."""

    scan: EmployeeScan
    without_badge: int
