"""Signing a training agreement: read the document, tick, confirm (Visie §7, P5)."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, request

from adapter.doors.messages.media_types import PDF
from adapter.doors.pages.done import back_to
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.report_answers import document_answer
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.register.keys import Role
from adapter.subjects.requests import agreements, signatures
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.refusals import NotNow
from adapter.subjects.requests.signatures import Method, Party, Signature
from adapter.views.documents.agreement import AgreementDocument, agreement_document
from config.catalogue import Language

SIGNING = Blueprint("signing", __name__)
"""Below the page of each party: an employee's own agreements, and those of a manager's team."""

_HOME = {Party.EMPLOYEE: "my_learning.show", Party.MANAGER: "my_team.show"}


@SIGNING.get("/<agreement_id>")
def show(agreement_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = agreements.newest_version(act, agreement_id)
        return _page(act, row, {})


@SIGNING.get("/<agreement_id>/document.pdf")
def document(agreement_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = agreements.one_agreement(act, agreement_id)
        written = _document(act, row).pdf()
    name = f"opleidingsovereenkomst-versie-{row.version}.pdf"
    return document_answer(written, PDF, name)


@SIGNING.post("/<agreement_id>/ondertekenen")
def sign(agreement_id: str) -> Response:
    """What is signed is the document that was read: its hash comes along, and is kept."""
    with acting(current.parts(), current.principal()) as act:
        row = agreements.newest_version(act, agreement_id)
        if request.form.get("gelezen") != "ja":
            return _page(act, row, {"gelezen": say("agreement.not_ticked")})
        read = request.form.get("document", "")
        if read != _sha256(_document(act, row)):
            raise NotNow("pages.failure.other_document")
        signed = Signature(_party(), act.today, Method.ELECTRONIC, read)
        signatures.sign(act, agreement_id, signed)
    return back_to(_HOME[_party()], "signed")


def _party() -> Party:
    return Party.MANAGER if current.principal().role is Role.MANAGER else Party.EMPLOYEE


def _page(act: Act, row: AgreementRow, errors: dict[str, str]) -> Response:
    shown = _document(act, row)
    parties = {one.party for one in agreements.signatures_of(act, row.id)}
    return page(
        "agreement.html.jinja",
        status=422 if errors else 200,
        agreement=row,
        report=shown.report,
        sha256=_sha256(shown),
        can_be_signed=bool(shown.blocks) and _party() not in parties,
        signed_by=parties,
        errors=errors,
    )


def _document(act: Act, row: AgreementRow) -> AgreementDocument:
    """What is agreed is Dutch, whatever the browser speaks."""
    return agreement_document(act.connection, row, Language.NL, act.today)


def _sha256(document: AgreementDocument) -> str:
    return hashlib.sha256(document.pdf()).hexdigest()
