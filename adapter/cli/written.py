"""Where a command leaves what it wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from adapter.imports.sheet import Sheet
from config.catalogue import Language


def write_out(written: bytes, output: Path | None) -> None:
    """To the file, whose name is then told, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(written)
        return
    output.write_bytes(written)
    click.echo(str(output), err=True)


def echo_other_columns(sheet: Sheet, language: Language) -> None:
    """Which columns of a worksheet were let go, on standard error."""
    sentence = sheet.other_columns(language)
    if sentence is not None:
        click.echo(sentence, err=True)
