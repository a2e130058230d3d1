"""What commands share: settings and parts, made when first asked for, and plain error messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import click
import structlog
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from adapter.ground.log import configure_logging
from adapter.ground.parts import Bare, Parts
from adapter.ground.register_clock import (
    OtherClock,
    clock_kind,
    record,
    refuse_real_time_after_a_rehearsal,
    refuse_rehearsal_of_a_live_register,
)
from adapter.ground.store import migrate
from adapter.ground.store.failures import WrongAddress, is_absent, named, sentence
from adapter.ground.store.register import Register
from adapter.programs.opening import require_filled, require_its_own
from adapter.programs.wiring import build_bare, build_parts
from config.catalogue import Language
from config.organisations import (
    SETTINGS_FILE,
    CannotServe,
    Organisations,
    UnknownOrganisation,
    load_service,
    settings_of,
)
from config.settings import (
    REGISTER_SETTINGS,
    Settings,
    SettingsError,
    load_settings,
    unknown_variables,
)
from connectors.errors import ConnectorError

_log = structlog.get_logger(__name__)


COMMANDS_SPEAK = Language.EN
"""As help, log, documentation and the errors of other systems: a command that tells an
administrator something does so in one language. What goes on to HR is in theirs (decision 30)."""


class Context:
    """`config` is the file of `--config`. `language` is that of `--language`, in place of the
    setting: for documents and for what goes on to HR. `organisation` is that of `--organisation`,
    where the installation serves several."""

    def __init__(
        self,
        config: Path | None,
        language: Language | None = None,
        organisation: str | None = None,
    ) -> None:
        self.config = config
        self.chosen_language = language
        self.organisation = organisation

    def of(self, organisation: str) -> Context:
        """The same for another organisation."""
        return Context(self.config, self.chosen_language, organisation)

    @cached_property
    def service(self) -> Settings | None:
        """What is set for all, where there are several organisations; None where there is one."""
        try:
            service = load_service(self.config)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        if service is not None:
            configure_logging(service.log_level)
        elif self.organisation is not None:
            raise click.UsageError(
                "--organisation: this installation serves one; ODWH_ORGANISATIONS_FOLDER is not set"
            )
        return service

    @cached_property
    def organisations(self) -> Organisations:
        """Only where there are several."""
        if self.service is None:
            raise click.ClickException(
                "this installation serves one organisation: set ODWH_ORGANISATIONS_FOLDER to serve "
                "several (docs/organisations.md)"
            )
        try:
            return Organisations(self.service)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error

    @property
    def is_for_all(self) -> bool:
        """There are several organisations, and none was chosen."""
        return self.service is not None and self.organisation is None

    @cached_property
    def own_file(self) -> Path | None:
        """The settings file of whom this is for."""
        return self.config if self.service is None else self._folder / SETTINGS_FILE

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables that count: none for one of several organisations."""
        return os.environ if self.service is None else {}

    @cached_property
    def _folder(self) -> Path:
        try:
            return self.organisations.named(self._chosen()).folder
        except UnknownOrganisation as error:
            raise click.UsageError(f"--organisation: {error}") from error

    def _chosen(self) -> str:
        if self.organisation is None:
            raise click.UsageError(
                "this installation serves several organisations: say for which, as in "
                "odwh-adapter --organisation NAME …; `odwh-adapter organisations list` names them"
            )
        return self.organisation

    @property
    def language(self) -> Language:
        """Of documents and sheets; what else a command says is English (decision 30)."""
        return self.chosen_language or Language(self.settings.language)

    @cached_property
    def settings(self) -> Settings:
        settings = self._load(None)
        for name in unknown_variables():
            _log.warning("settings.unknown_variable", variable=name)
        return settings

    def _load(self, only: Collection[str] | None) -> Settings:
        try:
            if self.service is None:
                settings = load_settings(self.config, only)
            else:
                settings = settings_of(self._folder, self.service, only)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        configure_logging(settings.log_level)
        if self.chosen_language is None:
            return settings
        return settings.model_copy(update={"language": str(self.chosen_language)})

    @cached_property
    def bare(self) -> Bare:
        """Register and clock, migrated like `parts`, without any setting or secret of policy, LMS,
        HRIS or mail: whoever makes a key need not be able to read those."""
        given: Parts | None = self.__dict__.get("parts")
        if given is not None:
            return Bare(given.register, given.clock, given.settings)
        bare = self.unmigrated_bare()
        with plain_errors(lambda: self):
            self._require_migrated(bare.register)
            refuse_rehearsal_of_a_live_register(
                bare.register, bare.clock, copy=bare.settings.rehearsal_of_a_copy
            )
        return bare

    def _require_migrated(self, register: Register) -> None:
        if self.organisation is None:
            require_migrated(register)
            return
        try:
            require_filled(register, self.organisation)
            require_migrated(register)
            require_its_own(register, self.organisation)
        except CannotServe as error:
            raise click.ClickException(str(error)) from error

    @property
    def bare_of_filled(self) -> Bare:
        """`bare`, of a register that is there: for what must reach the service that runs. Who named
        another one by mistake would hear that it succeeded."""
        self.require_there()
        return self.bare

    def require_there(self) -> None:
        with plain_errors(lambda: self):
            require_there(self.unmigrated_bare().register)

    def unmigrated_bare(self) -> Bare:
        return self._bare

    @cached_property
    def _bare(self) -> Bare:
        try:
            return build_bare(self._load(REGISTER_SETTINGS), self.organisation)
        except (SettingsError, WrongAddress) as error:
            raise click.ClickException(str(error)) from error

    @cached_property
    def parts(self) -> Parts:
        """The parts on a migrated database; an empty one is migrated first."""
        parts = self.unmigrated_parts()
        with plain_errors(lambda: self):
            self._require_migrated(parts.register)
            refuse_rehearsal_of_a_live_register(
                parts.register, parts.clock, copy=self.settings.rehearsal_of_a_copy
            )
        return parts

    @cached_property
    def running_parts(self) -> Parts:
        """The parts of a program that works by the clock, which the register keeps to from now."""
        parts = self.parts
        with plain_errors(lambda: self):
            refuse_real_time_after_a_rehearsal(parts.register, parts.clock)
            record(parts.register, clock=clock_kind(parts.clock))
        return parts

    def unmigrated_parts(self) -> Parts:
        """The parts on a database of any revision, open until the command ends."""
        return self._opened

    @cached_property
    def _opened(self) -> Parts:
        try:
            return build_parts(self.settings, self.organisation)
        except (SettingsError, ConnectorError, WrongAddress) as error:
            raise click.ClickException(str(error)) from error

    def close(self) -> None:
        """Let go of the database, if the command opened it."""
        for opened in ("_opened", "_bare"):
            parts: Parts | Bare | None = self.__dict__.get(opened)
            if parts is not None:
                parts.register.close()

    @property
    def database(self) -> URL | None:
        """The address of the database, once the command opened it."""
        for opened in ("_opened", "parts", "_bare"):
            parts: Parts | Bare | None = self.__dict__.get(opened)
            if parts is not None:
                return parts.register.engine.url
        return None


