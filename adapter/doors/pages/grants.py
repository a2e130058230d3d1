"""*Toekenningen*: grants and extra hours taken back (P2, P4), and the law settled for one (A27)."""

from __future__ import annotations

from flask import Blueprint, Response

from adapter.doors.messages.legal_assessments import LegalAssessmentIn
from adapter.doors.messages.norm_exemptions import WithdrawalIn
from adapter.doors.messages.rulings import RevocationIn
from adapter.doors.pages.act_forms import ActField, ActForm, Look, carry_out
from adapter.doors.pages.done import back_to, what_was_done
from adapter.doors.pages.reading import portion_number
from adapter.doors.pages.requests import LAW_FIELDS
from adapter.doors.pages.shown import page
from adapter.doors.web import current
from adapter.register.keys import Role
from adapter.register.people import names_of
from adapter.register.trajectory_titles import trajectory_titles
from adapter.subjects.requests import exemptions, statutory
from adapter.subjects.requests.acts import Act, looking
from adapter.subjects.requests.grants import newest_grants, one_grant, revoke

GRANTS = Blueprint("grants", __name__)
_REASON = (ActField("reason", "/reason", Look.TEXT),)
_REVOKE = ActForm("revoke_grant", RevocationIn, _REASON)
_WITHDRAW = ActForm("withdraw_exemption", WithdrawalIn, _REASON)
_SETTLE = ActForm("settle_law", LegalAssessmentIn, LAW_FIELDS)


@GRANTS.get("/toekenningen")
def show_all() -> Response:
    number = portion_number("pagina")
    with looking(current.parts(), current.principal()) as act:
        found = newest_grants(act, number)
        people = [row.employee_id for row in found.items if row.employee_id]
        names = names_of(act.connection, people)
        titles = trajectory_titles(act.connection)
    return page(
        "grants.html.jinja",
        rows=found.items,
        names=names,
        titles=titles,
        number=number,
        more=found.more,
        done=what_was_done(),
    )


@GRANTS.get("/toekenningen/<grant_id>")
def show(grant_id: str) -> Response:
    return _page(grant_id, None)


@GRANTS.post("/toekenningen/<grant_id>/intrekken")
def take_back(grant_id: str) -> Response:
    def run(act: Act, message: RevocationIn, _version: int) -> None:
        revoke(act, grant_id, message.reason)

    wrong = carry_out(_REVOKE, run)
    if wrong is not None:
        return _page(grant_id, wrong)
    return back_to("grants.show", "grant_revoked", grant_id=grant_id)


@GRANTS.post("/toekenningen/<grant_id>/wet")
def settle_law(grant_id: str) -> Response:
    def run(act: Act, message: LegalAssessmentIn, _version: int) -> None:
        statutory.assess_grant(act, grant_id, message.content())

    wrong = carry_out(_SETTLE, run)
    if wrong is not None:
        return _page(grant_id, wrong)
    return back_to("grants.show", "law_settled", grant_id=grant_id)


@GRANTS.get("/beleid/extra-uren/<exemption_id>")
def show_exemption(exemption_id: str) -> Response:
    return _exemption_page(exemption_id, _WITHDRAW)


@GRANTS.post("/beleid/extra-uren/<exemption_id>/intrekken")
def withdraw(exemption_id: str) -> Response:
    def run(act: Act, message: WithdrawalIn, _version: int) -> None:
        exemptions.withdraw(act, exemption_id, message.reason)

    wrong = carry_out(_WITHDRAW, run)
    if wrong is not None:
        return _exemption_page(exemption_id, wrong)
    return back_to("policy.show", "exemption_withdrawn")


def _page(grant_id: str, wrong: ActForm | None) -> Response:
    """The management team takes back; HR settles the law where no request holds it."""
    with looking(current.parts(), current.principal()) as act:
        grant = one_grant(act, grant_id)
        settled = statutory.assessments(act, grant_id=grant_id)
        known = [] if grant.employee_id is None else [grant.employee_id]
        names = names_of(act.connection, known)
        titles = trajectory_titles(act.connection)
        today = act.today.isoformat()
    form = None
    if current.principal().role is Role.MANAGEMENT_TEAM:
        form = _REVOKE if grant.revoked_at is None else None
    elif grant.request_id is None:
        form = _SETTLE.starting_with(assessed_on=today)
    return page(
        "grant.html.jinja",
        200 if wrong is None else 422,
        grant=grant,
        names=names,
        titles=titles,
        settled=settled,
        form=wrong or form,
        done=what_was_done(),
    )


def _exemption_page(exemption_id: str, form: ActForm) -> Response:
    with looking(current.parts(), current.principal()) as act:
        row = exemptions.one_exemption(act, exemption_id)
        names = names_of(act.connection, [row.employee_id])
    return page(
        "exemption.html.jinja",
        422 if form.errors else 200,
        row=row,
        name=names.get(row.employee_id, row.employee_id),
        form=form,
    )
