"""What the companion plugin, in PHP, and the adapter must agree on. Its own tests need a Moodle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapter.doors.intake.enrolment_events import COMPLETION_KINDS, ENROLMENT_KINDS
from adapter.doors.intake.process_lms import ENTRY_KINDS, USER_KINDS
from connectors.moodle.checks import ACCOUNT_FUNCTIONS, CHECK_FUNCTIONS
from connectors.moodle.checks import FUNCTIONS as CORE_FUNCTIONS
from connectors.moodle.plugin import FUNCTIONS
from connectors.moodle.request_form import FUNCTIONS as FORM_FUNCTIONS

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


def test_the_service_of_the_plugin_has_every_function_that_the_adapter_calls() -> None:
    service = (PLUGIN / "db/services.php").read_text("utf-8").partition("$services")[2]
    listed = set(re.findall(r"^ +'(\w+)',$", service, re.MULTILINE))
    called = {*CORE_FUNCTIONS, *CHECK_FUNCTIONS, *FORM_FUNCTIONS, *ACCOUNT_FUNCTIONS, *FUNCTIONS}
    assert listed == called


def test_the_role_of_the_plugin_has_the_capabilities_of_the_manual() -> None:
    role = set(re.findall(r"<allow>(.+)</allow>", (PLUGIN / "role.xml").read_text("utf-8")))
    manual = (PLUGIN.parents[3] / "docs/moodle.md").read_text("utf-8")
    table = manual.partition("| For | Capabilities |")[2].partition("\n\n")[0]
    of_the_plugin = set(re.findall(r"`(local/learningpolicy:\w+)`", manual))
    assert role == set(re.findall(r"`([a-z]+/[\w/]+:\w+)`", table)) | of_the_plugin
