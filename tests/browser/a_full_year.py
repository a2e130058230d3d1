"""A full year of the agency's policy through the pages: `python -m tests.browser.a_full_year
[FOLDER FOR PICTURES]`.

The story of `tests/scenarios/test_a_full_year.py`, told by the people themselves: each signs in by
a link, and does by filling in forms what that scenario does with keys and commands. Only the LMS
and the HRIS act by themselves, and the administrator's first commands come before any page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import monotonic

from playwright.sync_api import sync_playwright

from tests.browser.full_year import june_to_january as second
from tests.browser.full_year import november_to_march as first
from tests.browser.full_year.stage import stage
from tests.browser.full_year.visitors import Year
from tests.browser.pages import Look
from tests.scenarios.year import BEGINS

SCENES = (
    first.in_november_the_administrator_gives_roles,
    first.in_november_margriet_asks_before_the_deadline,
    first.after_15_november_the_tranche_closes_by_itself,
    first.in_november_the_policy_is_adopted,
    first.in_december_a_promise_of_2025_is_honoured,
    first.in_january_bas_starts_earlier_with_consent_beforehand,
    first.in_january_the_management_team_decides_on_tranche_2027_1,
    first.anna_waits_until_both_have_signed,
    first.in_february_dewi_starts_what_she_was_promised,
    first.in_february_the_waiting_list_moves_up,
    first.in_march_fleur_stays_away_and_hr_applies_what_was_agreed,
    second.in_april_hr_records_what_annas_training_cost,
    second.in_june_margriet_is_called_away,
    second.in_june_margriet_asks_for_the_second_half,
    second.in_august_the_management_team_decides_on_tranche_2027_2,
    second.in_september_dewi_needs_an_exemption,
    second.in_september_hanna_cannot_start_what_was_rejected,
    second.in_october_emre_breaks_off,
    second.in_november_anna_leaves_within_a_year,
    second.in_december_what_was_deferred_is_in_the_next_tranche,
    second.in_december_the_last_day_of_bas_is_corrected,
    second.in_january_2028_the_books_are_in_order,
    second.in_january_2028_what_was_deferred_is_granted,
    second.in_january_2028_hr_asks_back_what_is_due,
    second.in_january_2028_hr_takes_up_what_waits,
    second.in_january_2028_the_auditor_looks,
)


def main(pictures: Path, *, with_pictures: bool) -> int:
    pictures.mkdir(parents=True, exist_ok=True)
    look, began = Look(pictures), monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        stage(Path(folder), BEGINS) as around,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox"],  # root has no other choice
        )
        year = Year(around, browser, look, with_pictures)
        for scene in SCENES:
            sys.stdout.write(f"{scene.__name__.replace('_', ' ')}\n")
            scene(year)
        browser.close()
    for fault in look.faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(
        f"{len(SCENES)} scenes, {year.acts} acts by form, {year.sign_ins} sign-ins, "
        f"{len(look.faults)} faults, {monotonic() - began:.0f} seconds\n"
    )
    return min(len(look.faults), 1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        asked = len(sys.argv) > 1
        sys.exit(main(Path(sys.argv[1] if asked else temporary), with_pictures=asked))
