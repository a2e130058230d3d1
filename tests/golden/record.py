"""Records what the version at hand stores: `python -m tests.golden.record 0.1.0`.

Run it once per release, on the commit of that release, and never again for that version.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from config.policy_files import FOLDER
from tests.adapter.deliveries.test_mail import Mailbox, listening
from tests.adapter.programs.cli.conftest import run_command
from tests.fixtures.registers import started_postgres
from tests.golden import dump
from tests.golden.reading import Reader
from tests.golden.recording import RECORDINGS, Recording
from tests.golden.what_was_stored import fill
from tests.scenarios.year import year_of


def record(version: str) -> None:
    folder = RECORDINGS / version
    folder.mkdir()
    shutil.copytree(FOLDER, folder / "policy", ignore=shutil.ignore_patterns("*.md"))
    with TemporaryDirectory(prefix="golden-") as scratch:
        file = Path(scratch) / "register.sqlite3"
        _record_one(
            Recording(version, "sqlite"), f"sqlite:///{file}", lambda: dump.sqlite_sql(file)
        )
    with started_postgres() as url:
        _record_one(Recording(version, "postgresql"), url, lambda: dump.postgres_sql(url))


def _record_one(recording: Recording, url: str, written: Callable[[], str]) -> None:
    register = open_register(url)
    upgrade(register)
    mailbox = Mailbox()
    with listening(mailbox) as mail, year_of(register, run_command, mail, mailbox) as year:
        fill(year)
        answers = Reader(year.parts).everything()
        moment = year.parts.clock.now().isoformat()
    register.close()
    recording.write(written(), moment, answers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    record(parser.parse_args().version)
