"""What the service is installed with: under which licences, and told in a document that fits its
schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.supply_chain.licences import not_allowed, page
from tests.supply_chain.locked import licence_of, licences, locked
from tests.supply_chain.sbom import written

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
    text = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")
    found = locked()
    assert len(found) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 30
    assert sum(len(one.hashes) for one in found) == text.count("--hash=sha256:")
    assert all(one.hashes and one.wanted_by for one in found)


def test_the_bill_of_materials_tells_of_every_package() -> None:
    told = json.loads(written())
    assert {one["name"]: one["version"] for one in told["components"]} == {
        one.name: one.version for one in locked()
    }
    assert all(one["licenses"] and one["hashes"] and one["purl"] for one in told["components"])
    ours = next(one for one in told["dependencies"] if one["ref"] == "odwh-lms-adapter")
    assert any(ref.startswith("flask==") for ref in ours["dependsOn"])


def test_a_document_that_does_not_fit_is_refused() -> None:
    spoilt = json.loads(written())
    spoilt["components"][0]["type"] = "thing"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(spoilt)) is not None
