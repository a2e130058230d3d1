"""Fixtures of this folder."""

from __future__ import annotations

import pytest

from adapter.ground.store.register import Register
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.agency import Agency, agency

__all__ = ["agency"]


@pytest.fixture
def sqlite_agency(sqlite_register: Register) -> Agency:
    """For what depends on texts and not on the engine."""
    agency = Agency(sqlite_register)
    adopt_policy(sqlite_register)
    agency.in_order()
    return agency
