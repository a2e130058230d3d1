"""Where a command leaves what it wrote."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import IO

import click

from adapter.ground.rendering.documents import Document
from adapter.ground.spreadsheets.row_by_row import WrittenDown
from adapter.ground.spreadsheets.sheet import Sheet
from config.catalogue import Language


def write_out(written: bytes | IO[bytes], output: Path | None, note: str = "") -> None:
    """To the file, whose name is then told with `note`, or to standard output."""
    source = BytesIO(written) if isinstance(written, bytes) else written
    if output is None:
        if sys.stdout.isatty() and not _is_text(source.read()):
            raise click.ClickException("this is no text for a terminal: say --output FILE")
        source.seek(0)
        shutil.copyfileobj(source, sys.stdout.buffer)
        return
    try:
        _write(source, output)
    except OSError as error:
        raise click.ClickException(
            f"{output}: cannot be written: {error.strerror}; name a file in a folder that is "
            "there, where you may write and where there is room"
        ) from error
    click.echo(f"{output}{note}", err=True)


def _write(source: IO[bytes], output: Path) -> None:
    """Whole or not at all: what was there stays until the new one stands."""
    target = output.resolve()
    there = target.exists()
    if there and not (target.is_file() and os.access(target.parent, os.W_OK)):
        # Such as a device or a pipe.
        with target.open("wb") as file:
            shutil.copyfileobj(source, file)
        return
    with _beside(target) as beside:
        with beside.open("wb") as file:
            shutil.copyfileobj(source, file)
        if there:
            # It keeps the mode that someone gave it.
            shutil.copymode(target, beside)
        beside.replace(target)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file for its own user alone, since it can hold names and amounts; gone after what
    failed."""
    descriptor, name = mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    beside = Path(name)
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


IN_A_FOLDER = "A file, or a folder for a file with subject and period in its name. Default: stdout."
"""What every `--output` of a report says."""


def write_document(document: Document, output: Path | None, note: str = "") -> None:
    """As `write_out`; into a folder under its own name."""
    if output is not None and output.is_dir():
        output /= document.file_name
    with document.file as file:
        write_out(file, output, note)


def make_private(file: Path, text: str, otherwise: str) -> None:
    """A new file for its own user alone; one that is there stays, and the refusal says what to do
    `otherwise`."""
    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise click.ClickException(
            f"{file}: is there already and stays as it is; {otherwise}"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be made: {error.strerror}") from error
    try:
        with os.fdopen(made, "w", encoding="utf-8") as written:
            # Also where the umask takes away more.
            os.fchmod(made, 0o600)
            written.write(text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise click.ClickException(
            f"{file}: cannot be written: {error.strerror}; make room, then again"
        ) from error


def _is_text(written: bytes) -> bool:
    try:
        return "\0" not in written.decode()
    except UnicodeDecodeError:
        return False


def echo_other_columns(sheet: Sheet, language: Language) -> None:
    """Which columns of a worksheet were let go, on standard error."""
    sentence = sheet.other_columns(language)
    if sentence is not None:
        click.echo(sentence, err=True)


def echo_wrong_cells(found: WrittenDown, language: Language) -> None:
    """Every cell of a sheet that cannot be used, and why, on standard error."""
    for wrong in found.wrong:
        click.echo(wrong.line(language), err=True)
