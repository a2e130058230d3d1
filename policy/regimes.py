"""Whether a rule advises or holds on a day (P1).

Nothing is enforced before the management team adopted the policy (Visie §9.1, §10): until then
every rule that would enforce advises.
"""

from __future__ import annotations

from policy.model import Rule, Severity
from policy.parameters import Parameters

CLAUSE = "Visie §10"


def severity(rule: Rule, parameters: Parameters) -> Severity | None:
    """How heavily a broken rule weighs; None while the rule is off and has nothing to say."""
    weight: Severity | None = getattr(parameters.weights, rule)
    return weight
