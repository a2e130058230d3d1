"""docs/settings.md lists every setting with its default, and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"


def rows() -> Iterator[tuple[str, str]]:
    """Name and default as the page writes them, top-level settings before those of sections."""
    sections: list[tuple[str, type[BaseModel]]] = []
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is None:
            yield f"{PREFIX}{name}".upper(), _default(field)
        else:
            sections.append((name, section))
    for name, section in sections:
        for part, field in section.model_fields.items():
            yield f"{PREFIX}{name}_{part}".upper(), _default(field)


def _section(field: FieldInfo) -> type[BaseModel] | None:
    candidates = getattr(field.annotation, "__args__", (field.annotation,))
    for one in candidates:
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value == {}:
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_page_says_what_config_init_writes() -> None:
    page = re.findall(
        r"^\| `(ODWH_\w+)` \| [^|]+? \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    words = tomllib.loads((ROOT / "config" / "setting_words.toml").read_text("utf-8"))
    assert dict(page) == words


def test_the_page_lists_every_setting_with_its_default() -> None:
    written = re.findall(r"^\| `(ODWH_\w+)` \| ([^|]+?) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert written == list(rows())
