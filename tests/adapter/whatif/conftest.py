"""The past year as a fixture."""

from tests.adapter.whatif.past import past_year

__all__ = ["past_year"]
