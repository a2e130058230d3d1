from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.errors import ImpossibleActivity, UnknownActivity
from policy.hours import parts_per_year, project, within_norm, year_limit
from policy.model import Activity, ActivityState, Exemption, Severity
from policy.parameters import Policy
from tests.policy.facts import POLICY, activity

YEAR_2027 = (date(2027, 2, 1), date(2027, 2, 1))
USED = activity("60.00", *YEAR_2027, activity_id="used", state=ActivityState.COMPLETED)


def parts(training: Activity) -> dict[int, str]:
    return {year: str(hours) for year, hours in parts_per_year(training).items()}


ACROSS = (date(2026, 11, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        (activity("40.00", *ACROSS), {2026: "20.33", 2027: "19.67"}),
        (activity("40.00", *ACROSS, share="0.50"), {2026: "10.17", 2027: "9.83"}),
        (
            activity(
                "12.00",
                date(2026, 12, 30),
                date(2027, 1, 6),
                sessions=((date(2026, 12, 30), "4.00"), (date(2027, 1, 6), "8.00")),
            ),
            {2026: "4.00", 2027: "8.00"},
        ),
        (
            activity("0.03", date(2026, 1, 1), date(2030, 12, 31)),
            {2026: "0.01", 2028: "0.01", 2030: "0.01"},
        ),
        (activity("8.00", date(2026, 12, 31)), {2026: "8.00"}),
        (activity("8.00", date(2026, 12, 31), date(2027, 1, 1)), {2026: "4.00", 2027: "4.00"}),
        (activity("8.00", date(2028, 2, 29), date(2028, 2, 29)), {2028: "8.00"}),
        (activity("0.01", *YEAR_2027, share="0.50"), {2027: "0.01"}),
        (activity("0.00", *ACROSS), {}),
        (activity("8.00", *ACROSS, share="0.00"), {}),
        (activity("8.00", date(9999, 12, 31)), {9999: "8.00"}),
    ],
)
def test_hours_are_divided_over_the_years(training: Activity, expected: dict[int, str]) -> None:
    assert parts(training) == expected


@given(
    st.decimals("0", "999999.99", places=2),
    st.decimals("0", "1", places=2),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.integers(0, 4000),
)
def test_parts_of_linear_training_add_up_and_none_is_negative(
    hours: Decimal, share: Decimal, start: date, days: int
) -> None:
    end = date.fromordinal(start.toordinal() + days)
    training = activity(str(hours), start, end, share=str(share))
    found = parts_per_year(training)
    total = (int(hours * 100) * int(share * 100) + 50) // 100
    assert sum(found.values()) * 100 == total
    assert all(part > 0 for part in found.values())


def test_the_worked_body_of_the_design_is_computed_to_the_hundredth() -> None:
    found = project(
        [
            activity("40.00", *ACROSS, activity_id="A"),
            activity("70.00", date(2027, 3, 1), date(2027, 3, 31), activity_id="B"),
        ],
        [Exemption(2027, Decimal("4.00"), date(2027, 1, 10))],
        date(2027, 1, 15),
        POLICY,
    )
    assert [(y.year, str(y.counted), str(y.limit), str(y.excess)) for y in found.years] == [
        (2026, "20.33", "80.00", "0.00"),
        (2027, "89.67", "84.00", "5.67"),
    ]
    assert [(a.activity_id, str(a.hours)) for a in found.years[1].activities] == [
        ("A", "19.67"),
        ("B", "70.00"),
    ]
    (finding,) = found.findings
    assert (finding.code, finding.year, finding.severity, finding.clause) == (
        "hours_norm_exceeded",
        2027,
        Severity.BLOCK,
        "Visie §8",
    )


@pytest.mark.parametrize(
    ("hours", "exempted", "decided_on", "code"),
    [
        ("20.00", None, None, "hours_norm_near"),
        ("20.01", None, None, "hours_norm_exceeded"),
        ("20.01", "16.00", date(2027, 1, 31), None),
        ("20.01", "16.00", date(2027, 2, 1), None),
        ("20.01", "16.00", date(2027, 2, 2), "hours_norm_exceeded"),
        ("12.00", None, None, "hours_norm_near"),
        ("11.99", None, None, None),
    ],
)
def test_eighty_hours_are_allowed_and_one_hundredth_more_is_not(
    hours: str, exempted: str | None, decided_on: date | None, code: str | None
) -> None:
    this = activity(hours, *YEAR_2027, activity_id="this")
    exemptions = [Exemption(2027, Decimal(exempted), decided_on)] if exempted and decided_on else []
    found = project([USED, this], exemptions, date(2027, 2, 1), POLICY, "this")
    assert [finding.code for finding in found.findings] == ([code] if code else [])


OF_A = Exemption(2027, Decimal("20.00"), date(2027, 1, 31), training_id="A")


@pytest.mark.parametrize(
    ("exemptions", "hours_of_a", "limit"),
    [
        ((OF_A,), "16.00", "96.00"),
        ((OF_A,), "24.00", "100.00"),
        ((OF_A, OF_A), "24.00", "104.00"),
        ((replace(OF_A, training_id="another"),), "16.00", "80.00"),
        ((replace(OF_A, training_id=None),), "16.00", "100.00"),
        ((replace(OF_A, training_id="T-7"),), "16.00", "96.00"),
        ((replace(OF_A, training_id="T-7"), OF_A), "16.00", "96.00"),
        ((replace(OF_A, decided_on=date(2027, 2, 2)),), "16.00", "80.00"),
        ((replace(OF_A, year=2028),), "16.00", "80.00"),
    ],
)
def test_an_exemption_frees_hours_of_the_training_that_it_names_and_no_more(
    exemptions: tuple[Exemption, ...], hours_of_a: str, limit: str
) -> None:
    """The training is named by its own id, or by its trajectory or course."""
    a = replace(activity(hours_of_a, *YEAR_2027), known_as=("T-7",))
    found = project([a, USED], exemptions, date(2027, 2, 1), POLICY)
    assert str(found.years[0].limit) == limit
    assert str(year_limit(2027, [a, USED], exemptions, date(2027, 2, 1), POLICY)) == limit


