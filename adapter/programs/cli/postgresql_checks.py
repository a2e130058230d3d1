"""What `doctor` sees of a register on PostgreSQL that several machines share."""

from __future__ import annotations

from datetime import timedelta

from adapter.ground.store.failures import DIRECT_SETTING
from adapter.ground.store.register import Register
from connectors.ports import Check, CheckState

OFF = timedelta(seconds=5)


def postgresql_checks(register: Register) -> list[Check]:
    if register.engine.dialect.name != "postgresql":
        return []
    register.hear_time()
    return [_clock(register), *_pooler(register)]


def _clock(register: Register) -> Check:
    ahead = register.clock.ahead_of_machine()
    if abs(ahead) <= OFF:
        return Check("clock", CheckState.OK, "as that of the database")
    seconds = abs(round(ahead.total_seconds()))
    way = "behind" if ahead > timedelta() else "ahead of"
    return Check(
        "clock",
        CheckState.WARNING,
        f"{seconds} s {way} that of the database",
        "run a time service (NTP) on both: leases, periods and moments go by the database's clock, "
        "logs and the signatures of the plugin in Moodle by that of this machine",
    )


def _pooler(register: Register) -> list[Check]:
    if not register.pooled:
        return []
    if register.direct_url is not None:
        return [Check("pooler", CheckState.OK, "in front of the database")]
    return [
        Check(
            "pooler",
            CheckState.WARNING,
            "in front of the database, and no address past it",
            f"name it in {DIRECT_SETTING}: workers then hear of work at once, and backups can be "
            "made",
        )
    ]
