"""A full year of the agency's policy, January 2027 to January 2028, as HR would tell it.

Everything goes through the API, under the key of whoever acts, and through commands; what the
service does by itself it does because its clock moves. Each step looks where HR would look: in the
API, in the LMS and at the messages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios import june_to_january as second
from tests.scenarios import november_to_march as first
from tests.scenarios.year import Year


@pytest.mark.timeout(120)
def test_a_full_year_from_january_2027_to_january_2028(year: Year, tmp_path: Path) -> None:
    anna_and_group = first.in_november_margriet_asks_before_the_deadline(year)
    first.after_15_november_the_tranche_closes_by_itself(year, anna_and_group)
    first.in_november_the_policy_is_adopted(year)
    first.in_december_a_promise_of_2025_is_honoured(year)
    first.in_january_bas_starts_earlier_with_consent_beforehand(year)
    first.in_january_the_management_team_decides_on_tranche_2027_1(year, anna_and_group, tmp_path)
    first.anna_waits_until_both_have_signed(year, anna_and_group[0])
    first.in_february_dewi_starts_what_she_was_promised(year)
    session = first.in_february_the_waiting_list_moves_up(year)
    first.in_march_fleur_stays_away_and_hr_applies_what_was_agreed(year, session)
    second.in_june_margriet_asks_for_the_second_half(year)
    second.in_august_the_management_team_decides_on_tranche_2027_2(year)
    second.in_september_dewi_needs_an_exemption(year)
    second.in_september_hanna_cannot_start_what_was_rejected(year)
    second.in_november_anna_leaves_within_a_year(year)
    second.in_december_the_last_day_of_bas_is_corrected(year)
    second.in_january_2028_the_books_are_in_order(year, tmp_path)
