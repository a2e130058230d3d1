"""A reading that looks wrong stops the sync; an ordinary day does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from adapter.subjects.sync.scan_brake import (
    BrakeCode,
    BrakeLimits,
    BrakeReason,
    reasons_to_stop,
)
from config.catalogue import Language
from connectors.ports import (
    Employee,
    EmployeeScan,
    Employment,
    RejectedRow,
)

START = date(2020, 1, 1)
END = date(2026, 12, 31)


def somebody(number: int, *ends: date | None) -> Employee:
    employments = tuple(Employment(str(i), START, end) for i, end in enumerate(ends or (None,)))
    return Employee(f"{number:06}", "A", "", "B", None, None, None, employments)


def scan_of(count: int, ending: int = 0) -> EmployeeScan:
    people = [somebody(n, END if n < ending else None) for n in range(count)]
    return EmployeeScan(tuple(people), complete=True)


def numbers_of(scan: EmployeeScan) -> frozenset[str]:
    return frozenset(employee.employee_id for employee in scan.employees)


def codes(reasons: Iterable[BrakeReason]) -> list[BrakeCode]:
    return [reason.code for reason in reasons]


def test_the_same_people_as_yesterday_pass() -> None:
    assert reasons_to_stop(scan_of(300), 300, open_before=numbers_of(scan_of(300))) == ()


def test_the_first_scan_ever_has_nothing_to_compare_with_and_passes() -> None:
    assert reasons_to_stop(scan_of(12), None) == ()


def test_an_empty_answer_brakes_even_on_the_first_day() -> None:
    assert codes(reasons_to_stop(scan_of(0), None)) == [BrakeCode.EMPTY]


def test_an_empty_answer_gives_one_reason_and_the_previous_headcount() -> None:
    assert reasons_to_stop(scan_of(0), 300) == (BrakeReason(BrakeCode.EMPTY, {"previous": 300}),)


@pytest.mark.parametrize(("present", "brakes"), [(285, False), (284, True), (301, False)])
def test_a_fall_of_exactly_five_percent_passes_and_one_more_brakes(
    present: int, brakes: bool
) -> None:
    assert codes(reasons_to_stop(scan_of(present), 300)) == [BrakeCode.HEADCOUNT_DROP] * brakes


def test_the_allowed_fall_is_a_setting() -> None:
    limits = BrakeLimits(drop_percent=Decimal("0.5"))
    assert codes(reasons_to_stop(scan_of(298), 300, limits=limits)) == [BrakeCode.HEADCOUNT_DROP]


def test_fewer_distinct_people_than_announced_brakes_though_the_rows_add_up() -> None:
    people = scan_of(299).employees
    drifted = EmployeeScan((*people, people[0]), complete=True, announced=300)
    reasons = reasons_to_stop(drifted, 300)
    assert reasons == (BrakeReason(BrakeCode.BELOW_ANNOUNCED, {"present": 299, "announced": 300}),)


def test_everyone_announced_passes() -> None:
    assert reasons_to_stop(replace(scan_of(300), announced=300), 300) == ()


def rejected(rows: int, faults: int = 1) -> tuple[RejectedRow, ...]:
    return tuple(RejectedRow(f"row {n}", f"f{m}", "?") for n in range(rows) for m in range(faults))


@pytest.mark.parametrize(("rows", "brakes"), [(15, False), (16, True)])
def test_more_than_five_percent_of_unreadable_rows_brakes(rows: int, brakes: bool) -> None:
    scan = replace(scan_of(300), rejected=rejected(rows))
    assert codes(reasons_to_stop(scan, 300)) == [BrakeCode.TOO_MANY_REJECTED] * brakes


def test_several_faults_in_one_row_count_once() -> None:
    assert reasons_to_stop(replace(scan_of(300), rejected=rejected(10, faults=5)), 300) == ()


@pytest.mark.parametrize(("ending", "brakes"), [(15, False), (16, True)])
def test_a_wave_of_new_end_dates_brakes(ending: int, brakes: bool) -> None:
    scan = scan_of(300, ending)
    reasons = reasons_to_stop(scan, 300, open_before=numbers_of(scan))
    assert codes(reasons) == [BrakeCode.TOO_MANY_ENDING] * brakes


def test_people_whose_end_was_known_already_do_not_count_as_a_wave() -> None:
    assert reasons_to_stop(scan_of(300, ending=100), 300) == ()


def test_one_employment_of_several_ending_is_not_an_exit() -> None:
    scan = EmployeeScan(tuple(somebody(n, END, None) for n in range(100)), complete=True)
    assert reasons_to_stop(scan, 100, open_before=numbers_of(scan)) == ()


@pytest.mark.parametrize(("ending", "brakes"), [(3, False), (4, True)])
def test_in_a_small_team_a_few_leavers_are_not_a_wave(ending: int, brakes: bool) -> None:
    scan = scan_of(12, ending)
    assert bool(reasons_to_stop(scan, 12, open_before=numbers_of(scan))) is brakes


def test_an_incremental_scan_may_be_empty() -> None:
    assert reasons_to_stop(EmployeeScan((), complete=False), 300) == ()


def test_an_incremental_scan_with_a_wave_of_end_dates_brakes() -> None:
    changes = replace(scan_of(40, ending=40), complete=False)
    reasons = reasons_to_stop(changes, 300, open_before=numbers_of(changes))
    assert codes(reasons) == [BrakeCode.TOO_MANY_ENDING]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "scan",
    [
        scan_of(0),
        scan_of(10),
        replace(scan_of(300), announced=400),
        replace(scan_of(300), rejected=rejected(50)),
        scan_of(300, ending=50),
    ],
)
def test_every_reason_reads_as_a_sentence_with_its_numbers_in_both_languages(
    scan: EmployeeScan, language: Language
) -> None:
    reasons = reasons_to_stop(scan, 300, open_before=numbers_of(scan))
    assert reasons
    for reason in reasons:
        sentence = reason.sentence(language)
        assert all(str(number) in sentence for number in reason.numbers.values())
