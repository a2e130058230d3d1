"""What counts of whether training is mandatory by law, and what HR has to settle (P6, A27)."""

from __future__ import annotations

import pytest

from policy.model import Ground, MandatoryByLaw
from policy.statutory import counts_as, to_settle
from policy.trajectories import NECESSARY

YES, NO, UNKNOWN = MandatoryByLaw.YES, MandatoryByLaw.NO, MandatoryByLaw.UNKNOWN
OTHER = [ground for ground in Ground if ground not in NECESSARY]


@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("settled", [YES, NO])
def test_what_hr_settled_counts(ground: Ground, settled: MandatoryByLaw) -> None:
    assert counts_as(UNKNOWN, settled, ground) is settled
    assert not to_settle(settled, ground)


@pytest.mark.parametrize("ground", sorted(NECESSARY))
@pytest.mark.parametrize("answered", [YES, NO, UNKNOWN])
def test_on_a_necessary_ground_an_answer_is_a_proposal(
    ground: Ground, answered: MandatoryByLaw
) -> None:
    assert counts_as(answered, None, ground) is UNKNOWN
    assert to_settle(None, ground)


@pytest.mark.parametrize("ground", OTHER)
@pytest.mark.parametrize("answered", [YES, NO, UNKNOWN])
def test_on_another_ground_the_answer_counts(ground: Ground, answered: MandatoryByLaw) -> None:
    assert counts_as(answered, None, ground) is answered
    assert not to_settle(None, ground)
