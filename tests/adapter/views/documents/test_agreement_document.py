"""Training agreements to sign: what they say, who gets them, and when there is no place to sign."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from adapter.ground.rendering.content import Section, Tone
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.adoptions import PolicyAdoptionRow
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.register.keys import Role
from adapter.views.documents.agreement import AgreementDocument, agreement_document
from config.catalogue import Language
from config.policy_files import load_policy
from policy.days import amsterdam_day
from policy.parameters import Policy
from tests.adapter.subjects.requests.conftest import GRANT, MANAGER, OTHER_MANAGER, Office
from tests.adapter.subjects.requests.conftest import office as office
from tests.fixtures.adoption import adopt_policy

EMPLOYEE, COLLEAGUE = "10001", "10002"


def drawn_up(office: Office, grant: dict[str, Any], **changes: Any) -> str:
    body = {
        "grantId": grant["id"],
        "employeeId": EMPLOYEE,
        "arrangements": "Wekelijks één dag studie.\nVoortgang in het werkoverleg.",
    }
    answer = office.call("POST", "/agreements", Role.HR, body | changes)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def document(
    office: Office, agreement_id: str, language: Language = Language.NL
) -> AgreementDocument:
    with office.parts.register.read() as connection:
        row = row_of(connection, select(AgreementRow).where(AgreementRow.id == agreement_id))
        return agreement_document(connection, row, language, amsterdam_day(office.clock.now()))


def section(made: AgreementDocument, name: str) -> Section:
    (found,) = [part for part in made.report.sections if part.name == name]
    return found


def warnings(made: AgreementDocument) -> str:
    return " ".join(
        notice.text for notice in made.report.notices if notice.tone is Tone.WARNING
    ).replace("\N{NO-BREAK SPACE}", " ")


def words(section: Section) -> str:
    return " ".join(section.paragraphs).replace("\N{NO-BREAK SPACE}", " ")


def not_adopted(office: Office) -> None:
    with office.parts.register.write() as connection:
        connection.execute(delete(PolicyAdoptionRow))


def sign(office: Office, agreement_id: str, role: Role) -> Any:
    today = amsterdam_day(office.clock.now()).isoformat()
    party = "employee" if role is Role.HR else role.value
    body = {"party": party, "signedDate": today, "method": "electronic", "fileSha256": "a" * 64}
    who = {Role.EMPLOYEE: EMPLOYEE, Role.MANAGER: MANAGER}.get(role)
    return office.call("POST", f"/agreements/{agreement_id}/signatures", role, body, employee=who)


def test_before_the_adoption_none_is_offered_for_signing_unless_hr_does_so(office: Office) -> None:
    grant = office.granted()
    not_adopted(office)
    waiting = drawn_up(office, grant)
    made = document(office, waiting)
    assert made.blocks == ()
    assert "kan nog niet worden ondertekend" in warnings(made)
    for role in (Role.EMPLOYEE, Role.MANAGER):
        refused = sign(office, waiting, role)
        assert refused.status_code == 409
        assert "niet ter ondertekening aangeboden" in refused.get_json()["detail"]
    # HR records what was signed on paper elsewhere: that has happened already.
    assert sign(office, waiting, Role.HR).status_code == 201
    offered = drawn_up(office, grant, offerBeforeAdoption=True)
    assert len(document(office, offered).blocks) == 2
    assert sign(office, offered, Role.EMPLOYEE).status_code == 201
    assert sign(office, offered, Role.MANAGER).status_code == 201


def test_an_agreement_to_sign_does_not_say_that_the_policy_is_a_draft(office: Office) -> None:
    grant = office.granted()
    not_adopted(office)
    offered = document(office, drawn_up(office, grant, offerBeforeAdoption=True))
    assert offered.report.notices == ()
    adopt_policy(office.parts.register)
    assert document(office, drawn_up(office, grant)).blocks


def test_it_has_the_five_parts_in_order_and_a_place_for_both_to_sign(office: Office) -> None:
    made = document(office, drawn_up(office, office.granted()))
    assert [part.heading for part in made.report.sections] == [
        "1. Aard, duur en start",
        "2. Totale kosten",
        "3. Deelname, uitvoering en afronding",
        "4. Nadere voorwaarden",
        "5. Terugbetaling bij vertrek",
    ]
    assert [(block.name, block.signed) for block in made.blocks] == [
        ("Sanne Test10001", None),
        ("Sanne Test10009", None),
    ]
    assert words(section(made, "further_conditions")) == (
        "Er zijn geen nadere voorwaarden afgesproken."
    )
    assert not any(part.notices for part in made.report.sections)


def test_the_terms_say_what_leaving_costs_at_each_moment(office: Office) -> None:
    made = document(office, drawn_up(office, office.granted()))
    nature = words(section(made, "nature_duration_start"))
    assert "vanwege de kosten: € 2.400,00, bij een grens van € 2.000,00" in nature
    assert "vanwege de tijd: 48 uur, bij een grens van 40 uur" in nature
    (table,) = section(made, "repayment_scheme").tables
    assert table.rows == (
        ("Voor de start van de opleiding", 0, 0),
        ("Tijdens de opleiding, zolang die niet is afgerond", 100, 240_000),
        ("Tot en met 12 maanden na afronding", 100, 240_000),
        ("Daarna, tot 24 maanden na afronding", 50, 120_000),
        ("Vanaf 24 maanden na afronding", 0, 0),
    )


def test_a_later_policy_does_not_change_what_was_agreed(office: Office) -> None:
    agreement_id = drawn_up(office, office.granted())
    before = document(office, agreement_id)
    office.parts = replace(office.parts, policy=_stricter(office.parts.policy))
    office.clock.advance(days=400)
    assert document(office, agreement_id) == before
    assert before.report.facts[8].value == load_policy().version


def _stricter(policy: Policy) -> Policy:
    return Policy(
        tuple(
            replace(value, value=100) if value.name.endswith("share_second_period") else value
            for value in policy.values
        )
    )


def test_an_empty_part_is_shown_and_leaves_no_place_to_sign(office: Office) -> None:
    made = document(office, drawn_up(office, office.granted(), arrangements=""))
    (notice,) = section(made, "arrangements").notices
    assert notice.text == "Dit onderdeel is nog niet ingevuld."
    assert "Niet ingevuld: ‘3. Deelname, uitvoering en afronding’." in warnings(made)
    assert made.blocks == ()


def test_an_agreement_for_its_time_alone_says_that_the_scheme_does_not_apply(
    office: Office,
) -> None:
    grant = GRANT | {"costsEur": "1999.99", "repaymentScheme": True}
    answer = office.decide(office.proposed(grant=grant), grant=grant)
    made = document(office, drawn_up(office, answer.get_json()["grants"][0]))
    scheme = section(made, "repayment_scheme")
    assert scheme.tables == ()
    assert words(scheme) == (
        "Op deze opleiding is geen terugbetalingsregeling van toepassing. De afgesproken kosten, "
        "€ 1.999,99, liggen onder de grens van € 2.000,00 vanaf waar de regeling geldt."
    )
    assert len(made.blocks) == 2


def test_a_grant_without_the_scheme_is_named_as_the_reason(office: Office) -> None:
    grant = GRANT | {"repaymentScheme": False}
    answer = office.decide(office.proposed(grant=grant), grant=grant)
    made = document(office, drawn_up(office, answer.get_json()["grants"][0]))
    assert "niet in de toekenning opgenomen" in words(section(made, "repayment_scheme"))


def test_a_new_version_says_what_it_replaces_and_the_old_one_that_it_is_over(
    office: Office,
) -> None:
    grant = office.granted()
    first = drawn_up(office, grant)
    second = drawn_up(office, grant, agreedCostsEur="2300.00")
    old, new = document(office, first), document(office, second)
    assert "Versie 2 van 12 januari 2027 is ervoor in de plaats gekomen" in warnings(old)
    assert old.blocks == ()
    assert "Deze versie vervangt versie 1 van 12 januari 2027" in new.report.notices[0].text
    assert len(new.blocks) == 2


def test_a_revoked_grant_leaves_nothing_to_sign(office: Office) -> None:
    grant = office.granted()
    agreement_id = drawn_up(office, grant)
    revoked = office.call(
        "POST", f"/grants/{grant['id']}/revocations", Role.MANAGEMENT_TEAM, {"reason": "Vervalt."}
    )
    assert revoked.status_code == 201, revoked.get_json()
    made = document(office, agreement_id)
    assert "ingetrokken" in warnings(made)
    assert made.blocks == ()


def test_a_signature_on_record_takes_the_place_of_the_line(office: Office) -> None:
    agreement_id = drawn_up(office, office.granted())
    body = {"party": "employee", "signedDate": "2027-01-12", "method": "electronic"}
    path = f"/agreements/{agreement_id}/signatures"
    assert office.call("POST", path, Role.EMPLOYEE, body, employee=EMPLOYEE).status_code == 201
    signed = [block.signed for block in document(office, agreement_id).blocks]
    assert signed == ["Elektronisch ondertekend op 12 januari 2027.", None]


def test_the_english_document_is_for_reading_only(office: Office) -> None:
    made = document(office, drawn_up(office, office.granted()), Language.EN)
    assert made.report.title == "Training agreement"
    assert made.blocks == ()
    assert "The Dutch document" in made.report.notices[0].text


def test_the_same_agreement_is_the_same_file_until_the_register_knows_more(
    office: Office,
) -> None:
    agreement_id = drawn_up(office, office.granted())
    path = f"/agreements/{agreement_id}/document"
    first = office.call("GET", path, Role.HR)
    office.clock.moment += timedelta(days=3)
    assert (first.mimetype, first.data[:5]) == ("application/pdf", b"%PDF-")
    assert "opleidingsovereenkomst-versie-1.pdf" in first.headers["Content-Disposition"]
    assert office.call("GET", path, Role.HR).data == first.data
    assert re.search(rb"/Lang ?\(nl-NL\)", first.data)


@pytest.mark.parametrize(
    ("role", "who", "status"),
    [
        (Role.HR, None, 200),
        (Role.MANAGER, MANAGER, 200),
        (Role.MANAGER, OTHER_MANAGER, 404),
        (Role.EMPLOYEE, EMPLOYEE, 200),
        (Role.EMPLOYEE, COLLEAGUE, 404),
        (Role.MANAGEMENT_TEAM, None, 403),
        (Role.KNOWLEDGE_BROKER, None, 403),
        (Role.AUDITOR, None, 403),
    ],
)
def test_only_hr_the_manager_and_the_employee_get_it(
    office: Office, role: Role, who: str | None, status: int
) -> None:
    path = f"/agreements/{drawn_up(office, office.granted())}/document"
    assert office.call("GET", path, role, employee=who).status_code == status
