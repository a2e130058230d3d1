"""What a catalogue of public software and a stranger look for is there, and true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PUBLICCODE = (ROOT / "publiccode.yml").read_text("utf-8")


def _value(key: str) -> str:
    found = re.search(rf'^ *{key}: "?([^"\n]+)"?$', PUBLICCODE, re.MULTILINE)
    assert found is not None, key
    return found[1]


def test_the_metadata_says_what_the_package_says() -> None:
    assert _value("softwareVersion") == PROJECT["version"]
    assert _value("license") == PROJECT["license"]
    assert f'"{_value("versionMin")}"' in PUBLICCODE
    assert PROJECT["requires-python"] == ">=3.11"


def test_every_file_has_a_licence_whose_text_is_there() -> None:
    reuse = tomllib.loads((ROOT / "REUSE.toml").read_text("utf-8"))
    licences = {one["SPDX-License-Identifier"] for one in reuse["annotations"]}
    assert licences == {file.stem for file in (ROOT / "LICENSES").iterdir()}
    assert reuse["annotations"][0]["path"] == "**"
    opening = (ROOT / "LICENSES" / "EUPL-1.2.txt").read_text("utf-8")
    assert opening.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_the_name_of_the_agency_stands_in_no_text_for_people() -> None:
    """It is a setting: another agency's letters carry its own name."""
    texts = [*(ROOT / "config" / "texts").rglob("*.toml"), *(ROOT / "adapter").rglob("*.html")]
    texts += [*(ROOT / "adapter").rglob("*.typ"), *(ROOT / "connectors").rglob("lang/*/*.php")]
    assert [file.name for file in texts if "West-Holland" in _without_licence(file)] == []


def _without_licence(file: Path) -> str:
    return re.sub(r"@copyright .*", "", file.read_text("utf-8"))
