"""The organisations of one installation: a folder of `organisations_folder` for each, with a
settings file of its own, and beside it its secrets, its policy and, on SQLite, its register.

Nothing that is set for the service counts for an organisation: a token in the environment would be
that of all. What is the service's alone (`SERVICE_SETTINGS`) no organisation sets.
"""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from config.policy_files import PolicyFileError, load_policy
from config.settings import PREFIX, Settings, SettingsError, known_settings, load_settings

SETTINGS_FILE = "settings.toml"
POLICY_FOLDER = "policy"
REGISTER_FILE = "register.sqlite3"
DATABASE_FILE = "database-url"
SERVICE_SETTINGS = frozenset(
    {
        *("bind", "worker_bind", "web_workers", "web_threads", "workers", "trusted_proxies"),
        *("log_level", "organisations_folder", "database_url"),
    }
)
"""`database_url` of the service is where the registers of new organisations are made."""
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 40
"""PostgreSQL cuts a name at 63 bytes, and ours has something before it."""
LOOK_SECONDS = 1.0
LEAST_BETWEEN = 50
"""Times what a look takes: a thousand folders take 60 ms."""
CONNECT_SECONDS = 5
"""To a database: a machine that is away must not keep what others wait for."""
_log = logging.getLogger(__name__)

_Mark = tuple[tuple[str, int, int, int], ...]
"""What another content of a folder does not leave as it was, for each file that is looked at."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """As its folder says. `settings` is None where it never was right; with a `fault` beside it, it
    is what held before the fault."""

    name: str
    folder: Path
    mark: _Mark
    settings: Settings | None
    fault: str | None
    host: str | None
    """By which name it is reached; None where that cannot be told."""


def load_service(file: Path | None) -> Settings | None:
    """The settings of the service where it serves several organisations, else None. Raises
    `SettingsError`, also for what is set there and no organisation would get."""
    variables = {name.upper().removesuffix("_FILE") for name in os.environ}
    keys = _keys_in(file)
    if f"{PREFIX}ORGANISATIONS_FOLDER" not in variables and "organisations_folder" not in keys:
        return None
    service = load_settings(file, SERVICE_SETTINGS)
    keys -= SERVICE_SETTINGS
    ours = {f"{PREFIX}{name}".upper() for name in SERVICE_SETTINGS}
    known = {name for name, _ in known_settings()} & variables - ours
    if wrong := [*sorted(known), *(f"{file}: {key}" for key in sorted(keys))]:
        raise SettingsError(
            f"{', '.join(wrong)}: no organisation of {service.organisations_folder} gets what is "
            f"set for all; put it into its {SETTINGS_FILE}"
        )
    return service


def _keys_in(file: Path | None) -> set[str]:
    """None of a file that cannot be read, which is told by who loads it."""
    try:
        written = {} if file is None else tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {name.removesuffix("_file") for name in written}


class CannotServe(Exception):
    """An organisation cannot be served now; the message says why and what to do."""


class UnknownOrganisation(Exception):
    """No folder has this name; the message says which there are."""


def require_name(name: str) -> None:
    """Raises `ValueError` for what cannot be the name of an organisation."""
    if len(name) > LONGEST_NAME or NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name}: write small letters, digits and single hyphens, a letter first, at most "
            f"{LONGEST_NAME}, such as west-holland"
        )


def host_of(address: str) -> str | None:
    """The name in an address as a browser sends it, without its port: cookies do not tell ports
    apart either. None for what is no address."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".").lower()
        return (host if host.isascii() else host.encode("idna").decode()) or None
    except ValueError:
        return None


class Organisations:
    """Those of the folder as it is now: it is looked at again after `LOOK_SECONDS`, and what
    changed is read anew. Threads share it."""

    def __init__(self, service: Settings) -> None:
        """Raises `SettingsError` where there is no such folder."""
        folder = service.organisations_folder
        if folder is None or not folder.is_dir():
            raise SettingsError(f"ODWH_ORGANISATIONS_FOLDER: there is no folder {folder}")
        self.folder = folder
        self.service = service
        self._read: dict[str, Organisation] = {}
        self._by_host: dict[str, Organisation] = {}
        self._look_at = 0.0
        self._lock = Lock()

    def all(self) -> list[Organisation]:
        """By name. An organisation without a fault of its own has one when another has its address
        or its register."""
        with self._lock:
            self._look()
            return list(self._read.values())

    def named(self, name: str) -> Organisation:
        """Raises `UnknownOrganisation`."""
        for one in self.all():
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.all()) or "none yet"
        raise UnknownOrganisation(f"there is no organisation {name} in {self.folder}: {known}")

    def at(self, host: str) -> Organisation | None:
        with self._lock:
            self._look()
            return self._by_host.get(host)

    def _look(self) -> None:
        began = monotonic()
        if began < self._look_at:
            return
        self._look_whole()
        lasted = monotonic() - began
        self._look_at = began + max(LOOK_SECONDS, LEAST_BETWEEN * lasted)

    def _look_whole(self) -> None:
        try:
            folders = _folders_in(self.folder)
        except OSError as error:
            _log.error("%s cannot be read, and all goes on as it was: %s", self.folder, error)
            return
        read = {
            folder.name: self._as_it_is(folder, self._read.get(folder.name)) for folder in folders
        }
        if read == self._read:
            return
        self._read = _apart(read, self._read)
        self._by_host = {one.host: one for one in self._read.values() if one.host is not None}

    def _as_it_is(self, folder: Path, before: Organisation | None) -> Organisation:
        mark = tuple(_mark_of(folder))
        if before is not None and before.mark == mark and not _is_shared(before):
            return before
        try:
            require_name(folder.name)
            settings = settings_of(folder, self.service)
            if before is not None and before.settings is not None:
                _require_policy(settings)
        except (SettingsError, ValueError) as error:
            return _at_fault(folder, mark, str(error), before)
        return Organisation(folder.name, folder, mark, settings, None, host_of(settings.public_url))


