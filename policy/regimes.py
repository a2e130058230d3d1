"""Whether a rule advises or holds on a day (P1).

Nothing is enforced before the management team adopted the policy (Visie §9.1, §10): until then
every rule that would enforce advises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from policy.model import Regime, Rule, Severity
from policy.parameters import Parameters

CLAUSE = "Visie §10"

_SEVERITIES = {Regime.ADVISE: Severity.ADVISE, Regime.ENFORCE: Severity.BLOCK}


def severity(rule: Rule, parameters: Parameters) -> Severity | None:
    """How heavily a broken rule weighs; None while the rule is off and has nothing to say."""
    return _SEVERITIES.get(parameters.regime(rule))


def enforces(parameters: Parameters) -> bool:
    """Whether any rule holds enrolments on the day of these parameters, once adopted."""
    return any(parameters.regime(rule) is Regime.ENFORCE for rule in Rule)


def until_adoption(parameters: Parameters) -> Parameters:
    """The same numbers, with advice wherever a rule would enforce."""
    names = ("regime_general", *(f"regime_{rule}" for rule in Rule))
    enforced = {name for name in names if getattr(parameters, name) is Regime.ENFORCE}
    softened: dict[str, Any] = dict.fromkeys(enforced, Regime.ADVISE)
    return replace(parameters, **softened)
