import shutil
from datetime import date
from pathlib import Path

import pytest

from config.policy_files import FOLDER, PolicyFileError, check_policy_file, load_policy
from policy.model import Regime

FIRST = "2026-01-01.toml"
SECOND = "2027-01-01.toml"
NORM = """[hours.norm]
value = "88.00"
unit = "hours"
clause = "Visie §8"
status = "decided"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the policy that may be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "policy"))


def edit(file: Path, old: str, new: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")


def refusal(folder: Path) -> PolicyFileError:
    with pytest.raises(PolicyFileError) as refused:
        load_policy(folder)
    error = refused.value
    assert all(part in str(error) for part in (error.file.name, error.key, error.reason))
    return error


def test_the_policy_of_the_agency_loads_and_is_complete() -> None:
    policy = load_policy()
    assert policy.starts_on == date(2026, 1, 1)
    assert policy.on(date(2026, 6, 1)).agreement_threshold_cents == 200000
    assert policy.adopted_on is None
    assert [check_policy_file(path) for path in sorted(FOLDER.glob("*.toml"))] == [(), ()]


def test_a_later_file_changes_only_what_it_names(folder: Path) -> None:
    later = folder / "2028-07-01.toml"
    later.write_text(f"effective_from = 2028-07-01\nadopted_on = 2028-05-01\n{NORM}", "utf-8")
    policy = load_policy(folder)
    assert str(policy.on(date(2028, 6, 30)).hours_norm) == "80.00"
    assert str(policy.on(date(2028, 7, 1)).hours_norm) == "88.00"
    assert policy.on(date(2028, 7, 1)).regime_general is Regime.ENFORCE
    assert policy.adopted_on == date(2028, 5, 1)
    assert policy.version.startswith("2028-07-01-")


def test_a_parameter_without_a_value_on_the_first_date_is_refused(folder: Path) -> None:
    content = (folder / FIRST).read_text(encoding="utf-8")
    start = content.index("[hours.near_percent]")
    end = content.index("[hours.pro_rata_fte]")
    (folder / FIRST).write_text(content[:start] + content[end:], encoding="utf-8")
    error = refusal(folder)
    assert (error.file.name, error.key) == (FIRST, "hours.near_percent")
    assert "has no value on 2026-01-01" in error.reason


def test_two_files_for_one_date_are_refused(folder: Path) -> None:
    shutil.copy(folder / SECOND, folder / "2027-01-01-second.toml")
    error = refusal(folder)
    assert error.key == "effective_from"
    assert "takes effect on 2027-01-01 as well" in error.reason


def test_a_file_is_named_after_its_date_of_effect(folder: Path) -> None:
    (folder / SECOND).rename(folder / "2027-02-01.toml")
    error = refusal(folder)
    assert (error.file.name, error.key) == ("2027-02-01.toml", "effective_from")
    assert "must be named 2027-01-01.toml" in error.reason


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    assert "holds no policy files" in refusal(tmp_path).reason


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("[hours.norm]", "[hours.nrom]", "hours.nrom", "no parameter has this name"),
        ('unit = "euro cents"', 'unit = "euros"', "agreement.threshold_cents", "unit must be"),
        ("value = 200000", "value = 2000.00", "agreement.threshold_cents", "floats are refused"),
        ('value = "80.00"', "value = 80.0", "hours.norm", "floats are refused"),
        ("value = 90", 'value = "90"', "hours.near_percent", "whole number"),
        ("value = 90", "value = 900", "hours.near_percent", "from 0 to 100"),
        ("month = 7, day = 15", "month = 7.0, day = 15", "tranche.periods", "floats are refused"),
        ("month = 7, day = 15", "month = 12, day = 15", "tranche.periods", "after the deadline"),
        ("value = 24", "value = 6", "repayment.end_months", "more than repayment.full_months"),
        ('clause = "Visie §8"', 'clause = "§8"', "hours.norm", "must name a paragraph"),
        ('status = "decided"', 'status = "certain"', "hours.norm", "status must be one of"),
        ('assumption = "A4"', "", "hours.near_percent", "names its assumption"),
        ('status = "assumed"\nassumption = "A4"', 'status = "decided"\nassumption = "A4"',
         "hours.near_percent", "has no assumption"),
        ('unit = "hours"\n', 'unit = "hours"\nnote = "?"\n', "grant.exempt_hours", "note is not"),
        ('unit = "hours"\n', "", "grant.exempt_hours", "unit is missing"),
        ("effective_from = 2026-01-01", 'effective_from = "2026"', "effective_from", "a date"),
        ("effective_from = 2026-01-01", "effective_from = 2026-01-01T00:00:00", "effective_from",
         "a date"),
        ("effective_from = 2026-01-01", "effective_from = 2026-01-01\nnorm = 80", "norm",
         "no parameter"),
        ("[hours.norm]", "[[hours.norm]]", "hours.norm", "must be a table"),
        ("[hours.norm]", "[hours.norm", "", "no TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_refused_with_file_key_and_reason(
    folder: Path, old: str, new: str, key: str, reason: str
) -> None:
    edit(folder / FIRST, old, new)
    error = refusal(folder)
    assert (error.file.name, error.key) == (FIRST, key)
    assert reason in error.reason


def test_a_check_of_a_file_names_everything_that_is_wrong(folder: Path) -> None:
    file = folder / FIRST
    edit(file, 'value = "80.00"', "value = 80.0")
    edit(file, "[hours.pro_rata_fte]", "[hours.pro_rata]")
    edit(file, "value = 90", "value = 900")
    edit(file, 'unit = "percent"', 'unit = "promille"')
    assert [(error.key, error.reason.split()[0]) for error in check_policy_file(file)] == [
        ("hours.norm", "floats"),
        ("hours.near_percent", "unit"),
        ("hours.near_percent", "must"),
        ("hours.pro_rata", "no"),
    ]


def test_a_change_that_gives_one_tranche_name_to_two_periods_is_refused(folder: Path) -> None:
    # Tranche 1 moves from November before the year to February in it.
    content = (folder / FIRST).read_text(encoding="utf-8")
    periods = content[content.index("[tranche.periods]") : content.index("# What was asked")]
    moved = periods.replace("year_offset = -1, month = 11", "year_offset = 0, month = 2")
    moved = moved.replace("month = 1, day = 1 ", "month = 3, day = 1 ")
    moved = moved.replace("month = 1, day = 31", "month = 3, day = 31")
    later = folder / "2028-01-01.toml"
    later.write_text(f"effective_from = 2028-01-01\n{moved}", encoding="utf-8")
    error = refusal(folder)
    assert (error.file.name, error.key) == ("2028-01-01.toml", "tranche.periods")
    assert "after tranche 2028-1 (until 2027-11-15) comes 2028-1" in error.reason
