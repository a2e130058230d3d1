"""Whether a rule advises or holds on a day (P1)."""

from __future__ import annotations

from policy.model import Regime, Rule, Severity
from policy.parameters import Parameters

_SEVERITIES = {Regime.ADVISE: Severity.ADVISE, Regime.ENFORCE: Severity.BLOCK}


def severity(rule: Rule, parameters: Parameters) -> Severity | None:
    """How heavily a broken rule weighs; None while the rule is off and has nothing to say."""
    return _SEVERITIES.get(parameters.regime(rule))
