"""`backup FILE` and `restore FILE`: the register, while the service runs, and back."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from adapter.ground.store import migrate
from adapter.ground.store.backup import BackedUp, BackupFailed, back_up
from adapter.ground.store.backup import restore as restore_register
from adapter.ground.store.failures import named
from adapter.programs.cli.context import Context, pass_context, plain_errors
from adapter.programs.cli.for_each import for_each_organisation, of_all
from adapter.programs.cli.operator import operator
from adapter.register.put_back import note_put_back

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@of_all
@FILE
@pass_context
def backup(context: Context, every: bool, file: Path) -> None:
    """Write the register to a new FILE while processes write in it, and verify what was written.

    With --all FILE is a folder, in which each organisation gets a file of its name; it is made
    where it is missing.
    """
    if every:
        _make_folder(file)
        for_each_organisation(
            context, lambda one: _backup(one, file / f"{one.organisation}.backup")
        )
    else:
        _backup(context, file)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{folder}: cannot be made: {error.strerror}") from error


def _backup(context: Context, file: Path) -> None:
    register = context.unmigrated_bare().register
    with plain_errors(lambda: context), _ending_when_asked():
        try:
            made = back_up(register, file)
        except BackupFailed as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {_told(made)}; verified")


@contextmanager
def _ending_when_asked() -> Iterator[None]:
    """Also by SIGTERM, which would leave the half of a backup behind: everything of everybody."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command()
@FILE
@pass_context
def restore(context: Context, file: Path) -> None:
    """Put the backup in FILE into the register, which must be empty; verify it, and bring it to the
    revision of this version."""
    bare = context.unmigrated_bare()
    note = partial(note_put_back, now=bare.clock.now(), by=operator().name)
    with plain_errors(lambda: context), _ending_when_asked():
        try:
            restored = restore_register(bare.register, file, owner=context.organisation, then=note)
        except BackupFailed as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{named(bare.register.engine.url)}: {_told(restored)}; verified")
    if restored.revision != migrate.newest_revision():
        click.echo(f"{restored.revision} -> {migrate.newest_revision()}")
    click.echo(
        "what LMS and HRIS tell is read by itself when the service starts; what people recorded "
        "here since the backup is gone: docs/operations.md, The register was put back",
        err=True,
    )


def _told(made: BackedUp) -> str:
    logs = f", {made.lines} records in the chain" if made.lines else ""
    return f"revision {made.revision}, {made.rows} rows{logs}"
