"""How many connections to PostgreSQL a process has of each organisation."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy.pool import QueuePool

from adapter.programs.opening import open_parts
from config.organisations import Organisations
from config.settings import Settings
from tests.fixtures.organisations import NOORD, Installation


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_web_process_opens_as_many_connections_as_are_set_for_it(
    installation: Installation,
) -> None:
    installation.add_settings(
        NOORD, "database_web_connections = 3\ndatabase_worker_connections = 5"
    )
    organisations = Organisations(
        Settings.model_validate({"organisations_folder": installation.folder})
    )
    noord = organisations.named(NOORD)
    for parts, most in ((open_parts(noord, for_web=True), 3), (open_parts(noord), 5)):
        pool = parts.register.engine.pool
        assert isinstance(pool, QueuePool)
        with ExitStack() as opened:
            for _ in range(most):
                opened.enter_context(parts.register.engine.connect())
            assert parts.register.connections_in_use() == most
            assert pool.size() + pool._max_overflow == most
        parts.register.close()
