"""The service of the scenario, on SQLite; its LMS, HRIS and mail server answer on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapter.store.register import open_register
from config.settings import MailSettings
from tests.adapter.cli.conftest import Run, run
from tests.adapter.outbox.test_mail import Mailbox, mailbox, server
from tests.scenarios.year import Year, year_of

__all__ = ["mailbox", "run", "server", "year"]


@pytest.fixture
def year(
    sqlite_template: Path, tmp_path: Path, run: Run, server: MailSettings, mailbox: Mailbox
) -> Iterator[Year]:
    """Everyone is in the HRIS and has an account; the service knows nothing yet."""
    file = tmp_path / "register.sqlite3"
    shutil.copy(sqlite_template, file)
    register = open_register(f"sqlite:///{file}")
    with year_of(register, run, server, mailbox) as year:
        yield year
    register.close()
