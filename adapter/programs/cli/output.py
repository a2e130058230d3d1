"""Where a command leaves what it wrote."""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
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
    # It can hold names and amounts; a file that is there keeps the mode that someone gave it.
    with os.fdopen(os.open(output, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        shutil.copyfileobj(source, file)
    click.echo(f"{output}{note}", err=True)


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
    with os.fdopen(made, "w", encoding="utf-8") as written:
        # Also where the umask takes away more.
        os.fchmod(made, 0o600)
        written.write(text)


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
