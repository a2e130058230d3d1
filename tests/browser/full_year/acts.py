"""What the people of the agency do about training on their pages, in the words of the policy: ask,
weigh, propose, decide, agree and sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO

import xlsxwriter  # carries no types
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.full_year.stage import HR
from tests.browser.full_year.visitors import Year, fill_in
from tests.scenarios.people import DIRECTOR, MARGRIET, Person

Cells = Mapping[str, str]
"""What stands in a row, by the heading of the column."""


def ask(
    year: Year, course: str, people: Iterable[Person], content: Mapping[str, str | bool]
) -> Page:
    """Margriet begins a draft with a course that is in the list, completes it and sends it in."""
    page = year.opens(MARGRIET, "/mijn-team")
    page.get_by_role("link", name="Opleiding aanvragen", exact=True).click()
    option = page.get_by_label("Opleiding", exact=True).locator("option", has_text=f"({course})")
    page.get_by_label("Opleiding", exact=True).select_option(option.get_attribute("value"))
    for person in people:
        page.get_by_label(f"{person.given_name} {person.family_name}", exact=True).check()
    year.press(page, "Maak een concept", "Het concept is bewaard.")
    fill_in(page, content)
    year.press(page, "Bewaar concept", "Het concept is bewaard.")
    year.picture(page, f"draft-{course}")
    year.press(page, "Bewaar en dien in", "De aanvraag is ingediend.")
    return page


def weigh(year: Year, tranche: str, title: str, *scores: int) -> Page:
    """HR scores each criterion, 0 to 4, in the order of Visie §4."""
    page = year.opens(HR, f"/tranches/{tranche}")
    for number, score in enumerate(scores, 1):
        page.get_by_label(f"Criterium {number}: {title}", exact=True).fill(str(score))
    page.get_by_label(f"Reden van de scores: {title}", exact=True).fill("Past bij het plan.")
    year.press(page, "Bewaar", "De volgorde is opnieuw bepaald.")
    return page


def propose(
    year: Year, tranche: str, title: str, outcome: str, why: str, *, scheme: bool = False
) -> None:
    page = year.opens(HR, f"/tranches/{tranche}")
    page.get_by_label(f"Voorstel: {title}", exact=True).select_option(label=outcome)
    page.get_by_label(f"Terugbetalingsregeling: {title}", exact=True).set_checked(scheme)
    page.get_by_label(f"Reden van het voorstel: {title}", exact=True).fill(why)
    year.picture(page, f"propose-{title}")
    year.press(page, "Bewaar", "De volgorde is opnieuw bepaald.")


def decide(year: Year, tranche: str, title: str, outcome: str, **typed: str) -> None:
    """The management team; what HR proposes stands there already. `exempting` names whose extra
    hours are allowed in the same act."""
    page = year.opens(DIRECTOR, f"/besluiten/{tranche}")
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_label(outcome, exact=True).check()
    if reason := typed.get("reason"):
        page.get_by_label("Reden", exact=True).fill(reason)
    if exempted := typed.get("exempting"):
        page.get_by_label(re.compile(f"{exempted}.*Sta deze uren toe")).check()
    year.picture(page, f"decide-{title}")
    with page.expect_navigation():
        page.get_by_role("button", name="Leg het besluit vast").click()
    expect(page.get_by_role("status")).to_contain_text(
        re.compile("Het besluit is vastgelegd|Over alle aanvragen is besloten")
    )
    year.acts += 1
    year.stage.work()


def draw_up(year: Year, person: Person, training: str) -> None:
    """HR makes the agreement, which employee and manager then find on their page."""
    page = year.opens(HR, "/overeenkomsten")
    name = f"Stel de overeenkomst op {person.given_name} {person.family_name}, {training}"
    page.get_by_role("link", name=name).click()
    fill_in(page, {"Afspraken over deelname, uitvoering en afronding": "Alle lesdagen bijwonen."})
    year.press(page, "Stel de overeenkomst op", "De overeenkomst is opgesteld.")


def sign(year: Year, signer: Person, heading: str) -> None:
    """Under the heading of the card: read the document, tick, confirm."""
    page = year.opens(signer, "/mijn-team" if signer is MARGRIET else "/mijn-leren")
    card = page.locator(".card").filter(has=page.get_by_role("heading", name=heading))
    card.get_by_role("link", name="Lezen en ondertekenen").click()
    page.get_by_label("Ik heb de overeenkomst gelezen en ga akkoord.").check()
    year.picture(page, f"sign-{heading}")
    year.press(page, "Nu ondertekenen", "Je handtekening is vastgelegd.")


def file(year: Year, person: Person, training: str) -> None:
    """HR puts it in the personnel file."""
    page = year.opens(HR, "/overeenkomsten")
    name = f"{person.given_name} {person.family_name}, {training}"
    page.get_by_role("link", name=re.compile(f"^Versie 1.*{name}")).click()
    year.act(
        page,
        "Opgenomen in het personeelsdossier",
        {"Opgenomen op": year.stage.today},
        "Vastgelegd.",
    )


def agree(year: Year, person: Person, training: str) -> None:
    """Drawn up, signed by both, and filed."""
    draw_up(year, person, training)
    sign(year, person, f"Onderteken de overeenkomst voor {training}")
    sign(year, MARGRIET, f"Onderteken de overeenkomst van {person.given_name} {person.family_name}")
    file(year, person, training)


def bring_in(year: Year, page: Page, link: str, rows: Iterable[Cells], kept: str) -> None:
    """A worksheet is downloaded, filled in, checked on the page and then kept."""
    with page.expect_download() as downloaded:
        page.get_by_role("link", name=link).click()
    empty = downloaded.value.path().read_bytes()
    page.get_by_label("Ingevuld werkblad (XLSX of ODS)").set_input_files(
        {
            "name": "ingevuld.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": _filled_in(empty, list(rows)),
        }
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Kijk na").click()
    expect(
        page.get_by_role("heading", name="Alles klopt. Er is nog niets bewaard.")
    ).to_be_visible()
    year.picture(page, f"sheet-{link}-checked")
    year.press(page, "Bewaar dit", kept)


def _filled_in(empty: bytes, rows: list[Cells]) -> bytes:
    """The first sheet, as a spreadsheet program saves it."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(empty))
    name = workbook.sheet_names[0]
    [head] = workbook.get_sheet_by_name(name).to_python()[:1]
    headings = [str(one).removesuffix("*").strip() for one in head]
    written = BytesIO()
    saved = xlsxwriter.Workbook(written)
    sheet = saved.add_worksheet(name)
    sheet.write_row(0, 0, head)
    for line, row in enumerate(rows, 1):
        sheet.write_row(line, 0, [row.get(one, "") for one in headings])
        assert row.keys() <= set(headings), row.keys() - set(headings)
    saved.close()
    return written.getvalue()
