"""Findings of the procedure: `code` is a key of the texts `procedure.finding`."""

from __future__ import annotations

from policy.model import Finding, Number, Severity

REQUESTS = "Visie §6"
AGREEMENTS = "Visie §7"
HOURS = "Visie §8"
WEIGHING = "Visie §4"


def info(code: str, clause: str, /, **numbers: Number) -> Finding:
    return Finding(code, Severity.INFO, clause, numbers)


def advise(code: str, clause: str, /, **numbers: Number) -> Finding:
    return Finding(code, Severity.ADVISE, clause, numbers)
