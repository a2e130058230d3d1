"""Where settings come from: the environment, a TOML file, and files that hold one secret each.

A member `token_file` of the file, or a variable `ODWH_MOODLE_TOKEN_FILE`, names the file that holds
the value of `token`. Every fault is told with the variable, or the file and key, that it stands in.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

PREFIX = "ODWH_"
_SUFFIX = "_file"


class SettingsError(Exception):
    """One or more settings are wrong; the message names each with what to do."""


def from_environment(
    environment: Mapping[str, str | None], as_json: Collection[str]
) -> dict[str, str | None]:
    """The variables, with those that name a file replaced by what the file holds. `as_json` names
    the variables that hold a JSON object."""
    values = dict(environment)
    for name, path in environment.items():
        upper = name.upper()
        if not (upper.startswith(PREFIX) and upper.endswith(_SUFFIX.upper()) and path):
            continue
        setting = name[: -len(_SUFFIX)]
        if setting.upper() in {other.upper() for other in environment}:
            raise SettingsError(f"{upper}: {setting.upper()} is set as well; keep one of the two")
        del values[name]
        values[setting] = secret_in(Path(path), upper)
    for name, value in values.items():
        if name.upper() in as_json and value is not None:
            _require_object(name.upper(), value)
    return values


def from_file(file: Path, only: Collection[str] | None = None) -> dict[str, Any]:
    """The members of a settings file, with each `…_file` replaced by what that file holds; `only`
    names the members that are read, None all."""
    content = _content_of(file)
    if only is not None:
        content = {
            name: value for name, value in content.items() if name.removesuffix(_SUFFIX) in only
        }
    members = _with_secrets(content, file, "")
    for name, value in members.items():
        if isinstance(value, dict):
            members[name] = _with_secrets(value, file, f"{name}.")
    return members


def _content_of(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is no TOML: {error}") from error


def secret_file_of(
    section: str | None, setting: str, environment: Mapping[str, str], file: Path | None
) -> tuple[Path, str] | None:
    """The file that holds a setting, and what names it; None for one that is given as it is."""
    variable = "_".join(filter(None, [PREFIX.rstrip("_"), section, setting])).upper()
    variables = {name.upper(): value for name, value in environment.items()}
    if path := variables.get(variable + _SUFFIX.upper()):
        return Path(path), variable + _SUFFIX.upper()
    if variable in variables or file is None:
        return None
    members = _content_of(file)
    named = (members if section is None else members.get(section, {})).get(setting + _SUFFIX)
    where = ".".join(filter(None, [section, setting + _SUFFIX]))
    return (file.parent / named, f"{file}: {where}") if isinstance(named, str) else None


def _with_secrets(members: Mapping[str, Any], file: Path, section: str) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in members.items():
        if not (name.endswith(_SUFFIX) and isinstance(value, str)):
            read[name] = value
            continue
        where, setting = f"{file}: {section}{name}", name.removesuffix(_SUFFIX)
        if setting in members:
            raise SettingsError(f"{where}: {section}{setting} stands there as well; keep one")
        # Beside the file that names it, wherever the program was started.
        read[setting] = secret_in(file.parent / value, where)
    return read


def secret_in(file: Path, where: str) -> str:
    """What a file holds; `where` is the setting that names it."""
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{where}: cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{where}: {file} is not UTF-8 text") from error
    if not secret:
        raise SettingsError(f"{where}: {file} is empty; put the value in it")
    return secret


def _require_object(variable: str, value: str) -> None:
    try:
        held = json.loads(value)
    except ValueError as error:
        raise SettingsError(f'{variable}: must be JSON such as {{"our name": "theirs"}}') from error
    if not isinstance(held, dict):
        raise SettingsError(f'{variable}: must be JSON such as {{"our name": "theirs"}}')
