"""The first half of the story on pages: asking before the deadline, the adoption, a promise of
2025, an interim request, tranche 2027-1 and an in-company course."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.full_year import acts
from tests.browser.full_year.stage import ADMIN, AUDITOR, BROKER, HR
from tests.browser.full_year.visitors import Year, does_not_read, fill_in, is_as_told, reads
from tests.scenarios.people import (
    ANNA,
    BAS,
    CONVERSATION,
    DEWI,
    DIRECTOR,
    EMRE,
    FLEUR,
    GIJS,
    INSPECTION,
    MARGRIET,
    NOISE,
    PROMISED,
    Person,
)

INSPECTION_TITLE, NOISE_TITLE = "Milieutoezicht, post-hbo", "Geluid en trillingen"
GROUP_TITLE, PROMISED_TITLE = "Gesprekken aan de deur", "Buitengewoon opsporingsambtenaar"
RECORDED = "Vastgelegd."
TALKED = {"Datum gesprek": "2026-11-10", "Motivering": "Besproken in het jaargesprek."}


def in_november_the_administrator_gives_roles(year: Year) -> None:
    year.stage.command("sync", "employees")
    year.stage.command("sync", "courses")
    year.stage.command("role", "grant", "admin", "--employee", ADMIN.employee_id)
    for person, role in (
        (DIRECTOR, "managementteam"),
        (HR, "HR"),
        (BROKER, "kennismakelaar"),
        (AUDITOR, "toezichthouder"),
    ):
        page = year.opens(ADMIN, "/toezicht/rollen")
        fill_in(page, {"Personeelsnummer": person.employee_id, "Rol": role})
        year.press(page, "Rol geven", "De rol is gegeven.")
    reads(year.opens(ADMIN, "/toezicht/rollen"), HR.employee_id)


def in_november_margriet_asks_before_the_deadline(year: Year) -> None:
    year.stage.at("2026-11-10 09:00")
    page = acts.ask(
        year,
        INSPECTION,
        [ANNA],
        TALKED
        | {"Startdatum": "2027-02-01", "Einddatum": "2027-03-31", "Wettelijk verplicht": "nee"},
    )
    reads(page, "in tranche 2027-1")
    intake = page.get_by_role("complementary")
    for told in ("terugbetal", "overeenkomst"):
        expect(intake).to_contain_text(told)
    page = acts.ask(
        year,
        CONVERSATION,
        [],
        TALKED
        | {
            "Grond": "team",
            "Collectief: ja voor een groep zonder namen, anders nee of leeg.": True,
            "Aantal deelnemers": "12",
            "Cursusgeld": "3000",
            "Wettelijk verplicht": "nee",
            "Startdatum": "2027-03-01",
            "Einddatum": "2027-03-08",
        },
    )
    reads(page, "in tranche 2027-1")


def after_15_november_the_tranche_closes_by_itself(year: Year) -> None:
    year.stage.at("2026-11-15 23:45")
    is_as_told(states(year), {INSPECTION_TITLE: "ingediend", GROUP_TITLE: "ingediend"})
    year.stage.at("2026-11-16 00:15")
    is_as_told(states(year), {INSPECTION_TITLE: "in behandeling", GROUP_TITLE: "in behandeling"})
    told = "Tranche 2027-1 is gesloten: het dossier kan worden gemaakt"
    is_as_told(year.stage.mailed().count(told), 1)


def in_november_the_policy_is_adopted(year: Year) -> None:
    year.stage.at("2026-11-30 10:00")
    page = year.opens(DIRECTOR, "/beleid")
    reads(page, "Het beleid is nog niet vastgesteld.")
    year.act(
        page,
        "Leg de vaststelling van het beleid vast",
        {
            "Vastgesteld op": "2026-11-30",
            "Werkt vanaf (leeg: dezelfde dag)": "2027-01-01",
            "Verslag of stuk": "MT 30 november, punt 2",
        },
        RECORDED,
    )
    reads(page, "het beleid werkt vanaf 1 januari 2027")


def in_december_a_promise_of_2025_is_honoured(year: Year) -> None:
    year.stage.at("2026-12-01 10:00")
    page = year.opens(HR, "/toezeggingen/werkblad")
    promise = {
        "Kenmerk": "2025-017",
        "Personeelsnummer": DEWI.employee_id,
        "Titel": PROMISED_TITLE,
        "Datum toezegging": "20-05-2025",
        "Cursussen": PROMISED,
        "Kosten": "3600",
        "Uren": "60",
        "Startdatum": "01-02-2027",
        "Einddatum": "30-06-2027",
        "Voorwaarden": "Tot een jaar na afronding alles terug, daarna niets.",
        "Datum ondertekening": "20-05-2025",
        "Terugbetaling": "12=100",
    }
    acts.bring_in(year, page, "Werkblad ophalen (XLSX)", [promise], "Het werkblad is verwerkt.")
    page = year.opens(HR, "/toezeggingen")
    page.get_by_role("link", name="Dewi Vries").first.click()
    outcome = {"Wat gebeurt er met de toezegging?": "nakomen zoals het is"}
    year.act(page, "Stel het MT iets voor", outcome | {"Reden": "Zo afgesproken."}, RECORDED)
    year.stage.at("2026-12-15 10:00")
    page = year.opens(DIRECTOR, "/toezeggingen")
    page.get_by_role("link", name="Dewi Vries").first.click()
    year.act(page, "Leg het besluit vast", outcome, RECORDED)
    reads(year.opens(DIRECTOR, "/toezeggingen"), "Er is niets wat nog op een besluit wacht.")


def in_january_bas_starts_earlier_with_consent_beforehand(year: Year) -> None:
    year.stage.at("2027-01-04 09:00")
    page = acts.ask(
        year,
        NOISE,
        [BAS],
        TALKED
        | {
            "Grond": "functiegebonden",
            "Bron van de verplichting": "functie",
            "Bewijs": "Functieprofiel, eis 4",
            "Wettelijk verplicht": "nee",
            "Startdatum": "2027-01-06",
            "Einddatum": "2027-01-15",
        },
    )
    reads(page, "in tranche 2027-2")
    expect(page.get_by_role("complementary")).to_contain_text("Tussentijdse aanvraag")
    page = year.opens(HR, "/tranches/2027-2")
    page.get_by_role("link", name=NOISE_TITLE).click()
    year.act(
        page,
        "Stel vast of de opleiding wettelijk verplicht is",
        {
            "Wettelijk verplicht (artikel 7:611a BW)": "nee",
            "Wet, cao, bevoegd gezag of functie": "functieboek, eis 4",
            "Waarom dat voor dit werk geldt, of juist niet": "Eis van de functie, niet de wet.",
        },
        RECORDED,
    )
    acts.weigh(year, "2027-2", NOISE_TITLE, 3, 3, 3, 2, 2)
    page = year.opens(DIRECTOR, "/besluiten/2027-2")
    page.get_by_role("link", name=NOISE_TITLE, exact=True).click()
    year.act(
        page,
        "Stem in met behandeling",
        {"Ingestemd op": year.stage.today},
        "De instemming is vastgelegd.",
    )
    acts.propose(year, "2027-2", NOISE_TITLE, "toekennen", "Past in het plan.", scheme=True)
    acts.decide(year, "2027-2", NOISE_TITLE, "toekennen")
    acts.agree(year, BAS, NOISE_TITLE)
    year.stage.at("2027-01-05 09:00")
    year.stage.enrol(BAS, NOISE)
    is_as_told(year.stage.in_lms(BAS, NOISE), "active")
    does_not_read(year.opens(BAS, "/mijn-leren"), "staat stil")
    year.stage.at("2027-01-15 16:00")
    year.stage.complete(BAS, NOISE)


def in_january_the_management_team_decides_on_tranche_2027_1(year: Year) -> None:
    year.stage.at("2027-01-18 09:00")
    acts.weigh(year, "2027-1", INSPECTION_TITLE, 0, 3, 3, 4, 2)
    acts.weigh(year, "2027-1", GROUP_TITLE, 0, 4, 4, 2, 3)
    acts.propose(year, "2027-1", INSPECTION_TITLE, "toekennen", "Past in het plan.", scheme=True)
    acts.propose(year, "2027-1", GROUP_TITLE, "toekennen", "Past in het plan.")
    budget = {"Jaar": "2027", "Tranche (leeg: het hele jaar)": "2027-1", "Bedrag in euro": "6000"}
    year.act(year.opens(DIRECTOR, "/beleid"), "Stel een budget vast", budget, RECORDED)
    year.stage.at("2027-01-19 10:00")
    page = year.opens(DIRECTOR, "/besluiten/2027-1")
    reads(page, "HR stelt voor om er 2 toe te kennen, samen € 5.400,00")
    acts.decide(year, "2027-1", INSPECTION_TITLE, "toekennen")
    acts.decide(year, "2027-1", GROUP_TITLE, "toekennen")
    assert "Milieutoezicht" in year.stage.last_message(ANNA)
    page = year.opens(HR, "/toekenningen")
    row = page.get_by_role("row").filter(has_text=INSPECTION_TITLE)
    expect(row).to_contain_text("€ 2.400,00")


def anna_waits_until_both_have_signed(year: Year) -> None:
    year.stage.at("2027-01-25 09:00")
    year.stage.enrol(ANNA, INSPECTION)
    is_as_told(year.stage.in_lms(ANNA, INSPECTION), "suspended")
    page = year.opens(ANNA, "/mijn-leren")
    reads(page, f"{INSPECTION_TITLE} staat stil")
    year.picture(page, "anna-held")
    acts.draw_up(year, ANNA, INSPECTION_TITLE)
    acts.sign(year, ANNA, f"Onderteken de overeenkomst voor {INSPECTION_TITLE}")
    is_as_told(year.stage.in_lms(ANNA, INSPECTION), "suspended")
    acts.sign(year, MARGRIET, "Onderteken de overeenkomst van Anna Bakker")
    acts.file(year, ANNA, INSPECTION_TITLE)
    is_as_told(year.stage.in_lms(ANNA, INSPECTION), "active")
    assert "is vrijgegeven" in year.stage.last_message(ANNA)
    does_not_read(year.opens(ANNA, "/mijn-leren"), "staat stil")


def in_february_dewi_starts_what_she_was_promised(year: Year) -> None:
    year.stage.at("2027-02-01 09:00")
    year.stage.enrol(DEWI, PROMISED)
    is_as_told(year.stage.in_lms(DEWI, PROMISED), "active")


def in_february_the_waiting_list_moves_up(year: Year) -> None:
    page = year.opens(BROKER, "/incompany")
    page.get_by_role("link", name="Bijeenkomst plannen").click()
    fill_in(
        page,
        {
            "Cursus": GROUP_TITLE,
            "Dag 1: datum": "2027-03-01",
            "Dag 1: uren": "8",
            "Dag 2: datum": "2027-03-08",
            "Dag 2: uren": "8",
            "Plaats": "Zaal 1",
            "Plaatsen": "2",
            "Aanmelden tot en met": "2027-02-15",
            "Deelnemers waarmee je rekent": "12",
            "Prijs van de bijeenkomst (euro)": "3000",
            "Afspraken over afwezigheid": "Bij afwezigheid zonder bericht: later deelnemen.",
        },
    )
    year.picture(page, "session-to-plan")
    year.press(page, "Plannen", "De bijeenkomst is gepland.")
    for person in (EMRE, FLEUR, GIJS):
        page = year.opens(person, "/mijn-leren")
        reads(page, "later deelnemen")
        year.press(page, f"Meld mij aan voor {GROUP_TITLE}", "Je bent aangemeld.")
        page = year.opens(MARGRIET, "/mijn-team/incompany")
        name = f"Instemmen voor {person.given_name} {person.family_name}"
        year.press(page, name, "Je instemming is vastgelegd.")
    is_as_told(
        signed_up(year),
        {
            EMRE: "heeft een plaats",
            FLEUR: "heeft een plaats",
            GIJS: "op de wachtlijst",
        },
    )
    year.stage.enrol(GIJS, CONVERSATION)
    is_as_told(year.stage.in_lms(GIJS, CONVERSATION), "suspended")
    year.stage.at("2027-02-12 09:00")
    page = year.opens(EMRE, "/mijn-leren")
    page.get_by_text(f"Afmelden voor {GROUP_TITLE}").click()
    year.picture(page, "emre-cancels")
    year.press(page, "Meld mij af", "Je bent afgemeld voor de bijeenkomst.")
    is_as_told(
        signed_up(year),
        {
            EMRE: "geannuleerd",
            FLEUR: "heeft een plaats",
            GIJS: "heeft een plaats",
        },
    )
    is_as_told(year.stage.in_lms(GIJS, CONVERSATION), "active")


def in_march_fleur_stays_away_and_hr_applies_what_was_agreed(year: Year) -> None:
    year.stage.at("2027-03-09 09:00")
    page = session_page(year)
    present = {
        "Aanwezigheid van Gijs Visser": "aanwezig",
        "Aanwezigheid van Fleur Berg": "afwezig zonder geldige reden",
    }
    fill_in(page, present)
    year.press(page, "Aanwezigheid vastleggen", "De aanwezigheid is vastgelegd.")
    page = year.opens(HR, f"/medewerkers/{FLEUR.employee_id}")
    page.locator("a[href*='/afwezigheden/']").click()
    year.act(
        page,
        "Verbind een afgesproken gevolg aan de afwezigheid",
        {
            "Welk gevolg, zoals afgesproken bij de aanmelding?": "Deelname in het najaar.",
            "Waarom?": "Geen bericht gegeven.",
        },
        "Het gevolg is vastgelegd",
    )
    assert "Deelname in het najaar." in year.stage.last_message(FLEUR)
    year.stage.at("2027-03-31 16:00")
    year.stage.complete(ANNA, INSPECTION)


def states(year: Year) -> dict[str, str]:
    """Of what Margriet asked for, by title."""
    rows = year.opens(MARGRIET, "/mijn-team").locator("section[aria-labelledby=requests] tbody tr")
    return {
        row.get_by_role("rowheader").inner_text(): row.locator(".tag").inner_text()
        for row in rows.all()
    }


def session_page(year: Year) -> Page:
    page = year.opens(BROKER, "/incompany")
    page.get_by_role("link", name=GROUP_TITLE).first.click()
    return page


def signed_up(year: Year) -> dict[Person, str]:
    rows = session_page(year).locator("section[aria-labelledby=people] tbody tr")
    people = {f"{one.given_name} {one.family_name}": one for one in (EMRE, FLEUR, GIJS)}
    return {
        people[row.get_by_role("rowheader").inner_text()]: row.get_by_role("cell")
        .nth(1)
        .inner_text()
        for row in rows.all()
    }
