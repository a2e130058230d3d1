"""`organisations add|list`: those of an installation that serves several."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from adapter.ground.clock import SystemClock
from adapter.ground.register_clock import record
from adapter.ground.store import migrate
from adapter.ground.store.backup import BackupFailed, restore
from adapter.ground.store.failures import WrongAddress, address, sentence
from adapter.ground.store.organisation_schema import SchemaTaken, drop_schema, make_schema
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.register_facts import OF
from adapter.programs.cli.context import Context, pass_context
from adapter.programs.cli.listing import echo_json, listing
from adapter.programs.cli.operator import operator
from adapter.programs.cli.output import make_private
from adapter.programs.opening import why_not_served
from adapter.register.keys import KeyWanted, Role, make_key
from adapter.register.put_back import note_put_back
from config.addresses import is_safe_address
from config.organisations import (
    DATABASE_FILE,
    POLICY_FOLDER,
    REGISTER_FILE,
    SETTINGS_FILE,
    Organisation,
    host_of,
    require_name,
)
from config.policy_files import FOLDER as SHIPPED_POLICY

_OPENING = """\
# Settings of {name}, one of the organisations of this installation. Which there are, and what each
# holds: docs/settings.md. What this file changes is noticed by itself.
"""


@click.group()
def organisations() -> None:
    """The organisations of an installation that serves several."""


@organisations.command()
@click.argument("name")
@click.option(
    "--address",
    "url",
    required=True,
    help="Where its people and programs reach it, as https://leren.example.org.",
)
@click.option(
    "--database",
    help="PostgreSQL in which it gets a role and a schema, as a role that may make both; or a "
    "register on SQLite. Default: ODWH_DATABASE_URL where that is PostgreSQL, else a file in its "
    "folder.",
)
@click.option(
    "--restore",
    "backup",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A backup of this organisation, put into its new register: with the keys in it, so that "
    "none is made.",
)
@pass_context
def add(context: Context, name: str, url: str, database: str | None, backup: Path | None) -> None:
    """Make a folder, a register and a first administrator key, which is printed. The service
    notices it by itself."""
    _refuse_taken(context, name, url)
    assert context.service is not None, "there are several"
    given = context.service.database_url if database is None else database
    folder = context.organisations.folder / name
    with _new_folder(folder) as making:
        try:
            own = _write_settings(making, name, url.rstrip("/"), given, database is not None)
            key = _make_register(own, name, backup, given)
        except (WrongAddress, SchemaTaken, BackupFailed) as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            raise click.ClickException(sentence(error, address(given))) from error
    if key is not None:
        click.echo(key)
    told = "" if key is None else "This key of its administrator is not shown again. "
    click.echo(
        f"{folder}: made. {told}Its LMS, HRIS and mail go into {folder / SETTINGS_FILE}; then: "
        f"odwh-adapter --organisation {name} doctor",
        err=True,
    )


@organisations.command("list")
@listing
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Each organisation with its address, and why it cannot be served where it cannot. Exit code 1
    when there is such a one."""
    states = [_State.of(one) for one in context.organisations.all()]
    if as_json:
        echo_json([one.members() for one in states])
    else:
        for one in states:
            click.echo(one.line())
        click.echo(f"{len(states)} organisations", err=True)
    if any(one.fault for one in states):
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class _State:
    name: str
    address: str | None
    fault: str | None

    @classmethod
    def of(cls, one: Organisation) -> _State:
        url = None if one.settings is None else one.settings.public_url
        return cls(one.name, url or one.host, why_not_served(one))

    def members(self) -> dict[str, object]:
        return {"name": self.name, "address": self.address, "fault": self.fault}

    def line(self) -> str:
        state = "ok" if self.fault is None else f"FAILED  {self.fault}"
        return f"{self.name}  {self.address or '–'}  {state}"


def _refuse_taken(context: Context, name: str, url: str) -> None:
    try:
        require_name(name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not is_safe_address(url):
        raise click.UsageError(
            f"--address: {url}: must be https://, without a path; http:// is for this machine only"
        )
    for one in context.organisations.all():
        if one.name == name:
            raise click.ClickException(f"{one.folder}: is there already and stays as it is")
        if one.host == host_of(url):
            raise click.ClickException(
                f"--address: {one.host} is that of organisation {one.name}; each has its own"
            )


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Made under another name, and seen by the service once it is whole."""
    making = folder.with_name(f".{folder.name}")
    try:
        making.mkdir(mode=0o700)
    except FileExistsError as error:
        raise click.ClickException(
            f"{making}: an organisation of this name is being made, or that was broken off; if "
            f"nobody is, remove it, and on PostgreSQL its schema (docs/organisations.md)"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{making}: cannot be made: {error.strerror}") from error
    try:
        yield making
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def _write_settings(making: Path, name: str, url: str, given: str, chosen: bool) -> str:
    """Returns the address of its register, for which a role and schema were made."""
    shutil.copytree(SHIPPED_POLICY, making / POLICY_FOLDER, ignore=_no_python)
    wanted = address(given)
    lines = [_OPENING.format(name=name)]
    if wanted.get_backend_name() == "postgresql":
        password = secrets.token_urlsafe(32)
        own = _as_text(make_schema(given, name, password))
        make_private(making / DATABASE_FILE, f"{own}\n", "remove it")
        lines.append(f'database_url_file = "{DATABASE_FILE}"\n')
    elif chosen:
        # From here; in the settings it would be from the folder.
        own = f"sqlite:///{Path(wanted.database or '').absolute()}"
        lines.append(f"database_url = {json.dumps(own)}\n")
    else:
        own = f"sqlite:///{(making / REGISTER_FILE).absolute()}"
    lines.append(f"[pages]\nurl = {json.dumps(url)}\n")
    make_private(making / SETTINGS_FILE, "\n".join(lines), "remove it")
    return own


def _make_register(url: str, name: str, backup: Path | None, given: str) -> str | None:
    """Returns the key of the administrator; None where the backup holds keys."""
    try:
        return _filled(url, name, backup)
    except BaseException:
        if address(given).get_backend_name() == "postgresql":
            drop_schema(given, name)
        raise


def _filled(url: str, name: str, backup: Path | None) -> str | None:
    register = open_register(url)
    try:
        if backup is not None:
            note = partial(note_put_back, now=SystemClock().now(), by=operator().name)
            restore(register, backup, owner=name, then=note)
            record(register, **{OF: name})
            return None
        migrate.upgrade(register)
        record(register, **{OF: name})
        wanted = KeyWanted("first administrator", Role.ADMIN)
        with register.write() as connection:
            return make_key(connection, wanted, SystemClock().now(), by=operator().name).key
    finally:
        register.close()


def _as_text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _no_python(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".toml")}
