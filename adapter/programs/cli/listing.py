"""`--format json`: what a command lists, for a program to read. Every command that lists has it;
`tests/adapter/programs/cli/test_listings.py` goes over all of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

from adapter.doors.messages.moments import utc_text

TEXT, JSON = "text", "json"
_Command = TypeVar("_Command", bound=Callable[..., Any])


def listing(command: _Command) -> _Command:
    """Gives a command the option; it is called with `as_json`."""
    option: Callable[[_Command], _Command] = click.option(
        "--format",
        "as_json",
        type=click.Choice([TEXT, JSON]),
        default=TEXT,
        callback=lambda _context, _option, value: value == JSON,
        help="Lines to read, or JSON for a program. Default: text.",
    )
    return option(command)


def echo_json(value: object) -> None:
    """On standard output alone. Moments in UTC, days as ISO 8601, amounts and hours as text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, Path)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
