"""Who may open which page: one table, enforced before any view runs (Visie §5, P10).

A page without a row, or a row without a page, stops the program at the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask, Response, g, redirect, request, url_for

from adapter.doors.messages.asked_words import ask_about_words
from adapter.doors.pages import browser
from adapter.doors.web import current
from adapter.doors.web.access import SIGNED_FILE_BYTES, UnguardedRoute, key_of
from adapter.doors.web.client_address import client_address
from adapter.doors.web.limits import limit_caller, limit_stranger
from adapter.doors.web.problems import Kind, Problem
from adapter.register.audit_log import PAGE, come_by
from adapter.register.keys import Principal, Role


@dataclass(frozen=True, slots=True)
class Page:
    """`roles` is None for a page that strangers may open. Who has several of them acts in the first
    one: HR and management team in one person each act on pages of their own."""

    roles: tuple[Role, ...] | None
    foreign: bool = False
    """Another site may send a form here: it is checked by what the form holds."""
    largest_body: int = 65_536
    """In bytes."""


class SentSignedOut(Exception):
    """A form that only somebody who is signed in can send."""


OPEN = Page(None)
FROM_THE_LMS = Page(None, foreign=True)
"""Its browser posts from there; a state of ours and a token of the LMS say whether it is right."""
EMPLOYEES = Page((Role.EMPLOYEE,))
MANAGERS = Page((Role.MANAGER,))
HR = Page((Role.HR,))
MANAGEMENT_TEAM = Page((Role.MANAGEMENT_TEAM,))
HR_OR_MT = Page((Role.HR, Role.MANAGEMENT_TEAM))
MT_OR_HR = Page((Role.MANAGEMENT_TEAM, Role.HR))
KNOWLEDGE_BROKERS = Page((Role.KNOWLEDGE_BROKER,))
AUDITORS = Page((Role.AUDITOR,))
AUDITORS_AND_ADMINS = Page((Role.AUDITOR, Role.ADMIN))
ADMINS = Page((Role.ADMIN,))


def _signing(below: str, page: Page) -> dict[str, Page]:
    agreement = f"{below}/overeenkomsten/<agreement_id>"
    return {
        f"GET {agreement}": page,
        f"GET {agreement}/document.pdf": page,
        f"POST {agreement}/ondertekenen": page,
    }


SHEET_BYTES = 8_000_000
"""A worksheet that comes back for confirmation is a third larger than the file."""


def _sheet(below: str, page: Page) -> dict[str, Page]:
    return {
        f"GET {below}/werkblad": page,
        f"GET {below}/werkblad/leeg.xlsx": page,
        f"POST {below}/werkblad": replace(page, largest_body=SHEET_BYTES),
    }


_OWN_SIGN_UP = "/mijn-leren/bijeenkomsten/<session_id>/aanmeldingen/<sign_up_id>"

PAGES: Mapping[str, Page] = {
    "GET /": OPEN,
    "GET /assets/<name>": OPEN,
    "GET /aanmelden": OPEN,
    "GET /aanmelden/link/<token>": OPEN,
    "POST /aanmelden/link": OPEN,
    "GET /aanmelden/lms/registreren/<token>": OPEN,
    "GET /aanmelden/lms/sleutels": OPEN,
    "GET /aanmelden/lms/begin": OPEN,
    "POST /aanmelden/lms/begin": FROM_THE_LMS,
    "POST /aanmelden/lms": FROM_THE_LMS,
    "GET /aanmelden/openid": OPEN,
    "GET /aanmelden/openid/terug": OPEN,
    "POST /afmelden": EMPLOYEES,
    "GET /verder": EMPLOYEES,
    "POST /verder/weggooien": EMPLOYEES,
    "GET /mijn-leren": EMPLOYEES,
    "GET /mijn-leren/leeroverzicht.<form>": EMPLOYEES,
    "GET /mijn-leren/opgaven/<exit_id>/<int:version>.<form>": EMPLOYEES,
    "GET /mijn-leren/mijn-gegevens.json": EMPLOYEES,
    "POST /mijn-leren/bijeenkomsten/<session_id>/aanmelden": EMPLOYEES,
    f"POST {_OWN_SIGN_UP}/annuleren": EMPLOYEES,
    **_signing("/mijn-leren", EMPLOYEES),
    "GET /mijn-team": MANAGERS,
    "GET /mijn-team/teamoverzicht.<form>": MANAGERS,
    "GET /mijn-team/aanvragen/nieuw": MANAGERS,
    "POST /mijn-team/aanvragen/nieuw": MANAGERS,
    "GET /mijn-team/aanvragen/<request_id>": MANAGERS,
    "POST /mijn-team/aanvragen/<request_id>": MANAGERS,
    "POST /mijn-team/aanvragen/<request_id>/intrekken": MANAGERS,
    **_signing("/mijn-team", MANAGERS),
    "GET /werkvoorraad": HR,
    "GET /werkvoorraad/taken/<task_id>": HR,
    "POST /werkvoorraad/taken/<task_id>": HR,
    "GET /werkvoorraad/aansluiting": HR,
    "POST /werkvoorraad/aansluiting": HR,
    "GET /werkvoorraad/aansluiting/<run_id>.<form>": HR,
    "POST /werkvoorraad/aansluiting/<run_id>/opnieuw": HR,
    "GET /werkvoorraad/aansluiting/bevindingen/<code>": HR,
    "POST /werkvoorraad/aansluiting/bevindingen/<code>": HR,
    "GET /tranches": HR,
    "GET /tranches/<name>": HR,
    "POST /tranches/<name>": Page((Role.HR,), largest_body=2_000_000),
    "GET /tranches/<name>/dossier.<form>": HR_OR_MT,
    **_sheet("/mijn-team", MANAGERS),
    **_sheet("/toezeggingen", HR),
    **_sheet("/kwaliteitscriteria", HR),
    **_sheet("/werkvoorraad", HR),
    **_sheet("/tranches/<name>", HR),
    "GET /besluiten/<name>/werkblad": MANAGEMENT_TEAM,
    "POST /besluiten/<name>/werkblad": replace(MANAGEMENT_TEAM, largest_body=SHEET_BYTES),
    "GET /zoeken": HR,
    "GET /personen": HR_OR_MT,
    "GET /medewerkers/<employee_id>": HR,
    "POST /medewerkers/<employee_id>/<act_name>": HR,
    "GET /medewerkers/<employee_id>/kosten": HR,
    "POST /medewerkers/<employee_id>/kosten/<act_name>": HR,
    "GET /medewerkers/<employee_id>/leeroverzicht.<form>": HR,
    "GET /medewerkers/<employee_id>/teamoverzicht.<form>": HR,
    "GET /medewerkers/<employee_id>/afwezigheden/<sign_up_id>": HR,
    "POST /medewerkers/<employee_id>/afwezigheden/<sign_up_id>": HR,
    "GET /medewerkers/<employee_id>/aanvragen/nieuw": HR,
    "POST /medewerkers/<employee_id>/aanvragen/nieuw": HR,
    "GET /aanvragen/<request_id>": HR,
    "POST /aanvragen/<request_id>": HR,
    "POST /aanvragen/<request_id>/intrekken": HR,
    "POST /aanvragen/<request_id>/wet": HR,
    "GET /toezeggingen": HR_OR_MT,
    "GET /toezeggingen/<commitment_id>": HR_OR_MT,
    "POST /toezeggingen/<commitment_id>/voorstellen": HR,
    "POST /toezeggingen/<commitment_id>/besluiten": MANAGEMENT_TEAM,
    "GET /kwaliteitscriteria": HR,
    "GET /kwaliteitscriteria/eis": HR,
    "GET /kwaliteitscriteria/overzicht.<form>": HR,
    "GET /kwaliteitscriteria/aanvragen/<employee_id>.xlsx": HR,
    "GET /mijn-team/kwaliteitscriteria": MANAGERS,
    "GET /mijn-team/kwaliteitscriteria/aanvragen.xlsx": MANAGERS,
    "GET /uitdienst": HR,
    "GET /uitdienst/<exit_id>": HR,
    "POST /uitdienst/<exit_id>/<act_name>": HR,
    "GET /uitdienst/<exit_id>/opgave-<int:version>.<form>": HR,
    "GET /uitdienst/<exit_id>/brief-<int:version>.pdf": HR,
    "GET /overeenkomsten": HR,
    "GET /overeenkomsten/opstellen/<grant_id>/<employee_id>": HR,
    "POST /overeenkomsten/opstellen/<grant_id>/<employee_id>": HR,
    "GET /overeenkomsten/<agreement_id>": HR,
    "GET /overeenkomsten/<agreement_id>/document.pdf": HR,
    "POST /overeenkomsten/<agreement_id>/bestand": Page((Role.HR,), largest_body=SIGNED_FILE_BYTES),
    "POST /overeenkomsten/<agreement_id>/<act_name>": HR,
    "GET /stilgezet": HR,
    "GET /stilgezet/<hold_id>": HR_OR_MT,
    "POST /stilgezet/<hold_id>/<act_name>": HR,
    "GET /toekenningen": MT_OR_HR,
    "GET /toekenningen/<grant_id>": MT_OR_HR,
    "POST /toekenningen/<grant_id>/intrekken": MANAGEMENT_TEAM,
    "POST /toekenningen/<grant_id>/wet": HR,
    "GET /beleid": MANAGEMENT_TEAM,
    "GET /beleid/extra-uren/<exemption_id>": MANAGEMENT_TEAM,
    "POST /beleid/extra-uren/<exemption_id>/intrekken": MANAGEMENT_TEAM,
    "POST /beleid/<act_name>": MANAGEMENT_TEAM,
    "GET /rapporten": MT_OR_HR,
    "GET /rapporten/management-team/<period>.<form>": MT_OR_HR,
    "GET /rapporten/kwaliteitscriteria.<form>": MT_OR_HR,
    "GET /rapporten/open-data.<form>": MT_OR_HR,
    "GET /rapporten/gepseudonimiseerd.<form>": HR,
    "GET /besluiten": MANAGEMENT_TEAM,
    "GET /besluiten/<name>": MANAGEMENT_TEAM,
    "GET /besluiten/<name>/<request_id>": MANAGEMENT_TEAM,
    "POST /besluiten/<name>/<request_id>": MANAGEMENT_TEAM,
    "POST /besluiten/<name>/<request_id>/instemmen": MANAGEMENT_TEAM,
    "GET /toezicht": AUDITORS_AND_ADMINS,
    "GET /toezicht/besluiten": AUDITORS,
    "GET /toezicht/besluiten/<decision_id>": AUDITORS,
    "POST /toezicht/besluiten/<decision_id>/narekenen": AUDITORS,
    "GET /toezicht/auditspoor": AUDITORS,
    "GET /toezicht/logboeken": AUDITORS,
    "POST /toezicht/logboeken": AUDITORS,
    "GET /toezicht/archief": AUDITORS_AND_ADMINS,
    "GET /toezicht/archief/<declaration_id>.pdf": AUDITORS_AND_ADMINS,
    # Who is both gives and revokes here.
    "GET /toezicht/rollen": Page((Role.ADMIN, Role.AUDITOR)),
    "POST /toezicht/rollen": ADMINS,
    "POST /toezicht/rollen/intrekken": ADMINS,
    "GET /toezicht/dienst": ADMINS,
    "POST /toezicht/dienst/pauze": ADMINS,
    "POST /toezicht/dienst/hervatten": ADMINS,
    "GET /toezicht/niet-verwerkt": ADMINS,
    "POST /toezicht/niet-verwerkt/<letter_id>/opnieuw": ADMINS,
    "POST /toezicht/niet-verwerkt/<letter_id>/laten": ADMINS,
    "GET /toezicht/aangemeld": ADMINS,
    "POST /toezicht/aangemeld/<session_id>/beeindigen": ADMINS,
    "GET /toezicht/sleutels": ADMINS,
    "POST /toezicht/sleutels": ADMINS,
    "POST /toezicht/sleutels/<key_id>/vervangen": ADMINS,
    "POST /toezicht/sleutels/<key_id>/intrekken": ADMINS,
    "GET /incompany": KNOWLEDGE_BROKERS,
    "GET /incompany/nieuw": KNOWLEDGE_BROKERS,
    "POST /incompany/nieuw": KNOWLEDGE_BROKERS,
    "GET /incompany/vraag": KNOWLEDGE_BROKERS,
    "POST /incompany/prijzen": KNOWLEDGE_BROKERS,
    "GET /incompany/<session_id>": KNOWLEDGE_BROKERS,
    "GET /incompany/<session_id>/wijzigen": KNOWLEDGE_BROKERS,
    "POST /incompany/<session_id>/wijzigen": KNOWLEDGE_BROKERS,
    "POST /incompany/<session_id>/afblazen": KNOWLEDGE_BROKERS,
    "POST /incompany/<session_id>/aanwezigheid": KNOWLEDGE_BROKERS,
    "GET /mijn-team/incompany": MANAGERS,
    "POST /mijn-team/incompany/instemmen": MANAGERS,
    "POST /mijn-team/incompany/<session_id>/aanmelden": MANAGERS,
    "POST /mijn-team/incompany/<session_id>/beschikbaarheid": MANAGERS,
    "POST /mijn-team/incompany/<session_id>/deelnemers/<participant_id>": MANAGERS,
}


UNNOTED = frozenset(
    {
        *("POST /afmelden", "GET /tranches", "GET /beleid", "GET /besluiten"),
        *("GET /toezicht", "GET /toezicht/logboeken", "POST /toezicht/logboeken"),
        *("GET /toezicht/archief", "GET /toezicht/archief/<declaration_id>.pdf"),
        *(
            "GET /toezicht/dienst",
            "GET /toezicht/sleutels",
            "GET /incompany",
            "GET /incompany/nieuw",
        ),
        *("GET /mijn-team/werkblad/leeg.xlsx", "GET /toezeggingen/werkblad/leeg.xlsx"),
        *("GET /kwaliteitscriteria/werkblad/leeg.xlsx", "GET /kwaliteitscriteria/werkblad"),
        *("GET /mijn-team/werkblad", "GET /toezeggingen/werkblad", "GET /tranches/<name>/werkblad"),
        *("GET /besluiten/<name>/werkblad", "GET /werkvoorraad/werkblad"),
    }
)
"""Pages that show nobody, and signing out, which has a line of its own."""


def current_page() -> Page | None:
    """The row of the request at hand; None for an address that does not exist."""
    rule = request.url_rule
    return None if rule is None else PAGES[key_of(rule.rule, request.method)]


def guard(app: Flask) -> None:
    """Refuse to start with a gap in the table, and enforce it from then on."""
    served = {
        key_of(rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    if served != PAGES.keys():
        difference = ", ".join(sorted(served ^ PAGES.keys()))
        raise UnguardedRoute(
            f"pages and the table in adapter/doors/pages/access.py differ: {difference}"
        )
    app.before_request(_enforce)


def may_open(endpoint_key: str) -> bool:
    """Whether the person who is signed in may open a page, to show the way to it."""
    roles = PAGES[endpoint_key].roles
    return roles is None or not browser.roles().isdisjoint(roles)


def _enforce() -> Response | None:
    come_by(PAGE)
    page = current_page()
    if page is None or request.endpoint == "start.asset":
        return None
    request.max_content_length = page.largest_body
    session = browser.recognise()
    if session is None:
        limit_stranger(client_address())
    else:
        limit_caller(session.id)
    ask_about_words(ask="words_confirmed" not in request.form and not request.files)
    if page.roles is None:
        return None
    if session is None:
        return _ask_to_sign_in()
    role = next((role for role in page.roles if role in browser.roles()), None)
    if role is None:
        raise Problem(Kind.FORBIDDEN, "pages.failure.not_your_page")
    g.principal = Principal(f"session {session.id}", session.employee_id, role, session.employee_id)
    return None


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        raise SentSignedOut
    asked = request.full_path.rstrip("?")
    response = redirect(url_for("start.sign_in", naar=asked), 303)
    assert isinstance(response, Response)
    return response


def person() -> str:
    """The employee number of who is signed in; only on pages that ask for it."""
    employee_id = current.principal().employee_id
    assert employee_id is not None, "a session is somebody's"
    return employee_id
