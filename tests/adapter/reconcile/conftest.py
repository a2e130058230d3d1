"""Fixtures of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapter.store.register import open_register
from tests.fixtures.adoption import adopt_policy
from tests.fixtures.agency import Agency, agency

__all__ = ["agency"]


@pytest.fixture
def sqlite_agency(sqlite_template: Path, tmp_path: Path) -> Iterator[Agency]:
    """For what depends on texts and not on the engine."""
    file = tmp_path / "register.sqlite3"
    shutil.copy(sqlite_template, file)
    register = open_register(f"sqlite:///{file}")
    agency = Agency(register)
    adopt_policy(register)
    agency.in_order()
    yield agency
    register.close()
