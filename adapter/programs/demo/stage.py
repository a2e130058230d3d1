"""The stage of the demo: a sandbox LMS and HRIS on loopback, and the service as it really runs,
with a web process and a worker process that are started again when they end."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from adapter.ground.clock import FileClock
from adapter.ground.log import configure_logging
from adapter.ground.parts import Parts
from adapter.ground.register_clock import (
    CLOCK,
    DEMO,
    MADE_BY,
    RunsOn,
    record,
)
from adapter.ground.store import migrate
from adapter.programs.demo.agency import (
    Person,
    employments,
    lms_state,
    people,
)
from adapter.programs.supervisor import Started, supervise
from adapter.programs.wiring import build_parts
from adapter.register.given_roles import give_role
from adapter.register.keys import Role, create_key
from config.settings import PREFIX, Settings, load_settings
from sandboxes.afas import SandboxAfas
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID

WEBHOOK_TOKEN = "TOKEN"  # noqa: S105 - what the recorded requests hold
ADMIN_TOKEN = "beheer-token"  # noqa: S105 - of the sandbox, for what an administrator does there
ADMIN = 2
PLUGIN_SECRET = "whsec_ZGVtbyBvZiB0aGUgbGVhcm5pbmcgcG9saWN5"  # noqa: S105 - of the sandbox
REGISTER, SETTINGS = "register.sqlite3", "odwh-adapter.toml"
FILES = (REGISTER, f"{REGISTER}-wal", f"{REGISTER}-shm", "service.log")
MARK = "made-by-the-demo"
_FROM_OUTSIDE = {
    "PROMETHEUS_MULTIPROC_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the story acts on. `keys` has an API key per role."""

    folder: Path
    staff: tuple[Person, ...]
    clock: FileClock
    moodle: SandboxMoodle
    afas: SandboxAfas
    parts: Parts
    keys: dict[Role, str]

    @property
    def address(self) -> str:
        return f"http://{self.parts.settings.bind}"


@contextmanager
def set_up(folder: Path, starts_at: datetime, bind: str, started: Started) -> Iterator[Stage]:
    """Raise the stage in a folder and take it down again; the folder's earlier demo is replaced.

    Raises `NotOurs` when the folder holds anything that no demo made.
    """
    _forget_settings_from_outside()
    _clear(folder)
    clock = FileClock(folder / "clock")
    clock.move_to(starts_at)
    staff = people()
    state = lms_state(staff, lambda: clock.now().timestamp())
    state.add_token(ADMIN_TOKEN, ADMIN)
    with (
        SandboxMoodle(
            state,
            local_webhooks=[f"http://{bind}/v1/lms-events"],
            webhook_token=WEBHOOK_TOKEN,
        ) as moodle,
        SandboxAfas(employments(staff), clock.now) as afas,
    ):
        settings = _write_settings(folder, moodle, afas, bind)
        parts = build_parts(settings)
        with closing(parts.register):
            migrate.upgrade(parts.register)
            record(parts.register, **{MADE_BY: DEMO, CLOCK: RunsOn.REHEARSAL})
            keys = _keys(parts, staff)
            _give_roles(parts)
            with _service(folder, started):
                yield Stage(folder, staff, clock, moodle, afas, parts, keys)


class NotOurs(Exception):
    """What stands where the demo would write, and no demo made."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.file = file


def _forget_settings_from_outside() -> None:
    """An administrator's shell names the live register and LMS; the demo must not reach them.

    The programs that it starts get what is left of the environment. A proxy cannot reach loopback.
    """
    for name in list(os.environ):
        if name.upper().startswith(PREFIX) or name.upper() in _FROM_OUTSIDE:
            del os.environ[name]


def _clear(folder: Path) -> None:
    """Empty the folder of an earlier demo, known by the file that it leaves first of all."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARK).is_file():
        for name in (*FILES, "reports", SETTINGS, "clock"):
            if (folder / name).exists():
                raise NotOurs(folder / name)
        (folder / MARK).write_text("The demo begins anew in this folder each time it is run.\n")
    register = folder / REGISTER
    if register.exists() and not _made_by_a_demo(register):
        raise NotOurs(register)
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)
    (folder / "reports").mkdir()


def _made_by_a_demo(file: Path) -> bool:
    """Asked without the migrations: whatever else it is, the file is left as it stands."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)) as it:
            found = it.execute("SELECT value FROM register_facts WHERE name = ?", (MADE_BY,))
            return (DEMO,) in found.fetchall()
    except sqlite3.Error:
        return False


def _write_settings(folder: Path, moodle: SandboxMoodle, afas: SandboxAfas, bind: str) -> Settings:
    """As an administrator would: one file, read by this process, the web service and the worker."""
    lines = f"""
        database_url = "sqlite:///{(folder / REGISTER).resolve()}"
        bind = "{bind}"
        rehearsal_clock = "{(folder / "clock").resolve()}"
        rehearsal_with_lms = true
        webhook_token = "{WEBHOOK_TOKEN}"
        [moodle]
        url = "{moodle.url}"
        token = "{moodle.token}"
        enrolment_report_id = {REPORT_ID}
        known_user = "u10005"
        known_course = "OPL-003"
        plugin_secret = "{PLUGIN_SECRET}"
        [afas]
        url = "{afas.url}"
        token = "{afas.token}"
        tenant = "12345"
    """
    file = folder / SETTINGS
    file.write_text("\n".join(line.strip() for line in lines.strip().splitlines()) + "\n")
    configure_logging("CRITICAL")
    return load_settings(file)


def _keys(parts: Parts, staff: tuple[Person, ...]) -> dict[Role, str]:
    owners = {Role.MANAGER: staff[0].manager_id, Role.EMPLOYEE: staff[0].employee_id}
    return {
        role: create_key(parts.register, parts.clock, f"demo {role}", role, owners.get(role))
        for role in Role
    }


ROLES = {
    "20005": Role.HR,
    "20000": Role.MANAGEMENT_TEAM,
    "20012": Role.KNOWLEDGE_BROKER,
    "20019": Role.AUDITOR,
    "20026": Role.ADMIN,
}
"""Who has which role at the pages, beside what follows from the HRIS."""


def _give_roles(parts: Parts) -> None:
    with parts.register.write() as connection:
        for employee_id, role in ROLES.items():
            give_role(connection, employee_id, role, by=DEMO, now=parts.clock.now())


@contextmanager
def _service(folder: Path, started: Started) -> Iterator[None]:
    """`serve`, with the worker's process id told, so that one can try to kill it."""
    config = ("--config", str(folder / SETTINGS))
    program = (sys.executable, "-m", "adapter", *config)
    stop = Event()
    with (folder / "service.log").open("ab") as log:
        thread = Thread(
            target=supervise,
            args=(
                {"web": (*program, "serve", "--no-worker"), "worker": (*program, "worker")},
                stop,
            ),
            kwargs={"started": started, "output": log},
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
