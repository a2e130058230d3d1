"""Tells the story line by line; a scene that does not do what it says breaks it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import click

from config.catalogue import Language, text

PATIENCE_SECONDS = 25.0
Seen = TypeVar("Seen")


class StoryBroken(Exception):
    """Something did not happen that should have."""


class Narrator:
    def __init__(self, language: Language) -> None:
        self.language = language

    def scene(self, name: str, /, **numbers: object) -> None:
        click.secho(f"\n{text(f'demo.scene.{name}', self.language, **numbers)}", bold=True)

    def line(self, name: str, /, **numbers: object) -> None:
        click.echo(f"  {text(f'demo.line.{name}', self.language, **numbers)}")

    def quote(self, words: str) -> None:
        """What someone reads, indented as it stands."""
        for line in words.strip().splitlines():
            click.echo(f"      | {line}")

    def expect(self, holds: bool, name: str, /, **numbers: object) -> None:
        """Tell a fact of the story; raises `StoryBroken` when it is not so."""
        sentence = text(f"demo.line.{name}", self.language, **numbers)
        if not holds:
            raise StoryBroken(sentence)
        click.echo(f"  {click.style('✓', fg='green')} {sentence}")

    def wait_for(self, look: Callable[[], Seen | None], name: str, /, **numbers: object) -> Seen:
        """Look until there is something to see, then tell it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            seen = look()
            if seen:
                self.expect(True, name, **numbers)
                return seen
            time.sleep(0.05)
        raise StoryBroken(text(f"demo.line.{name}", self.language, **numbers))
