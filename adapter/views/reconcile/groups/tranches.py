"""Tranches whose decision window is over while requests wait for a decision (Visie §6, P2)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.views.reconcile.finding import NEITHER, Drift, Group
from adapter.views.reconcile.snapshot import Snapshot
from policy.model import Severity
from policy.tranches import tranche_named

CODES = ("decision_overdue",)


def find(world: Snapshot) -> Iterator[Drift]:
    for name, count in sorted(world.undecided.items()):
        until = tranche_named(name, world.policy).decision_until
        if until < world.as_of:
            yield Drift(
                code="decision_overdue",
                severity=Severity.ADVISE,
                clause="Visie §6",
                numbers={"tranche": name, "until": until.isoformat(), "count": count},
                about=(name,),
            )


GROUP = Group("tranches", CODES, NEITHER, find, of_people=False)
