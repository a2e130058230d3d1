"""One resource in several forms: data, a page, a workbook or a document, by Accept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from adapter.doors.messages.media_types import (
    HTML,
    JSON,
    PDF,
    XLSX,
)
from adapter.doors.web.access import ROUTES
from tests.adapter.doors.web.test_exits import exit_id as exit_id
from tests.adapter.doors.web.test_exits import hr_key as hr_key
from tests.adapter.doors.web.test_exits import statements_path
from tests.adapter.doors.web.test_reconciliation import RUNS, Office
from tests.adapter.doors.web.test_reconciliation import office as office

Headers = dict[str, str]


def test_a_run_is_given_as_a_workbook_to_save(office: Office) -> None:
    run = office.run()
    answer = office.client.get(f"{RUNS}/{run['id']}", headers=office.hr | {"Accept": XLSX})
    assert answer.mimetype == XLSX
    name = f"aansluitrapport-{run['asOfDate']}.xlsx"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    names = CalamineWorkbook.from_filelike(BytesIO(answer.data)).sheet_names
    assert names[:2] == ["Rapport", "Alle bevindingen"]


def test_a_run_is_given_as_a_document_to_read(office: Office) -> None:
    run = office.run()
    answer = office.client.get(f"{RUNS}/{run['id']}", headers=office.hr | {"Accept": PDF})
    assert (answer.mimetype, answer.data[:5]) == (PDF, b"%PDF-")
    name = f"aansluitrapport-{run['asOfDate']}.pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_repayment_statement_is_given_as_a_document(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    path = statements_path(exit_id, "/1")
    answer = either_client.get(path, headers=hr_key | {"Accept": PDF})
    assert (answer.mimetype, answer.data[:5]) == (PDF, b"%PDF-")
    english = either_client.get(path, headers=hr_key | {"Accept": PDF, "Accept-Language": "en"})
    assert b"/Lang(en-GB)" in english.data
    assert b"/Lang(nl-NL)" in answer.data


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
        (f"{PDF};q=0.5, {HTML};q=0.4", PDF),
        (f"{JSON}, {PDF}", JSON),
    ],
)
def test_the_form_that_is_liked_best_is_given(
    either_client: FlaskClient, hr_key: Headers, exit_id: str, accept: str, given: str
) -> None:
    path = statements_path(exit_id, "/1")
    answer = either_client.get(path, headers=hr_key | {"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, given)


def test_a_form_that_the_resource_does_not_have_is_refused(
    either_client: FlaskClient, hr_key: Headers, exit_id: str
) -> None:
    path = statements_path(exit_id, "/1")
    answer = either_client.get(path, headers=hr_key | {"Accept": "text/csv"})
    assert answer.status_code == 406
    assert PDF in answer.get_json()["detail"]


def test_the_document_names_every_form(client: FlaskClient) -> None:
    paths: dict[str, Any] = client.get("/v1/openapi.json").get_json()["paths"]
    for row, route in ROUTES.items():
        method, _, path = row.partition(" /v1")
        described = path.replace("<", "{").replace(">", "}")
        if described not in paths or described == "/openapi.json":
            continue
        for status, answer in paths[described][method.lower()]["responses"].items():
            if status < "400":
                assert set(answer["content"]) == set(route.gives), row
