"""*Overeenkomsten*: HR draws one up, records signatures on paper and files it (Visie §7, P5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from adapter.doors.messages.agreements import AgreementIn, FilingIn, SignatureIn
from adapter.doors.messages.media_types import PDF
from adapter.doors.pages.act_forms import (
    ActField,
    ActForm,
    Look,
    Run,
    carry_out,
    form_named,
    with_errors,
)
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.form_values import as_typed
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.shown import page, say
from adapter.doors.web import current
from adapter.doors.web.noting import about
from adapter.doors.web.report_answers import document_answer
from adapter.ground.store.tables.procedure import AgreementRow, GrantRow, SignatureRow
from adapter.ground.uploaded_pdf import what_is_wrong
from adapter.register.people import names_of
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.requests import agreements, signatures, signed_files
from adapter.subjects.requests.acts import Act, acting, looking
from adapter.subjects.requests.granted_agreements import granted_agreements
from adapter.subjects.requests.grants import one_grant
from adapter.subjects.requests.signatures import Method, Party
from adapter.subjects.requests.signed_files import SignedFile
from adapter.views.documents.agreement import agreement_document
from adapter.views.findings import sentence
from config.catalogue import Language, text
from policy.money import euros

AGREEMENTS = Blueprint("agreements", __name__)


@dataclass(frozen=True, slots=True)
class OpenAgreement:
    """All that a page shows of one version."""

    row: AgreementRow
    name: str
    signatures: tuple[SignatureRow, ...]
    files: list[SignedFile]
    findings: list[str]


@AGREEMENTS.get("/overeenkomsten")
def show_all() -> Response:
    number = portion_number("pagina")
    with looking(current.parts(), current.principal()) as act:
        found = granted_agreements(act, number)
        names = names_of(act.connection, [one.employee_id for one in found.items])
        titles = trajectory_titles(act.connection)
    return page(
        "agreements.html.jinja",
        rows=found.items,
        names=names,
        titles=titles,
        number=number,
        more=found.more,
        done=what_was_done(),
    )


@AGREEMENTS.get("/overeenkomsten/opstellen/<grant_id>/<employee_id>")
def new(grant_id: str, employee_id: str) -> Response:
    return _draft(grant_id, employee_id, None)


@AGREEMENTS.post("/overeenkomsten/opstellen/<grant_id>/<employee_id>")
def draw_up(grant_id: str, employee_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        form = _draft_form(act, one_grant(act, grant_id), employee_id)
    wrong = carry_out(form, _draw_up)
    if wrong is not None:
        return _draft(grant_id, employee_id, wrong)
    return back_to("agreements.show_all", "drawn_up")


@AGREEMENTS.get("/overeenkomsten/<agreement_id>")
def show(agreement_id: str) -> Response:
    return _page(agreement_id, None)


@AGREEMENTS.get("/overeenkomsten/<agreement_id>/document.pdf")
def document(agreement_id: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = agreements.one_agreement(act, agreement_id)
        about(row.employee_id)
        written = agreement_document(act.connection, row, Language.NL, act.today).pdf()
    return document_answer(written, PDF, f"opleidingsovereenkomst-versie-{row.version}.pdf")


@AGREEMENTS.post("/overeenkomsten/<agreement_id>/bestand")
def upload(agreement_id: str) -> Response:
    """The file that was signed on paper; looked at in a process of its own before it is kept."""
    sent = request.files.get("file")
    content = b"" if sent is None else sent.read()
    wrong = what_is_wrong(content) if content else "empty"
    if wrong is not None:
        key = "pages.agreement.no_file" if wrong == "empty" else f"documents.upload.{wrong}"
        return _page(agreement_id, None, {"file": text(key, current.language())})
    with acting(current.parts(), current.principal()) as act:
        signed_files.keep_signed_file(act, agreement_id, content)
    return back_to("agreements.show", "file_kept", agreement_id=agreement_id)


@AGREEMENTS.post("/overeenkomsten/<agreement_id>/<act_name>")
def carry(agreement_id: str, act_name: str) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, agreement_id)
    form = form_named(_forms(found), act_name)
    wrong = carry_out(form, _runs(agreement_id)[act_name])
    if wrong is not None:
        return _page(agreement_id, wrong)
    return back_to("agreements.show", "agreement_changed", agreement_id=agreement_id)


def _draft(grant_id: str, employee_id: str, wrong: ActForm | None) -> Response:
    with looking(current.parts(), current.principal()) as act:
        grant = one_grant(act, grant_id)
        form = wrong or _draft_form(act, grant, employee_id)
        names = names_of(act.connection, [employee_id])
        titles = trajectory_titles(act.connection)
    return page(
        "new_agreement.html.jinja",
        200 if wrong is None else 422,
        form=form,
        grant=grant,
        titles=titles,
        name=names.get(employee_id, employee_id),
        employee_id=employee_id,
    )


def _draft_form(act: Act, grant: GrantRow, employee_id: str) -> ActForm:
    """What the last version says is where a next one begins."""
    last = agreements.newest_agreement(act, grant.id, employee_id)
    costs = grant.costs_cents if last is None else last.agreed_costs_cents
    fields = (
        ActField(
            "agreed_costs",
            "/agreedCostsEur",
            Look.NUMBER,
            value=as_typed(euros(costs)),
            required=False,
        ),
        ActField(
            "arrangements",
            "/arrangements",
            Look.TEXT,
            value=say("agreement.usual_arrangements")
            if last is None
            else last.parts.get("arrangements", ""),
        ),
        ActField(
            "further",
            "/furtherConditions",
            Look.TEXT,
            value="" if last is None else last.parts.get("further_conditions", ""),
            required=False,
        ),
        ActField("before_adoption", "/offerBeforeAdoption", Look.TICK),
    )
    given = {"grantId": grant.id, "employeeId": employee_id}
    return ActForm("draw_up", AgreementIn, fields, given=given)


def _draw_up(act: Act, message: AgreementIn, _version: int) -> None:
    content = agreements.AgreementContent(
        grant_id=message.grant_id,
        employee_id=message.employee_id,
        agreed_costs_cents=message.agreed_costs_cents,
        arrangements=message.arrangements,
        further_conditions=message.further_conditions,
        drawn_up_on=message.drawn_up_date or act.today,
        offered_before_adoption=message.offer_before_adoption,
    )
    agreements.draw_up(act, content)


def _open(act: Act, agreement_id: str) -> OpenAgreement:
    row = agreements.one_agreement(act, agreement_id)
    about(row.employee_id)
    [signed] = agreements.with_signatures(act, [row])
    language = current.language()
    return OpenAgreement(
        row=row,
        name=names_of(act.connection, [row.employee_id]).get(row.employee_id, row.employee_id),
        signatures=signed.signatures,
        files=signed_files.files_of(act, agreement_id),
        findings=[sentence(one, language) for one in agreements.agreement_findings(act, signed)],
    )


def _page(
    agreement_id: str, wrong: ActForm | None, errors: dict[str, str] | None = None
) -> Response:
    with looking(current.parts(), current.principal()) as act:
        found = _open(act, agreement_id)
        document = agreement_document(act.connection, found.row, current.language(), act.today)
    forms = with_errors(_forms(found), wrong)
    return page(
        "one_agreement.html.jinja",
        422 if wrong or errors else 200,
        found=found,
        report=document.report,
        acts_now=forms,
        errors=errors or {},
        done=what_was_done(),
    )


def _forms(found: OpenAgreement) -> Iterator[ActForm]:
    """What HR can record of it now."""
    signed = {one.party for one in found.signatures}
    left = tuple(party for party in Party if party not in signed)
    if left and found.files:
        fields = (
            ActField("party", "/party", Look.CHOICE, left, "pages.party"),
            ActField("signed_on", "/signedDate", Look.DAY),
        )
        given = {"method": str(Method.PAPER)}
        yield ActForm("record_signature", SignatureIn, fields, given=given)
    if not left and found.row.filed_on is None:
        yield ActForm("file", FilingIn, (ActField("filed_on", "/filedDate", Look.DAY),))


def _runs(agreement_id: str) -> dict[str, Run]:
    def record(act: Act, message: SignatureIn, _version: int) -> None:
        signatures.sign(act, agreement_id, message.signature())

    def file(act: Act, message: FilingIn, _version: int) -> None:
        agreements.file_agreement(act, agreement_id, message.filed_date)

    return {"record_signature": record, "file": file}
