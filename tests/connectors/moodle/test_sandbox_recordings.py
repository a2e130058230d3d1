"""Every recorded exchange, failures included, asked of the sandbox in an equal state.

Ids, moments and image addresses aside, the answers must be the recorded ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandboxes.moodle.versions import MOODLE_4_5, MOODLE_5_0
from tests.connectors.moodle.lab import RECORDINGS, Lab, RawAnswer, recorded
from tests.connectors.moodle.lab_cases import prepare
from tests.connectors.moodle.lab_requests import send

ASIDE = frozenset(
    {"timecreated", "timemodified", "cacherev", "sortorder", "conversationid", "categoryname"}
    | {"profileimageurl", "profileimageurlsmall", "courseimage", "userpictureurl", "profileurl"}
    # Pages made of templates, which the connector never reads.
    | {"listviewcontents", "entryviewcontents"}
    | {"singletemplate", "listtemplate", "addtemplate", "asearchtemplate"}
    # The recorded site held hundreds of courses.
    | {"coursecount"}
    # Only about the service user itself, and only moments.
    | {"preferences"}
    # Only with debugging on, which the sandbox has not; the connector never reads it.
    | {"debuginfo"}
)
NEW_IDS = frozenset(
    {"core_user_create_users", "core_course_create_courses", "core_cohort_create_cohorts"}
)


FOLDERS = {"exchanges": MOODLE_4_5, "exchanges_5_0": MOODLE_5_0}
"""What a Moodle 4.5.6 answered, and where a 5.0.6 answers otherwise."""


def _cases(folder: str) -> Iterator[Any]:
    for path in sorted((RECORDINGS / folder).glob("*.json")):
        for index, exchange in enumerate(recorded(path.stem, folder)):
            where = "" if folder == "exchanges" else "5.0, "
            name = f"{where}{path.stem}: {exchange['case']}"
            yield pytest.param(folder, path.stem, index, id=name)


@pytest.mark.parametrize(
    ("folder", "file", "index"), [case for folder in FOLDERS for case in _cases(folder)]
)
def test_the_sandbox_answers_as_recorded(folder: str, file: str, index: int) -> None:
    exchange = recorded(file, folder)[index]
    lab = Lab(FOLDERS[folder])
    with lab.moodle:
        prepare(lab, file if folder == "exchanges" else "", exchange["case"])
        answer = send(lab, exchange)
    assert answer.status == exchange["http_status"]
    if "response_text" in exchange:
        _assert_same_page(answer, exchange)
    else:
        function = exchange["request"]["wsfunction"] or ""
        seen, expected = json.loads(answer.text), exchange["response"]
        if isinstance(expected, dict) and "_summary" in expected:
            assert f"{len(seen)} records returned" == expected["_summary"]
        else:
            assert _comparable(seen, function) == _comparable(expected, function)


def test_no_recorded_case_is_left_out() -> None:
    assert len(list(_cases("exchanges"))) >= 350
    assert len(list(_cases("exchanges_5_0"))) >= 17


def _assert_same_page(answer: RawAnswer, exchange: Mapping[str, Any]) -> None:
    assert answer.content_type == exchange["content_type"]
    if "xml" in answer.content_type:
        until = '<KEY name="siteurl">'
        assert answer.text.split(until)[0] == exchange["response_text"].split(until)[0]
    else:
        # Pages of a theme are not ours to copy; empty stays empty.
        assert bool(answer.text) == bool(exchange["response_text"])


def _comparable(value: Any, function: str) -> Any:
    if isinstance(value, dict):
        return {
            key: _comparable_member(key, inner, function)
            for key, inner in value.items()
            if key not in ASIDE
        }
    if isinstance(value, list):
        return [_comparable(inner, function) for inner in value]
    if isinstance(value, str):
        return re.sub(r"http://127\.0\.0\.1:\d+", "SITE", value)
    return value


def _comparable_member(key: str, value: Any, function: str) -> Any:
    if (key == "id" and function in NEW_IDS) or (key == "msgid" and value > 0):
        return "an id"
    if key == "itemid" and function == "enrol_self_enrol_user":
        return "an id"
    if key == "functions":
        return {f["name"] for f in value}
    if key == "rows":
        # The order of rows is nobody's promise.
        return sorted((row["columns"] for row in value), key=str)
    return _comparable(value, function)
