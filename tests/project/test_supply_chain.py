"""What the service is installed with, and under which licences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.supply_chain.licences import not_allowed, page
from tests.supply_chain.locked import licence_of, licences, locked

ROOT = Path(__file__).parents[2]


def test_every_licence_is_allowed() -> None:
    assert {
        one.name: refused for one, licence in licences() if (refused := not_allowed(licence))
    } == {}


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", []),
        ("GPL-3.0-only", ["GPL-3.0-only"]),
        ("GPL-3.0-only OR MIT", []),
        ("Apache-2.0 AND GPL-3.0-only", ["GPL-3.0-only"]),
        ("Proprietary", ["Proprietary"]),
    ],
)
def test_a_licence_that_is_not_in_the_list_is_refused(expression: str, refused: list[str]) -> None:
    assert not_allowed(expression) == refused


def test_the_page_of_licences_is_current() -> None:
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == page()


def test_a_package_without_a_licence_is_not_passed_over() -> None:
    with pytest.raises(LookupError, match="tells no licence"):
        licence_of("odwh-lms-adapter-that-is-nowhere")


def test_the_lock_is_read_whole() -> None:
    """Each line that names a package, each with the hashes that pip compares."""
    text = (ROOT / "requirements" / "traces.txt").read_text("utf-8")
    found = locked()
    assert len(found) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 30
    assert sum(len(one.hashes) for one in found) == text.count("--hash=sha256:")
    assert all(one.hashes and one.wanted_by for one in found)
