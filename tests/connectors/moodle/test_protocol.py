from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from connectors.errors import (
    ConnectorError,
    Misconfigured,
    Permanent,
    Transient,
)
from connectors.http import Response
from connectors.moodle import MoodleConfig
from connectors.moodle.batches import LOST_RACE
from connectors.moodle.cohorts import UNKNOWN
from connectors.moodle.error_codes import code_of
from connectors.moodle.protocol import (
    MAX_FIELDS,
    MISCONFIGURED,
    TRANSIENT,
    UNKNOWN_RECORD,
    classify,
    form_fields,
    parse,
)
from tests.connectors.moodle.lab import RECORDINGS, recorded


def _answer(body: str, status: int = 200, kind: str = "application/json") -> Response:
    return Response(status, {"content-type": kind}, body.encode())


def test_nested_parameters_become_php_form_fields_with_numbers_for_booleans() -> None:
    params = {"rows": [{"id": 4, "suspend": True}, {"id": 5, "suspend": False}], "field": "id"}
    assert form_fields(params) == {
        "rows[0][id]": "4",
        "rows[0][suspend]": "1",
        "rows[1][id]": "5",
        "rows[1][suspend]": "0",
        "field": "id",
    }


def test_a_request_that_php_might_cut_is_refused() -> None:
    assert len(form_fields({"values": ["x"] * MAX_FIELDS})) == MAX_FIELDS
    with pytest.raises(Permanent, match="901 fields"):
        form_fields({"values": ["x"] * (MAX_FIELDS + 1)})


def test_an_empty_list_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="no empty list"):
        form_fields({"values": []})


def _page(case: str) -> Response:
    exchange = next(item for item in recorded("_general") if item["case"] == case)
    return _answer(exchange["response_text"], exchange["http_status"], exchange["content_type"])


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("maintenance mode (admin switch; the normal call)", Transient),
        ("maintenance mode from the command line (climaintenance.html present)", Transient),
        ("application server (PHP) down behind the web server", Transient),
        ("web services switched off for the site", Misconfigured),
        ("path that does not exist (plain text from the PHP handler)", Misconfigured),
        ("no moodlewsrestformat: the answer is XML", Transient),
    ],
)
def test_a_recorded_page_is_classified_by_its_status(case: str, kind: type[ConnectorError]) -> None:
    with pytest.raises(kind):
        classify(_page(case))


@pytest.mark.parametrize("status", [500, 504])
def test_a_server_fault_is_transient(status: int) -> None:
    with pytest.raises(Transient):
        classify(_answer("", status))


def test_an_error_without_a_code_is_for_good() -> None:
    with pytest.raises(Permanent, match="no known code"):
        classify(_answer('{"exception": "Error", "message": "Attempt to assign"}'))


def test_a_code_counts_whatever_the_class_is_called() -> None:
    body = '{"exception": "another\\\\name", "errorcode": "dmlwriteexception", "message": "m"}'
    with pytest.raises(Transient):
        classify(_answer(body))


def test_debug_information_is_never_passed_on() -> None:
    body = (
        '{"exception": "x", "errorcode": "invalidparameter", "message": "Invalid",'
        ' "debuginfo": "Email address already exists: j.devries@example.org"}'
    )
    with pytest.raises(Permanent) as caught:
        classify(_answer(body))
    assert "example.org" not in str(caught.value)


def test_of_an_error_only_its_code_is_passed_on() -> None:
    body = '{"exception": "x", "errorcode": "invalidrecord", "message": "No J. de Vries"}'
    with pytest.raises(Permanent, match=r"^Moodle refuses this call \(invalidrecord\)$"):
        classify(_answer(body))


@pytest.mark.parametrize(
    "told",
    [
        "<div>Too short</div>",
        "J. de Vries",
        "Zeldenrust",
        "jansen",
        "u104211",
        "10001",
        "",
        None,
        7,
    ],
)
def test_what_is_no_code_is_not_taken_for_one(told: object) -> None:
    body = json.dumps({"exception": "x", "errorcode": told, "message": "m"})
    with pytest.raises(Permanent, match=r"^Moodle refuses this call \(no known code\)$"):
        classify(_answer(body))


def test_every_code_that_is_acted_upon_is_known() -> None:
    acted_upon = {*TRANSIENT, *UNKNOWN_RECORD, *MISCONFIGURED, UNKNOWN, LOST_RACE}
    assert [code for code in sorted(acted_upon) if code_of(code) != code] == []


def test_every_code_of_the_recordings_is_known() -> None:
    files = RECORDINGS.glob("exchanges*/*.json")
    words = "".join(file.read_text(encoding="utf-8") for file in files)
    told = set(re.findall(r'"(?:errorcode|warningcode)": "(\w+)"', words))
    assert "invalidrecordunknown" in told
    assert [code for code in sorted(told) if code_of(code) != code] == []


def test_a_literal_null_is_an_answer_and_decimals_stay_exact() -> None:
    classify(_answer("null"))
    assert parse(_answer("null")) is None
    assert parse(_answer("[1250.759]")) == [Decimal("1250.759")]


def test_the_token_does_not_show_in_the_configuration() -> None:
    assert "s3cret" not in repr(MoodleConfig(url="https://lms.example.org", token="s3cret"))
