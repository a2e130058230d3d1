"""The second half of the story on pages: tranche 2027-2 with an exemption and a deferral, a hold
that HR sets aside, a break-off, two leavers from statement to settlement, and the books."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.browser.full_year import acts
from tests.browser.full_year.november_to_march import (
    INSPECTION_TITLE,
    RECORDED,
    TALKED,
    states,
)
from tests.browser.full_year.stage import AUDITOR, HR
from tests.browser.full_year.visitors import (
    Values,
    Year,
    does_not_read,
    fill_in,
    is_as_told,
    reads,
)
from tests.scenarios.people import (
    ANNA,
    BAS,
    COACHING,
    DEWI,
    DIRECTOR,
    EMRE,
    FLEUR,
    GIJS,
    HANNA,
    LAW,
    MARGRIET,
    PROMISED,
    Person,
)

LAW_TITLE, COACHING_TITLE = "Handhavingsrecht", "Coachend leidinggeven"
LONG_TITLE, LATER_TITLE = "Leergang omgevingsrecht", "Data in het toezicht"
AWAY_TITLE = "Vergaderen zonder verslag"
BROKEN_OFF = "Afgebroken opleiding met een overeenkomst"
LAW_ACT = "Stel vast of de opleiding wettelijk verplicht is"


def in_april_hr_records_what_annas_training_cost(year: Year) -> None:
    """As much as was agreed, so that what she would repay stays what it was."""
    year.stage.at("2027-04-06 09:00")
    page = year.opens(HR, f"/medewerkers/{ANNA.employee_id}")
    page.get_by_role("link", name=f"Werkelijke kosten van {INSPECTION_TITLE}").click()
    fill_in(page, {"Cursusgeld in euro": "2250,00", "Boeken in euro": "150"})
    year.picture(page, "actual-costs")
    year.press(page, "Leg de werkelijke kosten vast", "Dat is vastgelegd.")


def in_june_margriet_is_called_away(year: Year) -> None:
    """What she typed before is there when she has signed in again."""
    year.stage.at("2027-06-10 16:00")
    year.stage.complete(DEWI, PROMISED)
    page = year.opens(MARGRIET, "/mijn-team/aanvragen/nieuw")
    fill_in(page, {"Naam van een andere opleiding": AWAY_TITLE, "Hanna Hof": True})
    year.press(page, "Maak een concept", "Het concept is bewaard.")
    fill_in(page, {"Motivering": "Een half uur aan geschreven."})
    year.stage.clock.move_to(year.stage.now + timedelta(minutes=45))
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar concept").click()
    reads(page, "Wat je invulde is een uur bewaard.")
    year.look.at(page, "kept-signed-out")
    page = year.opens(MARGRIET)
    year.look.at(page, "kept-home")
    page.get_by_role("link", name="Bekijken en versturen").click()
    reads(page, "Een half uur aan geschreven.")
    year.look.at(page, "kept-form")
    year.press(page, "Nu versturen", "Het concept is bewaard.")
    expect(page.get_by_label("Motivering")).to_have_value("Een half uur aan geschreven.")
    year.press(page, "Aanvraag intrekken", "De aanvraag is ingetrokken.")


def in_june_margriet_asks_for_the_second_half(year: Year) -> None:
    year.stage.at("2027-06-14 09:00")
    autumn = TALKED | {
        "Wettelijk verplicht": "nee",
        "Startdatum": "2027-09-13",
        "Einddatum": "2027-11-30",
    }
    for person, course in ((DEWI, LAW), (HANNA, COACHING)):
        page = acts.ask(year, course, [person], autumn)
        reads(page, "in tranche 2027-2")
        intake = page.get_by_role("complementary")
        # Dewi has 60 hours that she was promised.
        above = expect(intake)
        (above.to_contain_text if person is DEWI else above.not_to_contain_text)("Dewi Vries:")
    _by_worksheet(year)
    year.stage.at("2027-07-16 00:15")
    waiting = {title for title, state in states(year).items() if state == "in behandeling"}
    is_as_told(waiting, {LAW_TITLE, COACHING_TITLE, LONG_TITLE, LATER_TITLE})


def _by_worksheet(year: Year) -> None:
    """What is in no list of the LMS, both at once; each draft is then sent in."""
    asked = {
        "Wettelijk verplicht": "nee",
        "Startdatum": "13-09-2027",
        "Einddatum": "17-12-2027",
        "Datum gesprek": "01-06-2027",
        "Motivering": "Nodig voor het werk.",
    }
    rows = [
        {
            "Aanvraagcode": "M-1",
            "Personeelsnummer": EMRE.employee_id,
            "Titel": LONG_TITLE,
            "Traject": LONG_TITLE,
            "Grond": "functiegebonden",
            "Bron van de verplichting": "functie",
            "Bewijs": "Functieprofiel, eis 2",
            "Cursusgeld": "2900",
            "Uren per medewerker": "84",
        },
        {
            "Aanvraagcode": "M-2",
            "Personeelsnummer": GIJS.employee_id,
            "Titel": LATER_TITLE,
            "Traject": LATER_TITLE,
            "Grond": "individueel",
            "Cursusgeld": "900",
            "Uren per medewerker": "18",
        },
    ]
    page = year.opens(MARGRIET, "/mijn-team/werkblad")
    sheet = [row | asked for row in rows]
    acts.bring_in(year, page, "Werkblad ophalen (XLSX)", sheet, "Het werkblad is verwerkt.")
    for title in (LONG_TITLE, LATER_TITLE):
        page = year.opens(MARGRIET, "/mijn-team")
        page.get_by_role("link", name=title, exact=True).click()
        year.press(page, "Bewaar en dien in", "De aanvraag is ingediend.")


def in_august_the_management_team_decides_on_tranche_2027_2(year: Year) -> None:
    year.stage.at("2027-08-23 10:00")
    _settle_the_law(year, LONG_TITLE)
    fits = "Past in het plan."
    for title, outcome, why, scheme in (
        (LAW_TITLE, "toekennen", fits, False),
        (COACHING_TITLE, "afwijzen", "Past niet in het budget.", False),
        (LONG_TITLE, "toekennen", fits, True),
        (LATER_TITLE, "uitstellen", "Kan ook volgend jaar.", False),
    ):
        acts.weigh(year, "2027-2", title, 0, 3, 3, 2, 2)
        acts.propose(year, "2027-2", title, outcome, why, scheme=scheme)
    for title, outcome in ((LAW_TITLE, "toekennen"), (COACHING_TITLE, "afwijzen")):
        acts.decide(year, "2027-2", title, outcome)
    acts.decide(year, "2027-2", LONG_TITLE, "toekennen", exempting="Emre Yılmaz")
    acts.decide(year, "2027-2", LATER_TITLE, "uitstellen")
    known = states(year)
    is_as_told((known[LAW_TITLE], known[LONG_TITLE]), ("toegekend", "toegekend"))
    is_as_told(known[COACHING_TITLE], "afgewezen")
    assert "in behandeling" not in known.values()
    is_as_told(known[LATER_TITLE], "uitgesteld")
    assert LAW_TITLE in year.stage.last_message(DEWI)
    assert COACHING_TITLE in year.stage.last_message(HANNA)
    acts.agree(year, EMRE, LONG_TITLE)


def _settle_the_law(year: Year, title: str) -> None:
    page = year.opens(HR, "/tranches/2027-2")
    page.get_by_role("link", name=title, exact=True).click()
    settled = {
        "Wettelijk verplicht (artikel 7:611a BW)": "nee",
        "Wet, cao, bevoegd gezag of functie": "functieboek, eis 2",
        "Waarom dat voor dit werk geldt, of juist niet": "Eis van de functie, niet van de wet.",
    }
    year.act(page, LAW_ACT, settled, RECORDED)


def in_september_dewi_needs_an_exemption(year: Year) -> None:
    year.stage.at("2027-09-06 09:00")
    year.stage.enrol(DEWI, LAW)
    is_as_told(year.stage.in_lms(DEWI, LAW), "suspended")
    reads(year.opens(DEWI, "/mijn-leren"), f"{LAW_TITLE} staat stil")
    _allow_extra_hours(year)
    is_as_told(year.stage.in_lms(DEWI, LAW), "active")  # 92 hours of at most 92
    does_not_read(year.opens(DEWI, "/mijn-leren"), "staat stil")


def _allow_extra_hours(year: Year) -> None:
    """The management team knows a name, and says whom of those who bear it they mean."""
    page = year.opens(DIRECTOR, "/beleid")
    form, title = page.locator("#exempt"), "Sta extra uren toe"
    form.locator("summary").click()
    fill_in(
        form,
        {
            "Medewerker": "Vries",
            "Jaar": "2027",
            "Extra uren": "12",
            "Opleiding": LAW_TITLE,
            "ID-nummer van de cursus of het traject": LAW,
            "Start van de opleiding": "2027-09-13",
            "Grond": "wettelijk",
            "Bewijs": "Behoud van de bevoegdheid",
            "Besloten op": year.stage.today,
        },
    )
    with page.expect_navigation():
        form.get_by_role("button", name=title).click()
    year.look.at(page, "exempt-whom")
    form.get_by_label("Dewi Vries, Toezicht, 10003").check()
    year.press(page, title, RECORDED, within=form)


def in_september_hanna_cannot_start_what_was_rejected(year: Year) -> None:
    """HR lets her in for a week, while the management team looks at it once more."""
    year.stage.enrol(HANNA, COACHING)
    is_as_told(year.stage.in_lms(HANNA, COACHING), "suspended")
    assert f"{COACHING_TITLE} staat stil" in year.stage.last_message(HANNA)
    reads(year.opens(HANNA, "/mijn-leren"), f"{COACHING_TITLE} staat stil")
    page = year.opens(HR, "/stilgezet")
    page.get_by_role("link", name="Hanna Hof").click()
    aside = {"Waarom?": "Het MT kijkt er opnieuw naar.", "Tot en met": "2027-09-13"}
    year.act(page, "Laat de medewerker toch toe", aside, RECORDED)
    is_as_told(year.stage.in_lms(HANNA, COACHING), "active")
    year.stage.at("2027-09-14 09:00")
    is_as_told(year.stage.in_lms(HANNA, COACHING), "suspended")


def in_october_emre_breaks_off(year: Year) -> None:
    year.stage.at("2027-10-04 09:00")
    page = year.opens(HR, f"/medewerkers/{EMRE.employee_id}")
    stopped = {
        "Opleiding of traject": LONG_TITLE,
        "Gestopt op": "2027-10-01",
        "Reden": "Andere prioriteiten.",
    }
    year.act(page, "Leg vast dat een opleiding is afgebroken", stopped, "Dat is vastgelegd.")
    reads(page, "Andere prioriteiten.")


def in_november_anna_leaves_within_a_year(year: Year) -> None:
    year.stage.set_last_day(ANNA, "2027-11-30")
    year.stage.at("2027-10-15 09:00")
    statement_reads(year, ANNA, "voorlopige berekening", "30 november 2027", "100 %", "€ 2.400,00")
    page = year.opens(ANNA, "/mijn-leren")
    reads(page, "Opgave van de terugbetaling, versie 1, laatste dag 30 november 2027")
    year.stage.at("2027-12-01 06:00")
    kind = "berekening bij uitdiensttreding"
    page = statement_reads(year, ANNA, kind, "30 november 2027", "100 %", "€ 2.400,00")
    reads(page, "uit dienst")


def in_december_what_was_deferred_is_in_the_next_tranche(year: Year) -> None:
    row = year.opens(MARGRIET, "/mijn-team").get_by_role("row").filter(has_text=LATER_TITLE)
    expect(row).to_contain_text("2028-1")
    expect(row).to_contain_text("in behandeling")


def in_december_the_last_day_of_bas_is_corrected(year: Year) -> None:
    """He completed his training on 15 January 2027, so that a year is over on 15 January 2028."""
    year.stage.set_last_day(BAS, "2027-12-31")
    year.stage.at("2027-12-06 09:00")
    preview = "voorlopige berekening"
    statement_reads(year, BAS, preview, "31 december 2027", "100 %", "€ 2.400,00")
    year.stage.set_last_day(BAS, "2028-01-20")
    year.stage.at("2027-12-13 12:00")
    statement_reads(year, BAS, preview, "20 januari 2028", "50 %", "€ 1.200,00")
    year.stage.at("2028-01-20 23:00")
    reads(exit_page(year, BAS), "aangekondigd")
    year.stage.at("2028-01-21 06:00")
    kind = "berekening bij uitdiensttreding"
    page = statement_reads(year, BAS, kind, "20 januari 2028", "50 %", "€ 1.200,00")
    reads(page, "uit dienst")


def in_january_2028_the_books_are_in_order(year: Year) -> None:
    year.stage.at("2028-01-24 09:00")
    page = year.opens(HR, "/werkvoorraad/aansluiting")
    year.press(page, "Vergelijk nu", "Er is opnieuw vergeleken.")
    runs = page.get_by_role("table").last
    runs.locator("tbody tr").first.get_by_role("link").first.click()
    year.picture(page, "reconciliation")
    is_as_told(
        findings(page),
        {
            "Inschrijving zonder toekenning": ["10007 Hanna Hof"],
            "Terugbetaling volgens de opgave": ["10001 Anna Bakker", "10002 Bas Smit"],
            "Uit dienst met een open account in het leersysteem": [
                "10001 Anna Bakker",
                "10002 Bas Smit",
            ],
        },
    )
    is_as_told(hours_in_2027(year, DEWI), ("92,00", "92,00"))
    is_as_told(hours_in_2027(year, GIJS), ("16,00", "80,00"))
    assert hours_in_2027(year, FLEUR) is None  # who stayed away learned nothing
    closed = [subject for subject in year.stage.mailed() if "gesloten" in subject]
    is_as_told([subject.split()[1] for subject in closed], ["2027-1", "2027-2", "2028-1"])


def in_january_2028_what_was_deferred_is_granted(year: Year) -> None:
    """HR agreed other days with Margriet first."""
    page = year.opens(HR, "/tranches/2028-1")
    page.get_by_role("link", name=LATER_TITLE, exact=True).click()
    fill_in(page, {"Startdatum": "2028-03-01", "Einddatum": "2028-04-28"})
    year.press(page, "Bewaar", "De aanvraag is bijgewerkt.")
    acts.propose(year, "2028-1", LATER_TITLE, "toekennen", "Nu past het.")
    acts.decide(year, "2028-1", LATER_TITLE, "toekennen")
    is_as_told(states(year)[LATER_TITLE], "toegekend")


def in_january_2028_hr_asks_back_what_is_due(year: Year) -> None:
    page = exit_page(year, ANNA)
    ended = {"Wie beëindigde het dienstverband?": "door de medewerker", "Waarom eindigde het?": "-"}
    year.act(page, "Leg vast wie het dienstverband beëindigde", ended, RECORDED)
    asked: Values = {"Bruto of netto?": "netto", "Verreken met de laatste betaling": True}
    year.act(page, "Vraag het bedrag terug", asked, RECORDED)
    year.act(page, "Met de hand overgedragen", {"Opmerking": "Brief verstuurd."}, RECORDED)
    year.act(page, "Verrekend of betaald", {"Opmerking": "Ontvangen."}, RECORDED)
    page = exit_page(year, BAS)
    year.act(page, "Zie van de vordering af", {"Waarom?": "Afspraak bij vertrek."}, RECORDED)
    year.picture(page, "exit-of-bas")


def in_january_2028_hr_takes_up_what_waits(year: Year) -> None:
    """One task is handed to a colleague, found by name; another is done, and closed."""
    page = year.opens(HR, "/werkvoorraad")
    year.picture(page, "work-list")
    page.locator("tbody a[href*='/taken/']").first.click()
    fill_in(page, {"Wie pakt het op": "Dekker", "Notitie": "Gebeld, komt morgen terug."})
    page.get_by_role("button", name="Bewaar").click()
    page.get_by_label("Iris Dekker, Toezicht, 10020").check()
    year.look.at(page, "task-whom")
    year.press(page, "Bewaar", "De taak is bijgewerkt.")
    reads(page, "Opgepakt door Iris Dekker.")
    page.locator("tbody").get_by_role("link", name=BROKEN_OFF).click()
    fill_in(page, {"Notitie": "Besproken met Emre en zijn leidinggevende."})
    year.press(page, "Sluit deze taak", "De taak is bijgewerkt.")
    does_not_read(page, BROKEN_OFF)


def in_january_2028_the_auditor_looks(year: Year) -> None:
    page = year.opens(AUDITOR, "/toezicht/besluiten")
    page.locator("tbody a").first.click()
    year.press(page, "Narekenen", "dezelfde")
    reads(year.opens(AUDITOR, "/toezicht/auditspoor"), HR.employee_id)
    page = year.opens(AUDITOR, "/toezicht/logboeken")
    year.press(page, "Nu narekenen", "kloppen")


def findings(page: Page) -> dict[str, list[str]]:
    """Of the reconciliation: whom each is about. People of one team share a row."""
    tables = page.get_by_role("table").filter(
        has=page.locator("caption").filter(has_text="waarvan nieuw")
    )
    return {
        table.locator("caption").inner_text().rpartition(" (")[0]: sorted(
            person
            for cell in table.locator('[data-heading="Medewerkers"]').all_inner_texts()
            for person in cell.split(", ")
        )
        for table in tables.all()
    }


def exit_page(year: Year, person: Person) -> Page:
    page = year.opens(HR, "/uitdienst")
    page.get_by_role("link", name=f"{person.given_name} {person.family_name}").click()
    return page


def statement_reads(year: Year, person: Person, kind: str, *told: str) -> Page:
    """The newest version is of this kind; the page says each of these."""
    page = exit_page(year, person)
    expect(page.get_by_role("listitem").filter(has_text="Versie").first).to_contain_text(kind)
    for words in told:
        reads(page, words)
    return page


def hours_in_2027(year: Year, person: Person) -> tuple[str, str] | None:
    """What counts, made or to come, and its limit in the overview; None where nothing does."""
    page = year.opens(HR, f"/medewerkers/{person.employee_id}")
    page.get_by_role("link", name="Leeroverzicht", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="2027", exact=True))
    if not row.count():
        return None
    used, planned, limit, *_ = row.get_by_role("cell").all_inner_texts()
    counted = sum(Decimal(hours.replace(",", ".")) for hours in (used, planned))
    return f"{counted:.2f}".replace(".", ","), limit
