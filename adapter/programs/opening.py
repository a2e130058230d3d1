"""One of several organisations opened: its parts, on a register that is its own and can be used."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from adapter.ground.parts import Parts
from adapter.ground.register_clock import (
    CLOCK,
    OtherClock,
    clock_kind,
    record,
    refuse_real_time_after_a_rehearsal,
    refuse_rehearsal_of_a_live_register,
    register_fact,
)
from adapter.ground.store import migrate
from adapter.ground.store.failures import WrongAddress, is_absent, named, sentence
from adapter.ground.store.organisation_schema import unwalled
from adapter.ground.store.register import Register
from adapter.ground.store.tables.register_facts import OF
from adapter.programs.wiring import build_parts
from config.organisations import CannotServe, Organisation
from config.settings import SettingsError
from connectors.errors import ConnectorError


def open_parts(organisation: Organisation, *, for_web: bool = False) -> Parts:
    """With as many connections as a worker has, or a web process. Raises `CannotServe` with what to
    do; then nothing is left open."""
    settings = organisation.settings
    if settings is None:
        raise CannotServe(organisation.fault or "it has no settings")
    connections = settings.web_connections if for_web else None
    try:
        parts = build_parts(settings, organisation.name, connections)
    except (SettingsError, WrongAddress, ConnectorError) as error:
        raise CannotServe(str(error)) from error
    try:
        _require_revision(parts.register, organisation.name)
        require_its_own(parts.register, organisation.name)
        _keep_to_its_clock(parts)
    except CannotServe:
        parts.register.close()
        raise
    except OtherClock as error:
        parts.register.close()
        raise CannotServe(str(error)) from error
    except DBAPIError as error:
        parts.register.close()
        raise CannotServe(sentence(error, parts.register.engine.url)) from error
    return parts


def why_not_served(organisation: Organisation) -> str | None:
    """None where it can be. What runs may be right where its file is wrong: a fault as well."""
    try:
        open_parts(organisation).register.close()
    except CannotServe as error:
        return organisation.fault or str(error)
    return organisation.fault


def require_filled(register: Register, name: str) -> str:
    """Its revision. Raises `CannotServe` for one that is gone: adding an organisation fills its
    register, so an empty one is another, and must not be begun anew by itself."""
    url = register.engine.url
    revision = None if is_absent(url) else migrate.current_revision(register)
    if revision is None:
        gone = "is not there" if is_absent(url) else "is empty"
        raise CannotServe(
            f"its register {named(url)} {gone}: correct its database_url, or put its backup back: "
            f"`odwh-adapter --organisation {name} restore FILE`"
        )
    return revision


def _require_revision(register: Register, name: str) -> None:
    revision, newest = require_filled(register, name), migrate.newest_revision()
    if revision > newest:
        raise CannotServe(
            f"its register is at revision {revision}, newer than this version, which knows "
            f"{newest}: install the version that last ran"
        )
    if revision != newest:
        raise CannotServe(
            f"its register is at revision {revision}, and this version needs {newest}: "
            f"`odwh-adapter --organisation {name} db upgrade`"
        )


def require_its_own(register: Register, name: str) -> None:
    """Raises `CannotServe` for the register of another organisation, and one without its wall."""
    owner = register_fact(register, OF)
    if owner not in (None, name):
        raise CannotServe(f"database_url: the register is that of organisation {owner}: correct it")
    with register.read() as connection:
        open_tables = unwalled(connection)
    if open_tables:
        raise CannotServe(
            f"its tables {', '.join(open_tables)} have no row-level security: "
            f"`odwh-adapter --organisation {name} db upgrade`"
        )
    record(register, **{OF: name})


def _keep_to_its_clock(parts: Parts) -> None:
    copy = parts.settings.rehearsal_of_a_copy
    refuse_rehearsal_of_a_live_register(parts.register, parts.clock, copy=copy)
    refuse_real_time_after_a_rehearsal(parts.register, parts.clock)
    record(parts.register, **{CLOCK: clock_kind(parts.clock)})
