"""The settings file as a person meets it: a new one with every setting explained, and what is in
force with where it came from."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Section, Settings, section_named
from config.sources import PREFIX

_WORDS = Path(__file__).parent / "setting_words.toml"
_WIDTH = 96
_HIDDEN = "(hidden)"
_OPENING = """\
# Settings of the ODWH learning adapter. A line that begins with # changes nothing: what stands
# there is the default, or an example. Take the # away before a setting, and before the [section]
# above it, to use it. A variable of the environment goes before this file: ODWH_MOODLE_URL is url
# under [moodle]. A secret stands in a file of its own, named by a member with _file behind its
# name; that file stands beside this one, unless its whole path is given. To look for faults:
# odwh-adapter --config FILE config check
"""


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """`name` is the variable, `key` the member of the file. `shown` is the value as text, hidden
    where it is secret; None where there is none. `origin` is the default, a variable or a file."""

    name: str
    key: str
    shown: str | None
    origin: str


def template() -> str:
    """A settings file in which everything is a comment, so that it changes nothing as it stands."""
    words = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    blocks = [_OPENING]
    sections: list[tuple[str, type[Section]]] = []
    for name, field in Settings.model_fields.items():
        section = section_named(name)
        if section is None:
            blocks.append(_block(name, field, words[_variable(name)]))
        else:
            sections.append((name, section))
    for name, section in sections:
        blocks.append(f"\n#[{name}]\n")
        for part, field in section.model_fields.items():
            blocks.append(_block(part, field, words[_variable(name, part)]))
    return "\n".join(blocks)


def in_force(
    settings: Settings, file: Path | None, environment: Mapping[str, str]
) -> Iterator[SettingInForce]:
    """Every setting of the top and of the sections that are in use."""
    content = {} if file is None else tomllib.loads(file.read_text(encoding="utf-8"))
    given = {name.upper(): value for name, value in environment.items()}
    for name, field in Settings.model_fields.items():
        section = section_named(name)
        value = getattr(settings, name)
        if section is None:
            origin = _origin(name, None, content, file, given)
            yield SettingInForce(_variable(name), name, _shown(name, field, value), origin)
        elif value is not None:
            for part, inner in section.model_fields.items():
                origin = _origin(part, name, content.get(name, {}), file, given)
                shown = _shown(part, inner, getattr(value, part))
                yield SettingInForce(_variable(name, part), f"{name}.{part}", shown, origin)


def _variable(*names: str) -> str:
    return PREFIX + "_".join(names).upper()


def _block(name: str, field: FieldInfo, words: str) -> str:
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", words).replace("`", "")
    told = "required; " if field.is_required() else ""
    return "".join((*_wrapped(told + plain), f"#{_example(name, field)}\n"))


def _wrapped(words: str) -> Iterator[str]:
    line = "#"
    for word in words.split():
        if len(line) + len(word) >= _WIDTH:
            yield line + "\n"
            line = "#"
        line += f" {word}"
    yield line + "\n"


def _example(name: str, field: FieldInfo) -> str:
    if is_secret(field.annotation):
        return f'{name}_file = "{name.replace("_", "-")}"'
    default = field.get_default(call_default_factory=True)
    if field.is_required() or default is None:
        return f"{name} = {_kind_of(field.annotation)}"
    if isinstance(default, dict):
        return f'{name} = {{ "our name" = "theirs" }}'
    return f"{name} = {_toml(default)}"


def _toml(value: object) -> str:
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)


def _kind_of(annotation: Any) -> str:
    """An empty value of the type, for what has no default."""
    kinds = {annotation, *get_args(annotation)}
    return "0" if int in kinds else '""'


def is_secret(annotation: Any) -> bool:
    return SecretStr in {annotation, *get_args(annotation)}


_ADDRESSES = ("database_url", "database_direct_url")
"""Which can hold a password."""


def _shown(name: str, field: FieldInfo, value: object) -> str | None:
    if value is None:
        return None
    if is_secret(field.annotation):
        return _HIDDEN
    if name in _ADDRESSES:
        return _without_password(str(value))
    if isinstance(value, (dict, bool)):
        return json.dumps(value, ensure_ascii=False)
    assert not isinstance(value, BaseModel), "sections are shown by member"
    return str(value)


def _without_password(address: str) -> str:
    """Up to the last @: a password that holds one is hidden whole, though the address is wrong."""
    address = re.sub(r"(://[^:/@]*):.*@", rf"\1:{_HIDDEN}@", address)
    return re.sub(r"((?:pass\w*|sslpassword)=)[^&]*", rf"\1{_HIDDEN}", address)


def _origin(
    name: str,
    section: str | None,
    members: Mapping[str, Any],
    file: Path | None,
    given: Mapping[str, str],
) -> str:
    variable = _variable(name) if section is None else _variable(section, name)
    if variable in given:
        return variable
    if f"{variable}_FILE" in given:
        return f"{given[f'{variable}_FILE']}, named by {variable}_FILE"
    if section is not None and _variable(section) in given:
        return _variable(section)
    if name in members:
        return str(file)
    if f"{name}_file" in members:
        assert file is not None, "members come from it"
        return f"{file.parent / members[f'{name}_file']}, named in {file}"
    return "default"


def secret_files(file: Path | None, environment: Mapping[str, str]) -> Iterator[Path]:
    """Files that hold a secret: those that settings name, and the settings file where a secret
    stands in it as such. What cannot be read is not looked into: loading it says so."""
    for name, path in environment.items():
        upper = name.upper()
        if upper.startswith(PREFIX) and upper.endswith("_FILE") and path:
            yield Path(path)
    try:
        content = {} if file is None else tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    assert file is not None or not content, "without a file there is nothing in it"
    sections = [content, *(value for value in content.values() if isinstance(value, dict))]
    for members in sections:
        for name, value in members.items():
            if name.endswith("_file") and isinstance(value, str) and file is not None:
                yield file.parent / value
    if file is not None and _holds_a_secret(content):
        yield file


def _holds_a_secret(content: Mapping[str, Any]) -> bool:
    for name, value in content.items():
        section = section_named(name)
        if section is not None and isinstance(value, dict):
            fields = section.model_fields
            if any(part in fields and is_secret(fields[part].annotation) for part in value):
                return True
        elif name in Settings.model_fields and is_secret(Settings.model_fields[name].annotation):
            return True
    addresses = [content.get(name) for name in _ADDRESSES]
    return any(isinstance(one, str) and _without_password(one) != one for one in addresses)
