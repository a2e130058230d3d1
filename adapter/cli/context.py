"""What commands share: settings and parts, made when first asked for, and plain error messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import click
import structlog

from adapter.log import configure_logging
from adapter.parts import Parts
from adapter.store import migrate
from adapter.wiring import build_parts
from config.policy_files import PolicyFileError
from config.settings import Settings, SettingsError, load_settings, unknown_variables
from connectors.errors import ConnectorError

_log = structlog.get_logger(__name__)


class Context:
    """`config` is the file of `--config`."""

    def __init__(self, config: Path | None) -> None:
        self.config = config

    @cached_property
    def settings(self) -> Settings:
        try:
            settings = load_settings(self.config)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        configure_logging(settings.log_level)
        for name in unknown_variables():
            _log.warning("settings.unknown_variable", variable=name)
        return settings

    @cached_property
    def parts(self) -> Parts:
        """The parts on a migrated database; an empty one is migrated first."""
        try:
            parts = build_parts(self.settings)
        except (SettingsError, PolicyFileError, ConnectorError) as error:
            raise click.ClickException(str(error)) from error
        require_migrated(parts)
        return parts

    def program(self, *arguments: str) -> list[str]:
        """The command line of another command of ours with the same settings."""
        config = [] if self.config is None else ["--config", str(self.config)]
        return [sys.executable, "-m", "adapter", *config, *arguments]


def require_migrated(parts: Parts) -> None:
    revision = migrate.current_revision(parts.register)
    if revision is None:
        migrate.upgrade(parts.register)
    elif revision != migrate.newest_revision():
        raise click.ClickException(
            f"the database is at revision {revision}, this version needs "
            f"{migrate.newest_revision()}; make a backup and run `odwh-adapter db upgrade`"
        )


@contextmanager
def plain_errors() -> Iterator[None]:
    """What another system refused is a message for the administrator, not a traceback."""
    try:
        yield
    except ConnectorError as error:
        raise click.ClickException(str(error)) from error


pass_context = click.make_pass_decorator(Context)
