"""The past year as a fixture."""

from tests.adapter.views.what_if.past import past_year

__all__ = ["past_year"]
