"""What carrying out an action comes to: something for the register to note, or nothing any more."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from adapter.ground.parts import Parts
from connectors.errors import Misconfigured
from connectors.ports import Lms, Payroll

Completion = Callable[[Connection], None]
"""Written in the transaction that marks the action delivered."""


class Overtaken(Exception):
    """The action is no longer wanted: a later decision, or a person in the LMS, came first.
    `settle` is written in the transaction that cancels the action."""

    def __init__(self, settle: Completion | None = None) -> None:
        super().__init__("overtaken")
        self.settle = settle or nothing_to_note


def nothing_to_note(connection: Connection) -> None:
    """The register needs to know no more than that it was delivered."""


def configured_lms(parts: Parts) -> Lms:
    """Raises `Misconfigured` without one."""
    if parts.lms is None:
        raise Misconfigured("no LMS is configured; set ODWH_MOODLE_URL and ODWH_MOODLE_TOKEN")
    return parts.lms


def configured_payroll(parts: Parts) -> Payroll:
    """Raises `Misconfigured` without one."""
    if parts.payroll is None:
        raise Misconfigured("no payroll is configured any more; set ODWH_AFAS_PAYROLL_* again")
    return parts.payroll
