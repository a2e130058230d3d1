"""Fixtures and profiles shared by all tests."""

from hypothesis import settings

pytest_plugins = ["tests.fixtures.registers", "tests.fixtures.workbench", "tests.fixtures.accounts"]

# A fixed seed and no deadline: a test run on a slow machine finds what it finds anywhere.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")
