"""The lines of the basis add up to it, whatever was asked, granted, agreed and spent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policy.cost_basis import KINDS, CostLine, cost_lines

cents = st.integers(0, 10_000_000)


@given(st.dictionaries(st.sampled_from(KINDS), cents), cents, cents)
def test_the_lines_add_up_to_the_basis_or_there_are_none(
    kinds: dict[str, int], subsidy: int, basis: int
) -> None:
    lines = cost_lines(kinds, subsidy, basis)
    if not any(kinds.values()):
        assert lines == ()
        return
    assert sum(line.cents for line in lines) == basis
    assert len({line.kind for line in lines}) == len(lines)
    assert all(line.cents for line in lines)


def test_a_subsidy_is_deducted_and_what_was_agreed_below_the_costs_shows() -> None:
    lines = cost_lines({"fee": 300_000, "books": 0, "exam": 20_000}, 50_000, 240_000)
    assert lines == (
        CostLine("fee", 300_000),
        CostLine("exam", 20_000),
        CostLine("subsidy", -50_000),
        CostLine("difference", -30_000),
    )
