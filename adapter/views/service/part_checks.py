"""How a worker looks whether the other systems answer, once a minute and each on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from adapter.ground.mail_server import look_at_mail_server
from adapter.ground.parts import Parts
from adapter.ground.systems import System
from adapter.register.part_states import State, keep_state, take_turn
from connectors.errors import ConnectorError
from connectors.ports import Check, CheckState

EVERY = timedelta(minutes=1)
_log = structlog.get_logger(__name__)

PartCheck = Callable[[], str | None]
"""Gives what is wrong, None when all is well; may raise anything."""


def part_checks(parts: Parts) -> Mapping[str, PartCheck | None]:
    """By the name of the part; None where it is not configured."""
    lms, hris, mail = parts.lms, parts.hris, parts.settings.mail
    return {
        "lms": (lambda: first_failure(lms.check())) if lms else None,
        "hris": (lambda: first_failure(hris.check())) if hris else None,
        "mail": partial(look_at_mail_server, mail) if mail else None,
    }


def systems_there(parts: Parts) -> set[str]:
    """Those that are set up. What was kept of another was seen before it was taken away."""
    there = {name for name, look in part_checks(parts).items() if look is not None}
    return there if parts.payroll is None else {*there, System.PAYROLL}


def check_part(parts: Parts, name: str, look: PartCheck) -> None:
    """Look at one part if no other worker did in the last minute, and keep what was seen. No
    transaction is open while the other system is waited for."""
    with parts.register.write() as connection:
        if not take_turn(connection, name, parts.clock.now(), EVERY):
            return
    wrong = _what_is_wrong(name, look)
    state = State.OK if wrong is None else State.FAILING
    with parts.register.write() as connection:
        keep_state(connection, name, state, wrong, parts.clock.now())


def _what_is_wrong(name: str, look: PartCheck) -> str | None:
    try:
        return look()
    except ConnectorError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever breaks here, the part does not answer
        _log.warning("part.look_failed", part=name, error=type(error).__name__)
        return f"it does not answer ({type(error).__name__})"


def first_failure(checks: list[Check]) -> str | None:
    failed = [check for check in checks if check.state is CheckState.FAILED]
    return f"{failed[0].name}: {failed[0].seen}" if failed else None
