"""The service of the scenario, on SQLite; its LMS, HRIS and mail server answer on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapter.ground.store.register import Register
from config.settings import MailSettings
from tests.adapter.deliveries.test_mail import Mailbox, mailbox, server
from tests.adapter.programs.cli.conftest import Run, run
from tests.scenarios.year import Year, year_of

__all__ = ["mailbox", "run", "server", "year"]


@pytest.fixture
def year(
    sqlite_register: Register, run: Run, server: MailSettings, mailbox: Mailbox
) -> Iterator[Year]:
    """Everyone is in the HRIS and has an account; the service knows nothing yet."""
    with year_of(sqlite_register, run, server, mailbox) as year:
        yield year
