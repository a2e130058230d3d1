"""The preset of the request form: what Moodle gets is what the adapter reads."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest

from connectors.moodle.form_fields import FIELDS_OF_PRESET
from connectors.moodle.preset_file import FILES, FOLDER, preset_files, preset_zip
from sandboxes.moodle.databases import REQUEST_FIELDS, DataField

ANSWERS = {FIELDS_OF_PRESET["status"], FIELDS_OF_PRESET["decision"]}


def _preset() -> ET.Element:
    return ET.fromstring(preset_files()["preset.xml"])  # noqa: S314  # our own file


def _fields() -> list[DataField]:
    return [
        DataField(
            number,
            str(field.findtext("name")),
            str(field.findtext("type")),
            field.findtext("required") == "1",
            tuple((field.findtext("param1") or "").split("\n"))
            if field.findtext("type") == "menu"
            else (),
        )
        for number, field in enumerate(_preset().findall("field"), 1)
    ]


def _tags(template: str) -> set[str]:
    return set(re.findall(r"\[\[([^]#]+)\]\]", preset_files()[template]))


def test_its_fields_are_those_that_the_adapter_reads() -> None:
    """The sandbox has the fields of the manual, which another test compares."""
    assert _fields() == list(REQUEST_FIELDS)
    assert {field.name for field in _fields()} == set(FIELDS_OF_PRESET.values())


def test_entries_wait_for_approval_so_that_nobody_reads_anothers() -> None:
    root = _preset()
    assert root.findtext("settings/approval") == "1"
    assert root.findtext("settings/comments") == "0"


def test_who_writes_an_entry_is_asked_everything_but_the_answers() -> None:
    assert _tags("addtemplate.html") == {field.name for field in _fields()} - ANSWERS


def test_an_entry_shows_everything_and_a_line_of_the_list_its_answers() -> None:
    assert _tags("singletemplate.html") == {field.name for field in _fields()}
    assert _tags("listtemplate.html") >= ANSWERS


@pytest.mark.parametrize("template", [name for name in FILES if name.endswith(".html")])
def test_no_template_names_a_field_that_does_not_exist(template: str) -> None:
    assert _tags(template) <= {field.name for field in _fields()}


def test_the_zip_has_every_file_at_its_top_and_is_the_same_each_time() -> None:
    assert preset_zip() == preset_zip()
    with zipfile.ZipFile(io.BytesIO(preset_zip())) as archive:
        assert archive.namelist() == list(FILES)
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        for name in FILES:
            assert archive.read(name).decode() == preset_files()[name]
    assert {path.name for path in FOLDER.iterdir()} == set(FILES)
