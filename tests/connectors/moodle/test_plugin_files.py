"""What the companion plugin, in PHP, and the adapter must agree on. Its own tests need a Moodle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapter.events.process_lms import COMPLETION_KINDS, ENROLMENT_KINDS, ENTRY_KINDS, USER_KINDS
from connectors.moodle.plugin import FUNCTIONS

PLUGIN = Path(__file__).parents[3] / "connectors/moodle/plugin/local_learningpolicy"


def text(name: str) -> str:
    return (PLUGIN / name).read_text(encoding="utf-8")


def strings(language: str) -> dict[str, set[str]]:
    """The placeholders of each text."""
    found = re.findall(
        r"^\$string\['([^']+)'\] = '((?:[^'\\]|\\.)*)';$",
        text(f"lang/{language}/local_learningpolicy.php"),
        flags=re.MULTILINE,
    )
    return {name: set(re.findall(r"\{\$a(?:->\w+)?\}", content)) for name, content in found}


def test_the_plugin_offers_the_functions_that_the_adapter_calls() -> None:
    offered = re.findall(r"'(local_learningpolicy_\w+)' =>", text("db/services.php"))
    assert sorted(offered) == sorted(FUNCTIONS)


def test_every_kind_of_event_that_the_adapter_processes_is_told_by_the_plugin() -> None:
    told = set(re.findall(r"'\\\w+\\event\\(\w+)'", text("db/events.php")))
    assert told >= ENROLMENT_KINDS | COMPLETION_KINDS | ENTRY_KINDS | USER_KINDS


def test_every_text_of_the_plugin_is_there_in_dutch_and_english_with_the_same_values() -> None:
    assert strings("nl") == strings("en")
    assert len(strings("en")) == text("lang/en/local_learningpolicy.php").count("$string[")


@pytest.mark.parametrize("path", sorted(PLUGIN.rglob("*.php")), ids=lambda path: path.name)
def test_every_text_that_the_code_of_the_plugin_asks_for_exists(path: Path) -> None:
    asked = re.findall(
        r"(?:get_string|lang_string)\(\s*'([\w:]+)',\s*'local_learningpolicy'", path.read_text()
    )
    assert set(asked) <= strings("en").keys()