def settings_of(folder: Path, service: Settings, only: Collection[str] | None = None) -> Settings:
    """Of the organisation of this folder; `only` some of them, as `load_settings` does. Raises
    `SettingsError`."""
    file = folder / SETTINGS_FILE
    settings = load_settings(file, only, environment=False)
    given = settings.model_fields_set
    if wrong := sorted(given & (SERVICE_SETTINGS - {"database_url"})):
        raise SettingsError(
            f"{file}: {', '.join(wrong)}: is of the service as a whole; take it away here"
        )
    if settings.pages.url is None:
        raise SettingsError(
            f"{file}: pages.url: is required, for it is by its address that an organisation is told"
        )
    own = {name: getattr(service, name) for name in SERVICE_SETTINGS - {"database_url"}}
    return settings.model_copy(update=own | dict(_below(folder, settings)))


def _below(folder: Path, settings: Settings) -> Iterator[tuple[str, object]]:
    """What stands in a file or folder, wherever the program was started."""
    given = "database_url" in settings.model_fields_set
    url = settings.database_url if given else f"sqlite:///{REGISTER_FILE}"
    yield "database_url", _with_patience(_inside(folder, url))
    if settings.policy_folder is not None:
        yield "policy_folder", folder / settings.policy_folder
    elif (folder / POLICY_FOLDER).is_dir():
        yield "policy_folder", folder / POLICY_FOLDER
    if settings.rehearsal_clock is not None:
        yield "rehearsal_clock", folder / settings.rehearsal_clock
    if settings.csv is not None:
        yield "csv", settings.csv.model_copy(update={"folder": folder / settings.csv.folder})


def _inside(folder: Path, url: str) -> str:
    """A path of SQLite from the folder; written in one way, so that two of the same are seen."""
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path or path.startswith((":memory:", "file:")):
        return url
    return f"sqlite:///{os.path.normpath((folder / path).absolute())}"


def _with_patience(url: str) -> str:
    if not url.startswith("postgres") or "connect_timeout=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}connect_timeout={CONNECT_SECONDS}"


def _require_policy(settings: Settings) -> None:
    """What runs goes on with what it had. One that begins is told by who opens it."""
    if settings.policy_folder is None:
        return
    try:
        load_policy(settings.policy_folder)
    except PolicyFileError as error:
        raise SettingsError(f"{settings.policy_folder}: {error}") from error


def _at_fault(folder: Path, mark: _Mark, fault: str, before: Organisation | None) -> Organisation:
    if before is None or before.settings is None:
        _log.error("organisation %s cannot be served: %s", folder.name, fault)
        return Organisation(folder.name, folder, mark, None, fault, _host_in(folder))
    _log.error("organisation %s goes on as it was: %s", folder.name, fault)
    return replace(before, mark=mark, fault=fault)


def _host_in(folder: Path) -> str | None:
    """Its callers hear that it is away, not that it does not exist."""
    try:
        written = tomllib.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        return host_of(str(written["pages"]["url"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


_SHARED = "is that of more than one organisation: "


def _apart(
    read: Mapping[str, Organisation], before: Mapping[str, Organisation]
) -> dict[str, Organisation]:
    """Two at one address, or with one register, are served neither: nobody can tell which of them
    is meant."""
    hosts = Counter(one.host for one in read.values() if one.host is not None)
    registers = Counter(
        one.settings.database_url for one in read.values() if one.settings is not None
    )
    apart = {}
    for name, one in read.items():
        fault = None
        if one.host is not None and hosts[one.host] > 1:
            fault = f"pages.url: {one.host} {_SHARED}correct one of them"
        elif one.settings is not None and registers[one.settings.database_url] > 1:
            fault = f"database_url: the register {_SHARED}correct one of them"
        if fault is None:
            apart[name] = one
            continue
        if name not in before or before[name].fault != fault:
            _log.error("organisation %s cannot be served: %s", name, fault)
        apart[name] = replace(one, settings=None, fault=fault)
    return apart


def _is_shared(one: Organisation) -> bool:
    """Read again each time, since it may be mended in the folder of the other."""
    return one.fault is not None and _SHARED in one.fault


def _folders_in(folder: Path) -> Iterable[Path]:
    with os.scandir(folder) as entries:
        found = sorted(entry.name for entry in entries if _is_one(entry))
    return [folder / name for name in found]


def _is_one(entry: os.DirEntry[str]) -> bool:
    """A name with a point before it is that of one that is being made."""
    return not entry.name.startswith(".") and entry.is_dir()


def _mark_of(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    policy = folder / POLICY_FOLDER
    parameters = sorted(policy.glob("*.toml")) if policy.is_dir() else []
    for file in (folder / SETTINGS_FILE, folder / DATABASE_FILE, *parameters):
        try:
            seen = file.stat()
        except OSError:
            continue
        yield str(file), seen.st_mtime_ns, seen.st_size, seen.st_ino
