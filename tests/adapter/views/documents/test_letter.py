"""The letter to a leaver: what it says while the exit is announced, settled, waived, withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from adapter.ground.parts import Parts
from adapter.ground.rendering.content import Report
from adapter.ground.store.reading import row_of
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.procedure import GrantRow, SignatureRow, TrainingRequestRow
from adapter.register.keys import Principal, Role
from adapter.subjects.leaving.claims import acts
from adapter.subjects.leaving.claims.acts import Confirmation, Pay
from adapter.subjects.leaving.claims.log import claim_of_exit
from adapter.subjects.leaving.endings import EndedBy, Ending, record_ending
from adapter.subjects.leaving.statements import keep_statement, latest
from adapter.subjects.requests.acts import Act, acting
from adapter.views.documents.letter import Letter, Sender, repayment_letter
from adapter.views.repayment.overview import statement_document
from config.catalogue import Language, keys
from policy.repayment import NEEDS_REVIEW, NOT_CLAIMABLE, NOTHING_DUE
from tests.fixtures.leavers import (
    LEAVER,
    NOW,
    POLICY,
    SetClock,
    add,
    granted,
    keep,
    parts_of,
    person,
    promised,
    signed,
)

LEFT = date(2027, 12, 31)
COSTS = {"fee_cents": 230_000, "books_cents": 20_000, "subsidy_cents": 10_000, "wage_cents": 90_000}
OWN_CODES = {"commitment_without_terms", "commitment_own_terms", "completion_day_unknown"} | {
    "claimed_earlier"
}
TERM_CODES = {"not_completed", "within_12_months", "between_12_and_24_months"}


class Case:
    """One leaver with a training of EUR 2,400.00 that was not completed."""

    def __init__(self, register: Register) -> None:
        self.parts: Parts = parts_of(register, clock=SetClock(NOW))
        keep(register, person())
        signed(register, granted(register, request_id=_asked(register)))
        values: dict[str, Any] = {"verified": 1, "noticed_at": NOW, "updated_at": NOW}
        add(
            register,
            ExitRow,
            id="3f2a9c1e-exit",
            employee_id=LEAVER,
            employment_id="1",
            source="test",
            state="announced",
            last_day=LEFT,
            **values,
        )
        self.becomes("announced")

    def becomes(self, state: str) -> None:
        with self.parts.register.write() as connection:
            connection.execute(update(ExitRow).values(state=state))
            keep_statement(connection, "3f2a9c1e-exit", POLICY, NOW)

    def by_hr(self) -> Any:
        return acting(self.parts, Principal("k1", "hr", Role.HR, None))

    def ended(self, by: EndedBy = EndedBy.EMPLOYEE) -> None:
        with self.parts.register.write() as connection:
            ending = Ending(by, "reorganisatie", in_probation=False)
            record_ending(connection, "3f2a9c1e-exit", ending, "hr", NOW)

    def letter(self, language: Language = Language.NL, contact: str | None = None) -> Letter:
        with self.parts.register.read() as connection:
            leaver = row_of(connection, select(ExitRow))
            statement = latest(connection, leaver.id)
            assert statement is not None
            return repayment_letter(
                connection,
                leaver,
                statement,
                language,
                Sender("Omgevingsdienst Noord", 21, contact),
            )

    def overview(self) -> Report:
        with self.parts.register.read() as connection:
            leaver = row_of(connection, select(ExitRow))
            statement = latest(connection, leaver.id)
            assert statement is not None
            return statement_document(connection, leaver, statement, Language.NL)


def _asked(register: Register) -> str:
    return add(
        register,
        TrainingRequestRow,
        title="Leergang Omgevingsrecht",
        trajectory_id="T-7",
        course_ids=[],
        employee_ids=[LEAVER],
        collective=0,
        ground="individual",
        mandatory_by_law="no",
        mandatory_source="cao, bijlage 4",
        mandatory_assessed_by="P. Bakker",
        mandatory_assessed_on=date(2026, 7, 1),
        costs=COSTS,
        costs_cents=240_000,
        hours=Decimal("60.00"),
        work_time_share=Decimal("1.00"),
        state="granted",
        submitted_by="1",
        created_at=datetime(2026, 6, 1, tzinfo=UTC),
        version=5,
    )


@pytest.fixture
def case(sqlite_register: Register) -> Case:
    return Case(sqlite_register)


def taken(act: Act) -> tuple[Act, str, int]:
    claim = claim_of_exit(act.connection, "3f2a9c1e-exit")
    assert claim is not None
    return act, claim.id, claim.number


def _all_words(report: Report, *more: str) -> Iterator[str]:
    yield from more
    for notice in report.notices:
        yield notice.text
    for section in report.sections:
        yield from (section.heading, *section.paragraphs)
        for items in section.lists:
            yield from items


def words(letter: Letter) -> str:
    together = " ".join(_all_words(letter.report, *letter.opening))
    return together.replace("\N{NO-BREAK SPACE}", " ")


def amounts(letter: Letter) -> list[object]:
    """What the table says of each training, and in total."""
    (table,) = next(one.tables for one in letter.report.sections if one.name == "summary")
    assert table.total is not None
    return [*(row[-1] for row in table.rows), table.total[-1]]


def test_before_the_last_day_the_letter_is_an_outlook(case: Case) -> None:
    said = words(case.letter())
    assert "Dit is een vooruitblik, geen besluit" in said
    assert "Blijft alles zoals nu, dan betaalt u € 2.400,00 terug." in said
    assert "Uw dienstverband eindigt op 31 december 2027" in said
    assert case.letter().report.title == "Vooruitblik op terugbetaling van opleidingskosten"


def test_until_hr_confirmed_the_letter_is_a_draft_and_then_it_says_how_it_is_paid(
    case: Case,
) -> None:
    case.becomes("effective")
    case.ended()
    assert "Concept" in words(case.letter())
    with case.by_hr() as act:
        acts.confirm(*taken(act), Confirmation(240_000, Pay.NET, set_off=True), None)
    said = words(case.letter())
    assert "Concept" not in said
    assert "U betaalt € 2.400,00 terug. Wij houden dit bedrag in op uw laatste nettoloon." in said
    assert "ten minste het wettelijk minimumloon" in said
    assert "beslagvrije voet" in said
    assert "binnen 21 dagen" in said
    assert case.letter().head["sender"][0] == "Omgevingsdienst Noord"


def test_who_is_asked_to_pay_is_told_how_long_there_is_to_do_so(case: Case) -> None:
    case.becomes("effective")
    case.ended()
    with case.by_hr() as act:
        acts.confirm(*taken(act), Confirmation(240_000, Pay.GROSS, set_off=False), None)
    said = words(case.letter())
    assert "U krijgt van ons een betaalverzoek. U betaalt binnen 21 dagen" in said
    assert "beslagvrije voet" not in said


def test_it_tells_what_the_costs_were_why_and_what_the_employee_can_do(case: Case) -> None:
    said = words(case.letter(contact="hr@example.org"))
    assert "cursusgeld € 2.300,00, boeken € 200,00, ontvangen subsidie € 100,00 eraf." in said
    assert "Uw loon tijdens de opleiding telt niet mee." in said
    assert "U had de opleiding op uw laatste werkdag nog niet afgerond." in said
    assert "versie 1 van uw opleidingsovereenkomst. U tekende die op 20 augustus 2026" in said
    assert "hr@example.org" in said
    assert "vakbond" in said
    assert "Stuur een e-mail" not in words(case.letter())


def test_what_was_waived_or_withdrawn_asks_nothing(case: Case) -> None:
    case.becomes("effective")
    with case.by_hr() as act:
        acts.waive(*taken(act), "coulance")
    said = words(case.letter())
    assert "Wij vragen niets van u terug." in said
    assert "coulance" not in said
    assert "U betaalt" not in said
    case.becomes("withdrawn")
    said = words(case.letter())
    assert "Daarom vragen wij nu niets van u terug." in said
    assert "in delen" not in said


def test_a_claim_that_was_waived_leaves_nothing_to_decide(case: Case) -> None:
    """Also of an item that HR would still have reviewed."""
    with case.parts.register.write() as connection:
        values = {"ground": "function", "mandatory_by_law": "unknown"}
        connection.execute(update(GrantRow).values(values))
    case.becomes("effective")
    before = case.letter()
    assert "Wij beslissen nog of u iets terugbetaalt. Het is hoogstens € 2.400,00." in words(before)
    assert amounts(before) == [None, 0]
    with case.by_hr() as act:
        acts.waive(*taken(act), "coulance")
    after = case.letter()
    said = words(after)
    assert "Wij vragen voor deze opleiding niets van u terug." in said
    for contradiction in ("beslissen nog", "onderzoeken nog", "hoogstens", "in delen"):
        assert contradiction not in said
    assert amounts(after) == [0, 0]


def test_it_speaks_of_an_agreement_only_where_both_signed_one(case: Case) -> None:
    assert "Die staan in uw opleidingsovereenkomst." in words(case.letter())
    with case.parts.register.write() as connection:
        connection.execute(delete(SignatureRow).where(SignatureRow.party == "manager"))
    case.becomes("announced")
    said = words(case.letter())
    assert "geen opleidingsovereenkomst die u en uw leidinggevende allebei" in said
    assert "Die staan in uw opleidingsovereenkomst." not in said
    promised(case.parts.register)
    case.becomes("announced")
    said = words(case.letter())
    assert "Over terugbetalen is bij deze opleiding niets afgesproken." in said
    assert "Die staan in uw opleidingsovereenkomst." not in said


def test_the_english_letter_says_that_the_dutch_one_counts(case: Case) -> None:
    assert "The Dutch letter is the one that counts." in words(case.letter(Language.EN))


def test_it_is_set_as_a_tagged_pdf_of_the_same_bytes_each_time(case: Case) -> None:
    made = case.letter().pdf()
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made
    assert made == case.letter().pdf()


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_a_sentence_for_the_employee(language: Language) -> None:
    codes = {*NOTHING_DUE, *NOT_CLAIMABLE, *NEEDS_REVIEW, *OWN_CODES, *TERM_CODES}
    written = {key.rpartition(".")[2] for key in keys(language) if key.startswith("letter.reason.")}
    assert written == codes


def test_hr_reads_costs_agreement_and_legal_position_with_source_and_assessor(case: Case) -> None:
    said = " ".join(_all_words(case.overview())).replace("\N{NO-BREAK SPACE}", " ")
    assert "Loon tijdens de opleiding: € 900,00. Telt niet mee" in said
    assert "Overeenkomst versie 1: getekend door de medewerker op 20 augustus 2026" in said
    assert "Bron: cao, bijlage 4. Beoordeeld door P. Bakker op 1 juli 2026." in said
    (table,) = [
        table
        for section in case.overview().sections
        for table in section.tables
        if table.name == "costs_T-7"
    ]
    assert [row[1] for row in table.rows] == [230_000, 20_000, -10_000]
    assert table.total == ("Grondslag", 240_000)


def test_hr_is_told_that_an_end_by_the_employer_often_bars_recovery(case: Case) -> None:
    case.becomes("effective")
    before = " ".join(notice.text for notice in case.overview().notices)
    assert "Nog niet vastgelegd is wie het dienstverband heeft beëindigd" in before
    case.ended(EndedBy.EMPLOYER)
    after = " ".join(notice.text for notice in case.overview().notices)
    assert "De rechter staat terugvordering dan vaak niet toe" in after
    assert "Nog niet vastgelegd" not in after
