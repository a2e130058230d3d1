"""What counts of whether the employer must provide training by law (article 7:611a Dutch Civil
Code; Visie §7, P6).

HR settles it. What a manager answers is a proposal, and on a ground of necessity it is not taken
for an answer (A27): a claim would rest on it.
"""

from __future__ import annotations

from policy.model import Ground, MandatoryByLaw
from policy.trajectories import NECESSARY


def counts_as(
    answered: MandatoryByLaw, settled: MandatoryByLaw | None, ground: Ground
) -> MandatoryByLaw:
    """What HR settled; else `unknown` on a legal or function-bound ground, and what was answered on
    any other."""
    if settled is not None:
        return settled
    return MandatoryByLaw.UNKNOWN if ground in NECESSARY else answered


def to_settle(settled: MandatoryByLaw | None, ground: Ground) -> bool:
    """Whether HR still has to settle it."""
    return settled is None and ground in NECESSARY
