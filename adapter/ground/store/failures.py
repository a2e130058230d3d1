"""What a database that cannot be used answered, as a sentence: which one, why, and what to do.

Never the address itself, which can hold a password, nor a statement, whose values can hold names.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

SETTING, DIRECT_SETTING = "ODWH_DATABASE_URL", "ODWH_DATABASE_DIRECT_URL"

_SQLITE = {
    "file is not a database": "it is no SQLite database: name another file, or restore a backup",
    "readonly database": "this user may read it and not write it: give it to the user of the "
    "service, with the folder that it stands in",
    "database is locked": "another program has been writing in it for too long: end that program",
    "disk is full": "the disk is full: make room",
    "disk I/O error": "the disk does not answer as it should: look in the log of the machine",
}
_POSTGRESQL = {
    "password authentication failed": "the password is wrong, or there is no such role: correct it",
    "no password supplied": "it asks for a password and the address holds none: put it there",
    "role": "there is no such role: make it (docs/install.md, Database)",
    "database": "there is no such database: make it (docs/install.md, Database)",
    "permission denied": "this role may not make tables there: let it own the database "
    "(docs/install.md, Database)",
    "must be owner": "another role owns the tables: let this role own the database "
    "(docs/install.md, Database)",
    "Connection refused": "nothing listens there: see that PostgreSQL runs and takes connections "
    "from this machine",
    "no pg_hba.conf entry": "it takes no connections from this machine for this role: add a line "
    "to its pg_hba.conf",
    "resolve host": "the name of the machine is not known: correct it",
    "translate host name": "the name of the machine is not known: correct it",
    "timeout expired": "it does not answer in time: see that it runs and that no firewall is "
    "between",
    "invalid sslmode": "sslmode must be disable, allow, prefer, require, verify-ca or verify-full",
    "does not support SSL": "it has no TLS: switch TLS on there, or leave sslmode out",
    "root certificate": "its certificate cannot be checked: name the authority with sslrootcert=",
    "certificate verify failed": "its certificate is not trusted: name the authority with "
    "sslrootcert=",
    "too many connections": "it has no connection left: allow more, or run fewer processes",
    "No such file or directory": "nothing listens on this socket: see that PostgreSQL runs",
}


class WrongAddress(Exception):
    """The address of the database cannot be used; the message says why and how to write it."""


def address(url: str, setting: str = SETTING) -> URL:
    """The parsed address that a setting holds; raises `WrongAddress`, without what it holds."""
    if url.partition("://")[2].partition("/")[0].count("@") > 1:
        raise WrongAddress(
            f"{setting}: the password holds an @, which ends it too soon: write %40 in its place"
        )
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise WrongAddress(_no_address(setting)) from error
    backend, _, driver = parsed.drivername.partition("+")
    if backend in ("postgresql", "postgres") and driver in ("", "psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend in ("postgresql", "postgres"):
        raise WrongAddress(
            f"{setting}: the driver {driver} is not installed here; write postgresql:// alone, "
            "which takes the driver that is"
        )
    if parsed.drivername != "sqlite":
        raise WrongAddress(_no_address(setting))
    return parsed


def _no_address(setting: str) -> str:
    return (
        f"{setting}: no database address such as sqlite:///odwh-adapter.sqlite3 or "
        "postgresql://user@host/name"
    )


def named(url: URL) -> str:
    """The database by file, or by role, host and name."""
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database).resolve()) if url.database else "memory"
    return (
        f"{url.username or 'the default role'} at {url.host or 'this machine'}"
        + (f":{url.port}" if url.port else "")
        + f", database {url.database or 'of that name'}"
    )


def is_absent(url: URL) -> bool:
    """Whether it is a file that is not there: opening it would make an empty one."""
    file = url.database if url.get_backend_name() == "sqlite" else None
    if not file or file == ":memory:" or file.startswith("file:"):
        return False
    return not Path(file).exists()


def sentence(error: DBAPIError, url: URL) -> str:
    """Which database, the reason and the remedy."""
    return sentence_of(str(error.orig), url)


def sentence_of(said: str, url: URL, setting: str = SETTING) -> str:
    """The same, of what the driver said of an address that is in `setting`."""
    if url.get_backend_name() == "sqlite":
        reason = _sqlite_reason(said, url)
    else:
        reason = _first(_POSTGRESQL, said)
    return f"the database {named(url)} cannot be used: {reason or _last_line(said)} ({setting})"


def _sqlite_reason(said: str, url: URL) -> str | None:
    if "unable to open database file" not in said:
        return _first(_SQLITE, said)
    file = Path(url.database or "").resolve()
    if file.is_dir():
        return "it is a folder: name a file"
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}: make it, for the user of the service"
    if file.exists() and not os.access(file, os.R_OK):
        return "this user may not read it: run as the user of the service"
    if not os.access(file.parent, os.W_OK):
        return f"this user may not write in {file.parent}: run as the user of the service"
    return f"no file can be opened in {file.parent}: name a file in the folder of the service"


def _first(reasons: dict[str, str], said: str) -> str | None:
    for words, reason in reasons.items():
        if words in ("role", "database"):
            if f'{words} "' in said and "does not exist" in said:
                return reason
        elif words in said:
            return reason
    return None


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it gives no reason"
