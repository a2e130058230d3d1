"""The stage of the demo: a sandbox LMS and HRIS on loopback, and the service as it really runs,
with a web process and a worker process that are started again when they end."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import socket
from threading import Event, Thread

from adapter.clock import FileClock
from adapter.demo.agency import Person, employments, lms_state, people
from adapter.keys import Role, create_key
from adapter.log import configure_logging
from adapter.parts import Parts
from adapter.store import migrate
from adapter.supervisor import Started, supervise
from adapter.wiring import build_parts
from config.settings import Settings, load_settings
from connectors.afas.sandbox import SandboxAfas
from connectors.moodle.sandbox.server import SandboxMoodle
from connectors.moodle.sandbox.state import REPORT_ID

WEBHOOK_TOKEN = "TOKEN"  # noqa: S105 - what the recorded requests hold
ADMIN_TOKEN = "beheer-token"  # noqa: S105 - of the sandbox, for what an administrator does there
ADMIN = 2
PLUGIN_SECRET = "whsec_ZGVtbyBvZiB0aGUgbGVhcm5pbmcgcG9saWN5"  # noqa: S105 - of the sandbox
FILES = ("register.sqlite3", "register.sqlite3-wal", "register.sqlite3-shm", "service.log")


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
def set_up(
    folder: Path, starts_at: datetime, bind: str | None, started: Started
) -> Iterator[Stage]:
    """Raise the stage in a folder and take it down again; the folder's earlier demo is replaced."""
    _clear(folder)
    clock = FileClock(folder / "clock")
    clock.move_to(starts_at)
    staff = people()
    state = lms_state(staff, lambda: clock.now().timestamp())
    state.add_token(ADMIN_TOKEN, ADMIN)
    bind = bind or f"127.0.0.1:{_free_port()}"
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
        migrate.upgrade(parts.register)
        keys = _keys(parts, staff)
        with _service(folder, started):
            yield Stage(folder, staff, clock, moodle, afas, parts, keys)
        parts.register.close()


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)
    (folder / "reports").mkdir()


def _write_settings(folder: Path, moodle: SandboxMoodle, afas: SandboxAfas, bind: str) -> Settings:
    """As an administrator would: one file, read by this process, the web service and the worker."""
    lines = f"""
        database_url = "sqlite:///{(folder / "register.sqlite3").resolve()}"
        bind = "{bind}"
        rehearsal_clock = "{(folder / "clock").resolve()}"
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
    file = folder / "odwh-adapter.toml"
    file.write_text("\n".join(line.strip() for line in lines.strip().splitlines()) + "\n")
    configure_logging("CRITICAL")
    return load_settings(file)


def _keys(parts: Parts, staff: tuple[Person, ...]) -> dict[Role, str]:
    owners = {Role.MANAGER: staff[0].manager_id, Role.EMPLOYEE: staff[0].employee_id}
    return {
        role: create_key(parts.register, parts.clock, f"demo {role}", role, owners.get(role))
        for role in Role
    }


@contextmanager
def _service(folder: Path, started: Started) -> Iterator[None]:
    """`serve`, with the worker's process id told, so that one can try to kill it."""
    config = ("--config", str(folder / "odwh-adapter.toml"))
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


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
