"""*Toezicht, Archief*: what went to the archive and was destroyed, for whoever verifies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from adapter.ground.store import chain
from adapter.ground.store.tables.archive import ArchiveExportRow
from adapter.register.keys import Role
from tests.adapter.doors.pages.conftest import Browser
from tests.adapter.subjects.requests.conftest import Office

SignIn = Callable[..., Browser]


@pytest.fixture(params=[Role.AUDITOR, Role.ADMIN])
def browser(request: pytest.FixtureRequest, sign_in: SignIn) -> Browser:
    return sign_in("10011", request.param)


def _exported(office: Office, kind: str, number: int) -> None:
    values = {"kind": kind, "object_id": f"{kind}-1", "number": number, "files": {}}
    now = office.clock.now()
    with office.parts.register.write() as connection:
        connection.execute(
            insert(ArchiveExportRow).values(
                id=f"{kind}{number}", stands_at=now, exported_by="x", exported_at=now, **values
            )
        )


def _destroyed(office: Office) -> None:
    now = office.clock.now()
    one = {"kind": "agreement", "id": "a1", "category": "8.2"}
    declaration = {
        "id": "d1",
        "destroyed_at": now,
        "destroyed_by": "A. Bakker, archivaris",
        "recorded_by": "beheer",
        "ground": "besluit 2039-12",
        "selection_list": "Selectielijst 2026",
        "objects": [{**one, "madeAt": now.isoformat(), "exportedAt": now.isoformat()}],
        "rows": {},
        "redactions": [],
    }
    with office.parts.register.write() as connection:
        chain.append(connection, "destructions", declaration)


def test_an_empty_archive_says_so(browser: Browser) -> None:
    page = browser.page("/toezicht/archief")
    assert "Er ging nog niets naar het archief." in page
    assert "Er is nog niets vernietigd." in page


def test_an_object_that_went_twice_counts_once(office: Office, browser: Browser) -> None:
    _exported(office, "agreement", 1)
    _exported(office, "agreement", 2)
    page = browser.page("/toezicht/archief")
    assert "Opleidingsovereenkomst" in page
    assert 'data-heading="Aantal">1</td>' in page


def test_a_declaration_can_be_opened(office: Office, browser: Browser) -> None:
    _destroyed(office)
    page = browser.page("/toezicht/archief")
    assert "A. Bakker, archivaris" in page
    assert "besluit 2039-12" in page
    answer = browser.get("/toezicht/archief/d1.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert browser.get("/toezicht/archief/d2.pdf").status_code == 404
