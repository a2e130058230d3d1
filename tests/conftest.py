"""Fixtures and profiles shared by all tests."""

import signal

from hypothesis import settings

pytest_plugins = ["tests.fixtures.registers", "tests.fixtures.workbench", "tests.fixtures.accounts"]

# A fixed seed and no deadline: a test run on a slow machine finds what it finds anywhere.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")

# A shell that runs the tests in the background lets them ignore Ctrl-C, and so would every program
# that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
