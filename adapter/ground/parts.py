"""The explicit parts that the service is built from; tests pass their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapter.ground.clock import Clock
from adapter.ground.lms_time import LmsTime, SameTime
from adapter.ground.store.register import Register
from adapter.ground.systems import System
from config.settings import Settings
from connectors.circuit import Circuit
from connectors.ports import Hris, Lms, Payroll
from policy.parameters import Policy


@dataclass(frozen=True, slots=True)
class Bare:
    """What is enough for a command that asks nothing of policy, LMS or HRIS."""

    register: Register
    clock: Clock
    settings: Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """`lms`, `hris` and `payroll` are None while they are not configured."""

    register: Register
    policy: Policy
    clock: Clock
    settings: Settings
    lms: Lms | None = None
    hris: Hris | None = None
    payroll: Payroll | None = None
    circuits: Mapping[System, Circuit] = field(default_factory=dict)
    """Of the systems whose calls go through one."""
    organisation: str | None = None
    """Its name where the installation serves several: for logs, metrics and limits alone."""
    lms_runs_on: LmsTime | None = None
    """None where it lives by our clock."""

    @property
    def lms_time(self) -> LmsTime:
        return self.lms_runs_on or SameTime(self.clock)
