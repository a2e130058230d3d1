"""A sync of accounts killed with SIGKILL while Moodle is making them: everyone gets one account."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapter.ground.clock import FileClock
from adapter.ground.store.register import Register
from adapter.programs.wiring import build_parts
from adapter.subjects.accounts.reservations import RESERVED
from adapter.subjects.accounts.sync import sync_accounts
from config.settings import load_settings
from sandboxes.moodle import (
    Course,
    Fault,
    SandboxMoodle,
    State,
    User,
)
from tests.fixtures.programs import running, wait_until

PEOPLE = 120
LONG_AGO = 1_700_000_000
COLUMNS = (
    "medewerkernummer;voornaam;tussenvoegsel;achternaam;email;afdeling;leidinggevende;"
    "dienstverband;datum_in_dienst;datum_uit_dienst;uren_per_week;fte"
)


def numbers_in(state: State) -> Counter[str]:
    return Counter(user.profile.get("personeelsnummer", "") for user in list(state.users.values()))


def test_nobody_is_made_twice_and_nobody_is_forgotten(
    tmp_path: Path, sqlite_register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.move_to(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    everyone = [f"2{number:04}" for number in range(PEOPLE)]
    rows = [f"{n};Sanne;van 't;Hof;{n}@example.org;Zorg;;1;2019-09-01;;36;1" for n in everyone]
    (tmp_path / "hris").mkdir()
    staff = tmp_path / "hris" / "list.csv"
    staff.write_text("\n".join([COLUMNS, *rows, ""]), "utf-8")
    # A file that was written just now may not be whole yet.
    os.utime(staff, (LONG_AGO, LONG_AGO))
    state = State(clock=lambda: clock.now().timestamp())
    state.add_user(User(4, "bekend", "Be", "Kend", "bekend@example.org"))
    state.add_course(Course(2, "BEKEND", "Bekend", "BEKEND"))
    with SandboxMoodle(state) as moodle:
        environment = {
            "ODWH_DATABASE_URL": sqlite_register.engine.url.render_as_string(),
            "ODWH_REHEARSAL_CLOCK": str(tmp_path / "clock"),
            "ODWH_REHEARSAL_WITH_LMS": "true",
            "ODWH_CSV_FOLDER": str(tmp_path / "hris"),
            "ODWH_MOODLE_URL": moodle.url,
            "ODWH_MOODLE_TOKEN": moodle.token,
            "ODWH_MOODLE_KNOWN_USER": "bekend",
            "ODWH_MOODLE_KNOWN_COURSE": "BEKEND",
            "ODWH_MOODLE_WRITE_ACCOUNTS": "true",
        }
        moodle.switches.fail_next(Fault.LOST_ANSWER, function="core_user_create_users")
        with running("sync", "employees", environment=environment) as program:
            wait_until(lambda: numbers_in(state)[everyone[0]], "the first batch was not made")
            program.kill()
        assert 0 < sum(numbers_in(state)[number] for number in everyone) < PEOPLE
        clock.move_to(clock.now() + RESERVED + timedelta(minutes=1))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        parts = build_parts(load_settings())
        done = sync_accounts(parts, dry_run=False)
        parts.register.close()
    assert done.written.waiting == []
    assert {number: numbers_in(state)[number] for number in everyone} == dict.fromkeys(everyone, 1)
