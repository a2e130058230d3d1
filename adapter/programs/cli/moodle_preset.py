"""`moodle-preset`: the request form, to import in a database activity of Moodle."""

from __future__ import annotations

from pathlib import Path

import click

from adapter.programs.cli.output import write_out
from connectors.moodle.preset_file import preset_zip


@click.command("moodle-preset")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("opleidingsaanvragen.zip"),
    show_default=True,
    help="The zip to write.",
)
def moodle_preset(output: Path) -> None:
    """Write the request form as a preset for Moodle (docs/moodle.md, step 7)."""
    write_out(preset_zip(), output)
