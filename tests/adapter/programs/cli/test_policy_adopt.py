"""`policy adopt`, and what `policy show`, `doctor` and `enforcement preview` say of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from config.policy_files import load_policy
from config.settings import Settings
from tests.adapter.programs.cli.conftest import Run
from tests.fixtures.workbench import MARCH_2027, StandingClock

Here = Callable[..., Result]

ADOPT = ("policy", "adopt", "--on", "2026-02-10", "--by", "MT-secretaris")


@pytest.fixture
def here(run: Run, register: Register) -> Here:
    """A command on an empty register in March 2027."""
    parts = Parts(register, load_policy(), StandingClock(MARCH_2027), Settings())
    return lambda *arguments: run(parts, *arguments)


def test_without_adoption_every_command_that_matters_says_so(here: Here) -> None:
    assert "not adopted: nothing is enforced" in here("policy", "show").output
    assert "not recorded, so nothing is enforced" in here("doctor").output
    preview = here("enforcement", "preview", "--on", "2027-03-01").output
    assert "no adoption is in effect on 2027-03-01" in preview


def test_an_adoption_is_recorded_and_what_it_lacks_is_told(here: Here) -> None:
    done = here(*ADOPT)
    assert done.exit_code == 0, done.output
    assert "adopted on 2026-02-10, in effect from 2026-02-10" in done.output
    assert done.output.count("not recorded") == 3
    seen = here("doctor").output
    assert "2026-02-10, in effect from 2026-02-10" in seen
    assert "works council's consent: not recorded" in seen
    assert "no adoption" not in here("enforcement", "preview", "--on", "2027-03-01").output


def test_another_one_that_names_everything_leaves_nothing_to_tell(here: Here) -> None:
    here(*ADOPT)
    done = here(
        *ADOPT,
        "--document",
        "MT 10 februari, punt 3",
        "--effective",
        "2026-03-01",
        "--works-council",
        "2026-02-20",
        "--dpia",
        "2026-02-01",
    )
    assert "not recorded" not in done.output
    # The first one is not taken back.
    assert "in effect from 2026-02-10" in done.output
    assert "works council" not in here("doctor").output


def test_a_day_that_cannot_be_is_refused_by_its_option(here: Here) -> None:
    refused = here(*ADOPT, "--effective", "2026-02-09")
    assert refused.exit_code == 1
    assert "--effective:" in refused.output
    assert "not adopted" in here("policy", "show").output
