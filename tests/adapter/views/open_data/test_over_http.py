"""A program takes the published tables out over the API, in the form that it asks for."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.views.mt_report.kept import keep_report
from adapter.views.open_data.writing import SQLITE, ZIP
from policy.periods import period_named
from tests.adapter.subjects.requests.conftest import Office, office
from tests.adapter.views.open_data.conftest import rows

__all__ = ["office"]
PATH = "/reports/open-data"


@pytest.fixture
def kept(office: Office) -> Office:
    with acting(office.parts, Principal("k1", "hr", Role.HR, None)) as act:
        keep_report(act, period_named("2026-Q3", act.policy))
    return office


def ask(office: Office, accept: str, query: str = "") -> TestResponse:
    office.call("GET", "/tranches", Role.HR)
    headers = {"Authorization": f"Bearer {office.keys[Role.HR, None]}", "Accept": accept}
    return office.client.get(f"/v1{PATH}{query}", headers=headers)


def test_each_form_is_given_and_noted(kept: Office) -> None:
    database = ask(kept, SQLITE)
    assert (database.status_code, database.mimetype) == (200, SQLITE)
    assert [row["period"] for row in rows(database.data, "periods")] == ["2026-Q3"]
    archive = ask(kept, ZIP, "?period=2026-Q3")
    assert archive.headers["Content-Disposition"].endswith('-2026-Q3.zip"')
    with ZipFile(BytesIO(archive.data)) as files:
        assert "data_dictionary.csv" in files.namelist()
    with kept.parts.register.read() as connection:
        noted = select(AuditLineRow.result).where(AuditLineRow.action == "export-open-data")
        assert sorted(connection.execute(noted).scalars()) == ["sqlite", "zip"]


def test_what_is_not_kept_or_not_a_form_is_refused(kept: Office) -> None:
    assert ask(kept, ZIP, "?period=2026-Q2").status_code == 404
    assert ask(kept, "text/html").status_code == 406
    for role in (Role.MANAGER, Role.EMPLOYEE, Role.KNOWLEDGE_BROKER, Role.AUDITOR):
        assert kept.call("GET", PATH, role, employee="10009").status_code == 403


def test_nothing_was_kept_yet(office: Office) -> None:
    assert ask(office, ZIP).status_code == 404
