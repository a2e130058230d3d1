"""The service of the scenario, on SQLite; its LMS, HRIS and mail server answer on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from adapter.parts import Parts
from adapter.store.register import open_register
from config.policy_files import load_policy
from config.settings import MailSettings, Settings
from connectors.afas.config import AfasConfig
from connectors.afas.hris import Afas
from connectors.afas.sandbox import SandboxAfas
from connectors.moodle.config import MoodleConfig
from connectors.moodle.lms import Moodle
from connectors.moodle.sandbox.server import SandboxMoodle
from connectors.moodle.sandbox.state import REPORT_ID
from policy.days import AMSTERDAM
from tests.adapter.cli.conftest import Run, run
from tests.adapter.outbox.test_mail import Mailbox, mailbox, server
from tests.fixtures.workbench import StandingClock
from tests.scenarios.people import EVERYONE, INSPECTION, MARGRIET, lms_before_the_year
from tests.scenarios.year import Year

__all__ = ["mailbox", "run", "server", "year"]

BEGINS = datetime(2026, 11, 9, 8, 0, tzinfo=AMSTERDAM)


@pytest.fixture
def year(
    sqlite_template: Path, tmp_path: Path, run: Run, server: MailSettings, mailbox: Mailbox
) -> Iterator[Year]:
    """Everyone is in the HRIS and has an account; the service knows nothing yet."""
    file = tmp_path / "register.sqlite3"
    shutil.copy(sqlite_template, file)
    register = open_register(f"sqlite:///{file}")
    clock = StandingClock(BEGINS)
    state = lms_before_the_year(lambda: clock.now().timestamp())
    with (
        SandboxMoodle(state) as moodle,
        SandboxAfas([person.employment() for person in EVERYONE], clock.now) as afas,
    ):
        lms = Moodle(
            MoodleConfig(
                url=moodle.url,
                token=moodle.token,
                known_user=MARGRIET.username,
                known_course=INSPECTION,
                enrolment_report_id=REPORT_ID,
                attempts=1,
            ),
            now=clock.now,
        )
        hris = Afas(AfasConfig(base_url=afas.url, tenant="12345", token=afas.token), now=clock.now)
        parts = Parts(register, load_policy(), clock, Settings(mail=server), lms, hris)
        yield Year(parts, clock, moodle, afas, mailbox, run)
        hris.close()
        lms.close()
    register.close()
