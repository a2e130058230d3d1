"""*Rapporten*: the report of each period, and its figures as tables to take out."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Principal, Role
from adapter.subjects.requests.acts import acting
from adapter.views.mt_report.kept import keep_report
from policy.periods import period_named
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.subjects.requests.conftest import MANAGER, OTHER_MANAGER, OTHER_TEAM, Office


@pytest.fixture
def hr(office: Office) -> Browser:
    return signed_in(office.parts, OTHER_MANAGER, Role.HR)


def keep(office: Office) -> None:
    with acting(office.parts, Principal("k1", "hr", Role.HR, None)) as act:
        keep_report(act, period_named("2026-Q3", act.policy))


def taken_out(office: Office) -> list[tuple[str, str, str]]:
    with office.parts.register.read() as connection:
        lines = rows_of(
            connection, select(AuditLineRow).where(AuditLineRow.action == "export-open-data")
        )
    return [(line.actor, line.record, line.result) for line in lines]


def test_kept_figures_can_be_taken_out_and_that_is_noted(office: Office, hr: Browser) -> None:
    assert 'href="/rapporten/open-data.sqlite"' not in hr.page("/rapporten")
    assert hr.get("/rapporten/open-data.sqlite").status_code == 404
    keep(office)
    assert 'href="/rapporten/open-data.sqlite"' in hr.page("/rapporten")
    answer = hr.get("/rapporten/open-data.zip")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="open-data-leren-en-ontwikkelen-2026-Q3.zip"'
    )
    with ZipFile(BytesIO(answer.data)) as archive:
        assert "data_dictionary.csv" in archive.namelist()
    assert hr.get("/rapporten/open-data.exe").status_code == 404
    assert taken_out(office) == [(OTHER_MANAGER, "published/2026-Q3", "zip")]


def test_of_each_employee_only_hr_takes_them_out(office: Office, hr: Browser) -> None:
    for path in ("/werkvoorraad/aansluiting", "/tranches", "/zoeken", "/uitdienst"):
        assert f'<li><a href="{path}">' in hr.page("/rapporten")
    answer = hr.get("/rapporten/gepseudonimiseerd.sqlite")
    assert answer.data.startswith(b"SQLite format 3")
    assert MANAGER.encode() not in answer.data
    assert [line[1:] for line in taken_out(office)] == [("pseudonymised/2026-11-10", "sqlite")]
    mt = signed_in(office.parts, OTHER_TEAM[0], Role.MANAGEMENT_TEAM)
    told = mt.page("/rapporten")
    assert "gepseudonimiseerd" not in told
    assert 'id="others"' not in told
    assert mt.get("/rapporten/gepseudonimiseerd.sqlite").status_code == 403
    manager = signed_in(office.parts, MANAGER)
    for path in ("open-data.zip", "gepseudonimiseerd.zip"):
        assert manager.get(f"/rapporten/{path}").status_code == 403
