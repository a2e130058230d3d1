"""Commands run as a person runs them, on parts that a test made."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from adapter.ground.parts import Bare, Parts
from adapter.programs.cli import main
from adapter.programs.cli.context import Context
from config.catalogue import Language
from tests.adapter.views.what_if.past import past_year
from tests.fixtures.agency import agency

__all__ = ["agency", "past_year"]

Run = Callable[..., Result]


def run_command(parts: Parts, *arguments: str, language: Language | None = None) -> Result:
    """`run_command(parts, "policy", "show")`."""
    context = Context(None, language)
    # In place of what the settings of this machine would make.
    context.__dict__.update(parts=parts, settings=parts.settings)
    bare = Bare(parts.register, parts.clock, parts.settings)
    context.__dict__.update(_opened=parts, _bare=bare)
    command = main.get_command(click.Context(main), arguments[0])
    assert command is not None
    # click keeps the help option that a command was first run with; this is that of `main`.
    names = main.context_settings["help_option_names"]
    return CliRunner().invoke(command, list(arguments[1:]), obj=context, help_option_names=names)


@pytest.fixture
def run() -> Run:
    return run_command
