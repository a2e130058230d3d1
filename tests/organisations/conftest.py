"""Two organisations: one with the records of the small agency, of the other each record marked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapter.ground.store.register import Register
from tests.adapter.doors.web.roles.conftest import World, office, world
from tests.fixtures.organisations import NOORD, ZUID, Installation, installation, plant

__all__ = ["World", "installation", "office", "world"]


@pytest.fixture
def register(installation: Installation) -> Iterator[Register]:
    """That of the organisation which is asked; `world` fills it."""
    opened = installation.open(NOORD)
    yield opened
    opened.close()


@pytest.fixture
def planted(installation: Installation) -> Iterator[Register]:
    """That of the other."""
    opened = installation.open(ZUID)
    plant(opened)
    yield opened
    opened.close()
