"""`sandbox`: an LMS and an HRIS to try the adapter out on, without the adapter itself."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from adapter.doors.web.listening import CannotListen, require_free
from adapter.programs.cli.output import make_private
from adapter.programs.demo.agency import (
    PIET,
    employments,
    lms_state,
    people,
)
from adapter.programs.demo.stage import ADMIN, ADMIN_TOKEN, WEBHOOK_TOKEN
from sandboxes.afas import SandboxAfas
from sandboxes.moodle.server import SandboxMoodle
from sandboxes.moodle.state import REPORT_ID

KNOWN_COURSE, COURSE = "OPL-003", 4


@click.command()
@click.option("--lms-port", type=click.IntRange(0, 65_535), default=0, help="Default: a free one.")
@click.option("--hris-port", type=click.IntRange(0, 65_535), default=0, help="Default: a free one.")
@click.option(
    "--adapter",
    default="127.0.0.1:8000",
    show_default=True,
    help="Where the adapter listens, for the events that the LMS sends.",
)
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the settings to this new file.",
)
def sandbox(lms_port: int, hris_port: int, adapter: str, file: Path | None) -> None:
    """Run a sandbox LMS and HRIS with 120 invented people until Ctrl-C, and print the settings that
    connect an adapter to them. Reads no setting, and forgets everything when it ends."""
    staff = people()
    state = lms_state(staff, lambda: datetime.now(UTC).timestamp())
    state.add_token(ADMIN_TOKEN, ADMIN)
    with ExitStack() as running:
        for port in filter(None, (lms_port, hris_port)):
            try:
                require_free(f"127.0.0.1:{port}")
            except CannotListen as error:
                raise click.ClickException(f"port {port} is taken; name another one") from error
        moodle = running.enter_context(
            SandboxMoodle(
                state,
                local_webhooks=[f"http://{adapter}/v1/lms-events"],
                webhook_token=WEBHOOK_TOKEN,
                port=lms_port,
            )
        )
        afas = running.enter_context(SandboxAfas(employments(staff), port=hris_port))
        settings = _settings(moodle, afas, adapter)
        if file is not None:
            make_private(file, settings, "remove it or name another file")
        click.echo(settings)
        click.echo(_what_to_do(moodle, file or Path("sandbox.toml")), err=True)
        _until_ended()


def _settings(moodle: SandboxMoodle, afas: SandboxAfas, adapter: str) -> str:
    return f"""\
database_url = "sqlite:///sandbox.sqlite3"
bind = "{adapter}"
webhook_token = "{WEBHOOK_TOKEN}"

[moodle]
url = "{moodle.url}"
token = "{moodle.token}"
enrolment_report_id = {REPORT_ID}
known_user = "{PIET.username}"
known_course = "{KNOWN_COURSE}"

[afas]
url = "{afas.url}"
token = "{afas.token}"
tenant = "12345"
"""


def _what_to_do(moodle: SandboxMoodle, file: Path) -> str:
    enrol = " ".join(
        f"-d '{name}={value}'"
        for name, value in {
            "wstoken": ADMIN_TOKEN,
            "wsfunction": "enrol_manual_enrol_users",
            "moodlewsrestformat": "json",
            "enrolments[0][roleid]": 5,
            "enrolments[0][userid]": PIET.user_id,
            "enrolments[0][courseid]": COURSE,
        }.items()
    )
    return f"""\
With these settings in {file}, in another window:
  odwh-adapter --config {file} doctor
  odwh-adapter --config {file} sync
  odwh-adapter --config {file} serve
Enrol employee {PIET.employee_id} in {KNOWN_COURSE}, as an administrator of the LMS does:
  curl {enrol} {moodle.url}/webservice/rest/server.php
The people, courses and keys are invented. Both systems run until Ctrl-C."""


def _until_ended() -> None:
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    # Not one long wait: a signal that reaches another thread first does not wake this one.
    while not ended.wait(1.0):
        pass