def test_a_set_that_pools_exemptions_goes_on_to_do_so() -> None:
    pooled = tuple(
        replace(value, value="pooled_per_year") if value.name == "hours.exemptions" else value
        for value in POLICY.values
    )
    found = project([activity("16.00", *YEAR_2027)], [OF_A], date(2027, 2, 1), Policy(pooled))
    assert str(found.years[0].limit) == "100.00"


def test_a_finding_tells_used_planned_and_this_training() -> None:
    planned = activity("10.00", *YEAR_2027, activity_id="planned")
    this = activity("10.01", *YEAR_2027, activity_id="this")
    (finding,) = project([USED, planned, this], [], date(2027, 2, 1), POLICY, "this").findings
    assert finding.numbers == {
        "year": 2027,
        "counted": "80.01",
        "used": "60.00",
        "planned": "10.00",
        "this": "10.01",
        "limit": "80.00",
        "excess": "0.01",
    }
    (unknown,) = project([USED, planned, this], [], date(2027, 2, 1), POLICY).findings
    assert (unknown.numbers["planned"], unknown.numbers["this"]) == ("20.01", None)


@pytest.mark.parametrize(
    ("enrolled_on", "severities"),
    [
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), [Severity.ADVISE]),
        (date(2026, 12, 31), [Severity.ADVISE]),
        (date(2027, 1, 1), [Severity.BLOCK]),
    ],
)
def test_the_regime_of_the_day_of_enrolling_decides_what_a_finding_weighs(
    enrolled_on: date, severities: list[Severity]
) -> None:
    found = project([activity("80.01", *YEAR_2027)], [], enrolled_on, POLICY)
    assert [finding.severity for finding in found.findings] == severities
    assert [year.excess for year in found.years] == [Decimal("0.01")]


def test_near_the_norm_is_information_in_every_regime() -> None:
    for day in (date(2026, 6, 1), date(2027, 6, 1)):
        (finding,) = project([activity("72.00", *YEAR_2027)], [], day, POLICY).findings
        assert (finding.code, finding.severity) == ("hours_norm_near", Severity.INFO)


@pytest.mark.parametrize("state", list(ActivityState))
def test_only_granted_running_completed_and_broken_off_training_counts(
    state: ActivityState,
) -> None:
    counts = {"granted", "running", "completed", "broken_off"}
    found = project([activity("8.00", *YEAR_2027, state=state)], [], date(2027, 1, 1), POLICY)
    assert bool(found.years) == (state in counts)


def test_years_before_2026_are_left_out() -> None:
    training = activity("40.00", date(2025, 12, 31), date(2026, 1, 1))
    found = project([training], [], date(2026, 1, 1), POLICY)
    assert [(year.year, str(year.counted)) for year in found.years] == [(2026, "20.00")]


def test_an_activity_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ImpossibleActivity, match="activity A ends on 2026-01-01"):
        project([activity("8.00", date(2026, 1, 2), date(2026, 1, 1))], [], date.max, POLICY)


def test_asking_about_an_activity_that_is_not_given_is_refused() -> None:
    with pytest.raises(UnknownActivity, match="activity B"):
        project([activity("8.00", *YEAR_2027)], [], date(2027, 1, 1), POLICY, "B")


def test_an_exemption_for_a_trajectory_frees_its_trainings_together_once() -> None:
    """Twenty hours for two trainings of sixteen are twenty hours, not twice sixteen."""
    a = activity("16.00", *YEAR_2027)
    b = replace(activity("16.00", *YEAR_2027, activity_id="B"), known_as=("A",))
    assert year_limit(2027, [a, b], [OF_A], date(2027, 2, 1), POLICY) == Decimal("100.00")


def test_what_was_used_and_what_is_planned_are_sums() -> None:
    more = activity("5.00", *YEAR_2027, activity_id="more", state=ActivityState.COMPLETED)
    planned = [activity("9.00", *YEAR_2027, activity_id=str(number)) for number in range(2)]
    (finding,) = project([USED, more, *planned], [], date(2027, 2, 1), POLICY).findings
    assert (finding.numbers["used"], finding.numbers["planned"]) == ("65.00", "18.00")


@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 500), st.integers(0, 500)), max_size=5),
    st.integers(0, 800),
    st.integers(0, 31),
)
def test_within_the_norm_no_part_of_it_exceeds_it_on_any_day(
    trainings: list[tuple[int, int, int]], enrolled: int, chosen: int
) -> None:
    first = date(2025, 10, 1)
    known = [
        activity(
            f"{hundredths / 100:.2f}",
            first + timedelta(days=start),
            first + timedelta(days=start + length),
            activity_id=str(number),
        )
        for number, (hundredths, start, length) in enumerate(trainings)
    ]
    some = [one for number, one in enumerate(known) if chosen >> number & 1]
    found = project(some, [], first + timedelta(days=enrolled), POLICY)
    exceeded = [one for one in found.findings if one.code == "hours_norm_exceeded"]
    assert not (within_norm(known, POLICY) and exceeded)


@pytest.mark.parametrize(("hours", "within"), [("80.00", True), ("80.01", False)])
def test_at_the_norm_is_within_it(hours: str, within: bool) -> None:
    assert within_norm([activity(hours, *YEAR_2027)], POLICY) is within
    assert within_norm([activity(hours, *YEAR_2027, state=ActivityState.REQUESTED)], POLICY)
