"""Lists as offices really drop them, read by the sync: who is who, and what a reading proves."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.ground.store.tables.exits import ExitRow
from adapter.ground.store.tables.people import EmployeeRow, ScanRow
from adapter.ground.store.tables.work import InboxEventRow, OutboxActionRow
from adapter.programs.cli.comparison import compared
from adapter.subjects.leaving.due_exits import settle_due_exits
from adapter.subjects.leaving.employments import EmploymentFacts, running_until
from adapter.subjects.sync.employees import EmployeeSync, sync_employees
from adapter.subjects.sync.identities import Renumbered
from adapter.subjects.sync.number_shape import shape_of
from adapter.subjects.sync.scan_brake import BrakeCode
from config.settings import Settings
from connectors.csvfolder.config import CsvFolderConfig
from connectors.csvfolder.hris import CsvFolder
from connectors.ports import CheckState, Employment
from tests.adapter.subjects.sync.test_scan_alarm import MAIL
from tests.fixtures.leavers import PeopleInMemory, SetClock, parts_of, person, rows

CASES = Path(__file__).parents[3] / "recordings" / "hris" / "cases"
HEADER, *BEFORE = (CASES / "csv_numbers_before.csv").read_text().splitlines()
_, *WITHOUT_ZEROS = (CASES / "csv_numbers_without_zeros.csv").read_text().splitlines()
NOW = datetime(2027, 11, 23, 12, 0, tzinfo=UTC)


class Office:
    """Drops lists in a folder, and reads them as the nightly job does."""

    def __init__(self, register: Register, folder: Path, **settings: Any) -> None:
        self._folder = folder
        self._drops = 0
        hris = CsvFolder(CsvFolderConfig(folder, "odwh"), now=self._seconds)
        self.parts: Parts = replace(
            parts_of(register, hris, SetClock()),
            settings=Settings.model_validate({"mail": MAIL, **settings}),
        )

    def _seconds(self) -> float:
        return self.parts.clock.now().timestamp()

    def drop(self, *people: str, name: str | None = None) -> None:
        self._drops += 1
        path = self._folder / (name or f"lijst-{self._drops}.csv")
        path.write_text("\n".join((HEADER, *people)) + "\n", encoding="utf-8")
        dropped = self._seconds() - 3600
        os.utime(path, (dropped, dropped))

    def read(self, *, dry_run: bool = False, confirm: bool = False) -> EmployeeSync:
        found = sync_employees(self.parts, full=True, dry_run=dry_run, confirm=confirm)
        assert isinstance(self.parts.clock, SetClock)
        self.parts.clock.moment += timedelta(days=1)
        return found

    def missing(self) -> dict[str, int]:
        return {
            row["employee_id"]: row["missing_scans"]
            for row in rows(self.parts.register, EmployeeRow)
            if row["missing_scans"]
        }


@pytest.fixture
def office(register: Register, tmp_path: Path) -> Office:
    return Office(register, tmp_path)


# --- the same people under other numbers ---------------------------------------------------------


def test_a_list_without_leading_zeros_is_stopped_and_says_who_only_changed_number(
    office: Office,
) -> None:
    office.drop(*BEFORE)
    office.read()
    office.drop(*WITHOUT_ZEROS)
    for _ in range(3):
        found = office.read()
        assert not found.applied
        (reason,) = found.brake
        assert reason.code is BrakeCode.OTHER_PEOPLE
        assert reason.numbers == {"known": 60, "gone": 60, "new": 60, "renumbered": 60}
        assert "60 van de 60 medewerkers zijn weg en 60 zijn nieuw" in reason.sentence()
        assert found.renumbered[0] == Renumbered("010000", "10000")
        assert (found.new, found.missing, found.events) == ((), (), 0)
    assert len(rows(office.parts.register, EmployeeRow)) == 60
    assert office.missing() == {}
    assert rows(office.parts.register, InboxEventRow) == []


def test_other_numbers_that_a_person_confirms_are_kept_and_nobody_is_suspected(
    office: Office,
) -> None:
    office.drop(*BEFORE)
    office.read()
    office.drop(*WITHOUT_ZEROS)
    found = office.read(confirm=True)
    assert (found.applied, len(found.new), found.missing) == (True, 60, ())
    newcomer = "10099;Nieuw;;Iemand;n99@example.org;Toezicht;;1;01-03-2019;;36;1"
    for n in range(3):
        office.drop(*WITHOUT_ZEROS, newcomer.replace("10099", f"1009{n}").replace("n99", f"x{n}"))
        assert office.read().brake == ()
    assert {number for number in office.missing() if number.startswith("0")} == set()


def test_one_person_under_another_number_is_told_by_name_and_the_rest_goes_on(
    office: Office,
) -> None:
    office.drop(*WITHOUT_ZEROS)
    office.read()
    moved = WITHOUT_ZEROS[7].replace("10007;", "20007;", 1)
    changed = WITHOUT_ZEROS[8].replace("Toezicht", "Advies")
    office.drop(*WITHOUT_ZEROS[:7], moved, changed, *WITHOUT_ZEROS[9:])
    for _ in range(3):
        found = office.read()
        assert (found.applied, found.new, found.missing) == (True, (), ())
        assert found.renumbered == (Renumbered("10007", "20007"),)
        assert [row.employee_id for row in found.rejected] == ["20007"]
        assert "10007" in found.rejected[0].reason
    assert office.missing() == {}
    accepted = office.read(confirm=True)
    assert (accepted.new, accepted.rejected) == (("20007",), ())


def test_half_of_the_people_replaced_by_others_is_no_normal_day(office: Office) -> None:
    office.drop(*WITHOUT_ZEROS[:30])
    office.read()
    office.drop(*WITHOUT_ZEROS[30:])
    (reason,) = office.read().brake
    assert reason.numbers == {"known": 30, "gone": 30, "new": 30, "renumbered": 0}


def test_leavers_who_are_cleared_away_are_not_gone(office: Office) -> None:
    left = [row.replace(";01-03-2019;;", ";01-03-2019;31-12-2026;") for row in WITHOUT_ZEROS[:10]]
    office.drop(*left, *WITHOUT_ZEROS[10:50])
    office.read()
    office.drop(*WITHOUT_ZEROS[10:50], *WITHOUT_ZEROS[50:58])
    assert office.read().brake == ()


# --- the shape of a number -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "fitting", "other"),
    [
        (("010005", "020001", "110003"), ["000042"], ["10005", "A10005"]),
        (("1", "99", "100"), ["1000", "7"], ["A7", "7a"]),
        (("HR-EMP-00013", "HR-EMP-00014", "HR-EMP-00015"), ["HR-EMP-00016"], ["13", "HR-EMP-16"]),
    ],
)
def test_the_shape_is_what_the_known_numbers_have_in_common(
    known: tuple[str, ...], fitting: list[str], other: list[str]
) -> None:
    shape = shape_of(known)
    assert shape is not None
    assert [shape.fits(number) for number in fitting] == [True] * len(fitting)
    assert [shape.fits(number) for number in other] == [False] * len(other)


def test_numbers_without_anything_in_common_have_no_shape() -> None:
    assert shape_of(["A1", "7", "x-y"]) is None
    assert shape_of(["010005"]) is None


def test_a_new_number_of_another_shape_waits_for_a_person(office: Office) -> None:
    office.drop(*BEFORE)
    office.read()
    newcomer = "10099;Nieuw;;Iemand;n99@example.org;Toezicht;;1;01-03-2019;;36;1"
    office.drop(*BEFORE, newcomer)
    found = office.read()
    assert (found.applied, found.new) == (True, ())
    (held,) = found.rejected
    assert (held.employee_id, held.field) == ("10099", "employee number")
    assert "ODWH_EMPLOYEE_NUMBER_PATTERN" in held.reason
    assert office.read(confirm=True).new == ("10099",)


def test_the_shape_can_be_set(register: Register, tmp_path: Path) -> None:
    office = Office(register, tmp_path, employee_number_pattern=r"\d{6}")
    office.drop(*BEFORE[:5], WITHOUT_ZEROS[9])
    found = office.read()
    assert (len(found.new), [row.employee_id for row in found.rejected]) == (5, ["10009"])


# --- what a reading proves -----------------------------------------------------------------------


def test_a_list_that_is_read_twice_proves_nothing_twice(office: Office) -> None:
    gone = (CASES / "csv_one_person_gone.csv").read_text().splitlines()[1:]
    office.drop(*WITHOUT_ZEROS)
    office.read()
    office.drop(*gone)
    assert len(office.read().missing) == 1
    for _ in range(3):
        found = office.read()
        assert (found.missing, found.events) == ((), 0)
    assert set(office.missing().values()) == {1}

    office.drop(*gone, name="lijst-2-kopie.csv")
    assert office.read().missing == ()

    office.drop(*gone[1:], gone[0])  # a new list, in which the person does not stand either
    found = office.read()
    assert (len(found.missing), found.events) == (1, 1)


def test_rows_that_cannot_be_read_are_no_fall_of_the_headcount(office: Office) -> None:
    office.drop(*WITHOUT_ZEROS[:30])
    office.read()
    wrong = [row.replace("01-03-2019", "morgen") for row in WITHOUT_ZEROS[:2]]
    office.drop(*wrong, *WITHOUT_ZEROS[2:30])
    found = office.read()
    assert (found.applied, found.brake, found.headcount) == (True, (), 30)
    assert {row.employee_id for row in found.rejected} == {"10000", "10001"}
    assert found.missing == ()
    assert {row["headcount"] for row in rows(office.parts.register, ScanRow)} == {30}


def test_who_is_not_shown_is_missing_though_the_row_of_another_cannot_be_read(
    office: Office,
) -> None:
    office.drop(*WITHOUT_ZEROS[:30])
    office.read()
    wrong = WITHOUT_ZEROS[0].replace("01-03-2019", "morgen")
    office.drop(wrong, *WITHOUT_ZEROS[1:29])
    assert office.read().missing == ("10029",)
    office.drop(wrong.replace("10000;", ";", 1), *WITHOUT_ZEROS[1:29])
    assert office.read().missing == (), "a row without a number may be anybody's"


# --- one record that breaks a step ---------------------------------------------------------------


class OfDays(date):
    """A day of which no other day can be made."""

    def __add__(self, other: object) -> date:  # type: ignore[override]  # breaks on purpose
        raise OverflowError("date value out of range")


@pytest.fixture
def agency(register: Register) -> Parts:
    hris = PeopleInMemory()
    for number in range(20):
        hris.show(employee_id=f"E{number:02}")
    return replace(parts_of(register, hris, SetClock()), settings=Settings(mail=MAIL))


def test_one_record_that_breaks_the_comparison_is_withheld_by_name(agency: Parts) -> None:
    sync_employees(agency, full=True, dry_run=False)
    hris = agency.hris
    assert isinstance(hris, PeopleInMemory)
    broken = Employment("1", date(2019, 9, 1), OfDays(2027, 12, 31))
    hris.people["E03"] = person(broken, employee_id="E03")
    hris.show(Employment("1", date(2019, 9, 1), date(2027, 12, 31)), employee_id="E04")
    line = compared(agency)
    assert (line.state, "E03" in line.seen) == (CheckState.WARNING, True)
    found = sync_employees(agency, full=True, dry_run=False)
    assert (found.applied, found.ended, found.missing) == (True, ("E04",), ())
    assert [row.employee_id for row in found.rejected] == ["E03"]
    assert {row["kind"] for row in rows(agency.register, OutboxActionRow)} == {
        "mail.hr",
        "mail.admin",
    }


def test_the_last_day_that_there_is_breaks_no_rule() -> None:
    """Registers of before hold 9999-12-31 for "no end"."""
    forever = EmploymentFacts("1", date(2019, 9, 1), date.max)
    other = EmploymentFacts("2", date(2020, 9, 1), date(2021, 1, 1))
    assert running_until([forever, other], date(2026, 11, 23)) == (forever, date.max)


def test_one_exit_that_breaks_its_settlement_is_told_and_the_others_are_settled(
    agency: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapter.subjects.leaving import exit_transitions

    last_day = date(2027, 11, 20)
    with agency.register.write() as connection:
        for number in (1, 2):
            connection.execute(
                insert(ExitRow).values(
                    id=f"exit-{number}",
                    employee_id=f"E{number:02}",
                    employment_id="1",
                    source="urn:hris:afas:12345",
                    state="announced",
                    last_day=last_day,
                    verified=1,
                    noticed_at=NOW,
                    updated_at=NOW,
                )
            )
    apply: Callable[..., None] = exit_transitions.apply

    def breaking(connection: Any, notice: exit_transitions.PersonEvent, *about: Any) -> None:
        if notice.employee_id == "E01":
            raise OverflowError("date value out of range")
        apply(connection, notice, *about)

    monkeypatch.setattr(exit_transitions, "apply", breaking)
    hris = agency.hris
    assert isinstance(hris, PeopleInMemory)
    for number in (1, 2):
        hris.show(Employment("1", date(2019, 9, 1), last_day), employee_id=f"E{number:02}")
    settled = settle_due_exits(agency)
    assert (settled.moved, settled.stumbled) == (("exit-2",), ("exit-1",))
    mailed = [row for row in rows(agency.register, OutboxActionRow) if row["kind"] == "mail.hr"]
    assert [row["payload"]["numbers"] for row in mailed] == [{"exit": "exit-1"}]


def test_doctor_compares_as_the_sync_would_and_keeps_nothing(office: Office) -> None:
    office.drop(*BEFORE)
    assert compared(office.parts).seen == "60 people: 60 new, 0 changed, 0 ended, 0 missing"
    assert rows(office.parts.register, ScanRow) == []
    office.read()
    office.drop(*WITHOUT_ZEROS)
    line = compared(office.parts)
    assert (line.state, "60 of 60" in line.seen) == (CheckState.WARNING, True)


def test_a_question_is_mailed_once_for_the_same_values(office: Office) -> None:
    office.drop(*WITHOUT_ZEROS[:5], WITHOUT_ZEROS[6].replace(";;36;1", ";31-12-2999;36;1"))
    found = office.read()
    assert (found.applied, len(found.questions), found.ended) == (True, 1, ())
    office.drop(*WITHOUT_ZEROS[:6], WITHOUT_ZEROS[7].replace(";;36;1", ";31-12-2999;36;1"))
    office.read()
    assert len(rows(office.parts.register, OutboxActionRow)) == 2  # HR and the administrator
    assert rows(office.parts.register, InboxEventRow) == []
