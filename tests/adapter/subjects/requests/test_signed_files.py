"""The signed file is uploaded and hashed by us; only HR gets it back."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import pytest

from adapter.doors.messages.media_types import PDF
from adapter.doors.web.access import SIGNED_FILE_BYTES
from adapter.register.keys import Role
from tests.adapter.subjects.requests.conftest import Office
from tests.adapter.subjects.requests.conftest import office as office

SIGNED = {"party": "employee", "signedDate": "2027-01-12", "method": "paper"}


def pdf(*objects: bytes, head: bytes = b"%PDF-1.7\n", tail: bytes | None = None) -> bytes:
    body = head + b"".join(b"%d 0 obj\n%s\nendobj\n" % one for one in enumerate(objects, 1))
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\n"
    end = b"startxref\n%d\n%%%%EOF\n" % len(body) if tail is None else tail
    return body + table + end


GOOD = pdf(b"<< /Type /Catalog >>")


def packed(inner: bytes) -> bytes:
    stream = zlib.compress(inner)
    return b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n%s\nendstream" % stream


@pytest.fixture
def agreement(office: Office) -> str:
    body = {"grantId": office.granted()["id"], "employeeId": "10001", "arrangements": "elke week"}
    return str(office.call("POST", "/agreements", Role.HR, body).get_json()["id"])


def upload(office: Office, agreement: str, content: bytes, role: Role = Role.HR) -> Any:
    return office.client.post(
        f"/v1/agreements/{agreement}/signed-files",
        data=content,
        headers=office.key_of(role) | {"Content-Type": PDF},
    )


def test_hr_uploads_the_file_and_records_the_signature_without_a_hash(
    office: Office, agreement: str
) -> None:
    path = f"/agreements/{agreement}/signatures"
    refused = office.call("POST", path, Role.HR, SIGNED)
    assert refused.status_code == 400
    assert "Upload eerst" in refused.get_json()["errors"][0]["detail"]
    kept = upload(office, agreement, GOOD)
    digest = hashlib.sha256(GOOD).hexdigest()
    assert kept.status_code == 201
    told = kept.get_json()
    assert (told["number"], told["sha256"], told["size"]) == (1, digest, len(GOOD))
    assert upload(office, agreement, GOOD).get_json() == told
    newer = upload(office, agreement, pdf(b"<< /Type /Catalog >>", b"<< >>")).get_json()
    assert newer["number"] == 2
    signed = office.call("POST", path, Role.HR, SIGNED).get_json()
    assert [one["fileSha256"] for one in signed["signatures"]] == [newer["sha256"]]
    listed = office.call("GET", f"/agreements/{agreement}/signed-files", Role.HR).get_json()
    assert [one["number"] for one in listed["items"]] == [1, 2]
    got = office.client.get(kept.headers["Location"], headers=office.key_of(Role.HR))
    assert (got.status_code, got.data, got.mimetype) == (200, GOOD, PDF)
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_a_hash_of_hr_itself_still_counts(office: Office, agreement: str) -> None:
    upload(office, agreement, GOOD)
    body = SIGNED | {"fileSha256": "a" * 64}
    signed = office.call("POST", f"/agreements/{agreement}/signatures", Role.HR, body).get_json()
    assert signed["signatures"][0]["fileSha256"] == "a" * 64


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER, Role.MANAGEMENT_TEAM, Role.AUDITOR])
def test_nobody_else_uploads_or_reads_it(office: Office, agreement: str, role: Role) -> None:
    upload(office, agreement, GOOD)
    assert upload(office, agreement, GOOD, role).status_code == 403
    for path in ("signed-files", "signed-files/1"):
        answer = office.client.get(
            f"/v1/agreements/{agreement}/{path}", headers=office.key_of(role)
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "geen PDF"),
        (b"PK\x03\x04 a workbook", "geen PDF"),
        (GOOD[:-8], "niet heel"),
        (pdf(b"<< >>", tail=b"startxref\n99999\n%%EOF\n"), "niet heel"),
        (GOOD + b"<script>", "niet heel"),
        (pdf(b"<< /Encrypt 2 0 R >>"), "beveiligd"),
        (pdf(b"<< /OpenAction << /S /JavaScript /JS (x) >> >>"), "voert zelf iets uit"),
        (pdf(b"<< /S /J#61vaScript >>"), "voert zelf iets uit"),
        (pdf(b"<< /S /Launch >>"), "voert zelf iets uit"),
        (pdf(packed(b"<< /Names << /EmbeddedFiles 3 0 R >> >>")), "voert zelf iets uit"),
        (pdf(packed(bytes(60_000_000))), "te zwaar"),
        (pdf(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nno\nendstream"), "niet heel"),
    ],
)
def test_what_is_no_honest_pdf_is_refused_with_a_sentence(
    office: Office, agreement: str, content: bytes, told: str
) -> None:
    answer = upload(office, agreement, content)
    assert answer.status_code == 400
    assert told in answer.get_json()["errors"][0]["detail"]
    listed = office.call("GET", f"/agreements/{agreement}/signed-files", Role.HR).get_json()
    assert listed["items"] == []


def test_pictures_may_hold_any_bytes(office: Office, agreement: str) -> None:
    picture = pdf(b"<< /Subtype /Image >>\nstream\n/JavaScript \x00\xff\nendstream")
    assert upload(office, agreement, picture).status_code == 201


def test_a_file_larger_than_other_bodies_is_taken_up_to_its_own_limit(
    office: Office, agreement: str
) -> None:
    large = pdf(b"<< >>\nstream\n%s\nendstream" % bytes(2_000_000))
    assert upload(office, agreement, large).status_code == 201
    assert upload(office, agreement, bytes(SIGNED_FILE_BYTES + 1)).status_code == 413
    headers = office.key_of(Role.HR) | {"Content-Type": "application/json"}
    other = office.client.post("/v1/agreements", data=bytes(2_000_000), headers=headers)
    assert other.status_code == 413


def test_an_unknown_agreement_or_file_is_not_there(office: Office, agreement: str) -> None:
    assert upload(office, "nothing", GOOD).status_code == 404
    missing = office.call("GET", f"/agreements/{agreement}/signed-files/7", Role.HR)
    assert missing.status_code == 404


def test_what_is_no_pdf_by_its_type_is_a_415(office: Office, agreement: str) -> None:
    headers = office.key_of(Role.HR) | {"Content-Type": "text/plain"}
    path = f"/v1/agreements/{agreement}/signed-files"
    assert office.client.post(path, data=GOOD, headers=headers).status_code == 415