def require_there(register: Register) -> None:
    """Looking must not make one."""
    url = register.engine.url
    if is_absent(url):
        raise click.ClickException(
            f"there is no register {named(url)}; name it with --config or ODWH_DATABASE_URL, or "
            "start the service, which makes it"
        )
    if migrate.current_revision(register) is None:
        raise click.ClickException(f"the register {named(url)} is empty: nothing ran on it yet")


def require_migrated(register: Register) -> None:
    revision = migrate.current_revision(register)
    if revision is None:
        migrate.upgrade(register)
        # Whoever expected the live register there sees that this is another one.
        click.echo(f"made a new register: {named(register.engine.url)}", err=True)
    elif revision > migrate.newest_revision():
        raise click.ClickException(newer_database(revision))
    elif revision != migrate.newest_revision():
        raise click.ClickException(
            f"the database is at revision {revision}, this version needs "
            f"{migrate.newest_revision()}; make a backup and run `odwh-adapter db upgrade`"
        )


def newer_database(revision: str) -> str:
    return (
        f"the database is at revision {revision}, newer than this version, which knows "
        f"{migrate.newest_revision()}: install the version that last ran, or restore the backup "
        "from before it"
    )


@contextmanager
def plain_errors(context: Callable[[], Context]) -> Iterator[None]:
    """What another system refused is a message for the administrator, not a traceback."""
    try:
        yield
    except (ConnectorError, OtherClock, migrate.EndedByUpgrade, migrate.RestoreUnfinished) as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        url = context().database
        if url is None or isinstance(error, (IntegrityError, DataError)):
            raise
        raise click.ClickException(sentence(error, url)) from error


pass_context = click.make_pass_decorator(Context)
