"""Who has what the quality criteria ask, and what is left to do (Visie §1, §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.quality_criteria import (
    ComingState,
    Member,
    Proof,
    ProofState,
    Tally,
    candidates,
    last_valid_day,
    proof_state,
    proposed,
    standing_proof,
    tally,
)

ON = date(2027, 3, 1)
LATER = date(2028, 3, 1)
FOR_GOOD = Proof(date(2020, 1, 1), None)
OBTAINED = date(2025, 6, 1)
NOTHING = Tally(0, 0, 0, 0, 0, 0, 0, 0, 0)


def until(day: date) -> Proof:
    return Proof(OBTAINED, day)


def member(
    employee_id: str = "1",
    proof: Proof | None = None,
    coming: ComingState = ComingState.NOTHING,
    *,
    since: date = date(2020, 1, 1),
    last_on: date | None = None,
) -> Member:
    return Member(employee_id, since, last_on, proof, coming)


@pytest.mark.parametrize(
    ("months", "last"),
    [(None, None), (36, date(2028, 6, 1)), (1, date(2025, 7, 1))],
)
def test_a_proof_counts_up_to_and_including_the_same_day_so_many_months_later(
    months: int | None, last: date | None
) -> None:
    assert last_valid_day(OBTAINED, months) == last


@pytest.mark.parametrize(
    ("proof", "state"),
    [
        (None, ProofState.MISSING),
        (FOR_GOOD, ProofState.VALID),
        (until(date(2027, 2, 28)), ProofState.EXPIRED),
        (until(ON), ProofState.EXPIRING),
        (until(date(2028, 2, 29)), ProofState.EXPIRING),
        (until(LATER), ProofState.VALID),
    ],
)
def test_a_proof_expires_when_its_last_day_lies_within_twelve_months(
    proof: Proof | None, state: ProofState
) -> None:
    assert proof_state(proof, ON) is state


def test_the_proof_that_counts_longest_stands() -> None:
    short, long = until(date(2027, 6, 1)), until(date(2029, 6, 1))
    assert standing_proof([long, short], ON) is long
    assert standing_proof([FOR_GOOD, long], ON) is FOR_GOOD
    assert standing_proof([replace(long, obtained_on=date(2027, 3, 2)), short], ON) is short
    assert standing_proof([replace(long, obtained_on=date(2027, 3, 2))], ON) is None
    newer = replace(long, obtained_on=ON)
    assert standing_proof([newer, long], ON) is newer is standing_proof([long, newer], ON)


@pytest.mark.parametrize(
    ("people", "members", "told"),
    [
        pytest.param(0, [], NOTHING, id="nothing needed"),
        pytest.param(
            2,
            [],
            replace(NOTHING, needed=2, missing=2, to_do=2, too_few=2),
            id="nobody in the expertise",
        ),
        pytest.param(
            2,
            [member("1", FOR_GOOD), member("2")],
            replace(NOTHING, needed=2, valid=1, missing=1, to_do=1),
            id="one has it, one could",
        ),
        pytest.param(
            1,
            [member("1", FOR_GOOD), member("2", FOR_GOOD), member("3")],
            replace(NOTHING, needed=1, valid=2),
            id="more have it than are needed",
        ),
        pytest.param(
            1,
            [member("1", until(date(2027, 12, 31)))],
            replace(NOTHING, needed=1, valid=1, expiring=1, to_do=1),
            id="who has it must renew",
        ),
        pytest.param(
            1,
            [member("1", until(date(2027, 12, 31)), ComingState.RUNNING)],
            replace(NOTHING, needed=1, valid=1, expiring=1, running=1),
            id="renewing",
        ),
        pytest.param(
            2,
            [member("1", until(date(2026, 12, 31)), ComingState.GRANTED), member("2")],
            replace(NOTHING, needed=2, granted=1, missing=1, to_do=1),
            id="one granted",
        ),
        pytest.param(
            1,
            [member("1", coming=ComingState.REQUESTED)],
            replace(NOTHING, needed=1, requested=1, missing=1, to_do=1),
            id="what is only asked is still to be agreed",
        ),
        pytest.param(
            1,
            [member("1", FOR_GOOD, last_on=date(2027, 8, 31)), member("2")],
            replace(NOTHING, needed=1, valid=1, expiring=1, to_do=1),
            id="who has it leaves",
        ),
        pytest.param(
            1,
            [member("1", coming=ComingState.RUNNING, last_on=date(2027, 8, 31))],
            replace(NOTHING, needed=1, running=1, to_do=1, too_few=1),
            id="who is learning it leaves",
        ),
        pytest.param(
            None,
            [member("1", FOR_GOOD), member("2"), member("3", last_on=date(2027, 8, 31))],
            replace(NOTHING, needed=3, valid=1, missing=2, to_do=1),
            id="everyone, of whom one leaves",
        ),
        pytest.param(
            None,
            [
                member("1", FOR_GOOD, ComingState.RUNNING),
                member("2", coming=ComingState.RUNNING),
                member("3", until(date(2027, 12, 31)), ComingState.GRANTED),
            ],
            replace(NOTHING, needed=3, valid=2, expiring=1, running=1, granted=1),
            id="of who has it for long nothing else is told",
        ),
        pytest.param(
            6,
            [member("1", FOR_GOOD), member("2", coming=ComingState.GRANTED), *map(member, "34")],
            replace(NOTHING, needed=6, valid=1, granted=1, missing=4, to_do=4, too_few=2),
            id="more are needed than there are",
        ),
    ],
)
def test_the_numbers_of_one_requirement(
    people: int | None, members: list[Member], told: Tally
) -> None:
    assert tally(people, members, ON) == told


def test_who_leaves_on_the_last_day_of_the_horizon_is_still_there() -> None:
    stays = member("1", FOR_GOOD, last_on=LATER)
    assert tally(1, [stays], ON) == replace(NOTHING, needed=1, valid=1)
    assert tally(1, [replace(stays, last_on=date(2028, 2, 29))], ON).to_do == 1


def test_who_renews_goes_before_who_begins() -> None:
    members = [
        member("new", since=date(2026, 1, 1)),
        member("long", since=date(2010, 1, 1)),
        member("b", since=date(2026, 1, 1)),
        member("lapsed long ago", until(date(2025, 12, 31))),
        member("lapsed", until(date(2027, 2, 1))),
        member("ends later", until(date(2028, 1, 1))),
        member("ends soon", until(date(2027, 4, 1))),
        member("has it", FOR_GOOD),
        member("leaves", last_on=date(2027, 9, 1)),
        member("asked", coming=ComingState.REQUESTED),
        member("granted", coming=ComingState.GRANTED),
        member("running", coming=ComingState.RUNNING),
    ]
    assert [one.employee_id for one in candidates(members, ON)] == [
        "ends soon",
        "ends later",
        "lapsed",
        "lapsed long ago",
        "long",
        "b",
        "new",
    ]


def test_no_more_are_proposed_than_are_to_do_beside_what_was_asked() -> None:
    members = [member(str(number)) for number in range(4)]
    assert [one.employee_id for one in proposed(2, members, ON)] == ["0", "1"]
    assert len(proposed(None, members, ON)) == 4
    asked = [*members, member("x", coming=ComingState.REQUESTED)]
    assert [one.employee_id for one in proposed(2, asked, ON)] == ["0"]
    leaving = [*members, member("x", coming=ComingState.REQUESTED, last_on=date(2027, 9, 1))]
    assert len(proposed(2, leaving, ON)) == 2
    has_it = [*members, member("x", FOR_GOOD, ComingState.REQUESTED)]
    assert [one.employee_id for one in proposed(2, has_it, ON)] == ["0"]
    assert proposed(0, [*members, member("x", coming=ComingState.REQUESTED)], ON) == ()


def test_who_asked_to_renew_is_not_proposed_beside_others() -> None:
    asked = member("asked", until(date(2027, 12, 31)), ComingState.REQUESTED)
    others = [member(str(number)) for number in range(3)]
    assert [one.employee_id for one in proposed(2, [asked, *others], ON)] == ["0"]
