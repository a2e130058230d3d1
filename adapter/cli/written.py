"""Where a command leaves what it wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import click


def write_out(written: bytes, output: Path | None) -> None:
    """To the file, whose name is then told, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(written)
        return
    output.write_bytes(written)
    click.echo(str(output), err=True)
