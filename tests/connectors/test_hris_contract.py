"""What every `Hris` promises, on each real one: over HTTP, or a list on disk."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.afas import Afas, AfasConfig
from connectors.csvfolder.config import Columns, CsvFolderConfig
from connectors.csvfolder.hris import CsvFolder
from connectors.frappe import FrappeConfig, FrappeFields, FrappeHr
from connectors.horilla import Horilla, HorillaConfig
from connectors.ports import CheckState, Employee, Hris
from sandboxes.afas import SandboxAfas, SandboxEmployment
from sandboxes.frappe import SandboxFrappe
from sandboxes.horilla import SandboxHorilla, SandboxPerson
from sandboxes.horilla.server import PASSWORD, USERNAME

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

VRIES = SandboxEmployment(
    employee_id="000001006",
    given_name="Daan",
    prefix="de",
    family_name="Vries",
    email="medewerker006@example.org",
    department="Vergunningverlening",
    manager_id="000001002",
    start=date(2019, 9, 1),
    end=date(2026, 12, 31),
    hours_per_week=Decimal("28.5"),
    fte=Decimal("0.7917"),
)
TWICE = SandboxEmployment("000001007", "Noor", "Jansen", date(2015, 1, 1), date(2020, 6, 30))
AGAIN = SandboxEmployment("000001007", "Noor", "Jansen", date(2022, 2, 1), employment_id=2)
BARE = SandboxEmployment("000000042", "José", "Çelik", date(2024, 5, 1))
CHIEF = SandboxEmployment("000001002", "Fatma", "Yılmaz", date(2012, 1, 1))
AGENCY = (VRIES, TWICE, AGAIN, BARE, CHIEF)


@dataclass(frozen=True)
class Agency:
    """An HRIS and the two things that its records office does."""

    hris: Hris
    set_end: Callable[[str, date | None], None]
    remove: Callable[[str], None]
    hours: tuple[Decimal | None, Decimal | None] = (Decimal("28.5"), Decimal("0.7917"))
    """Hours per week and fte of Daan, as far as this system has them."""


def afas_agency() -> Iterator[Agency]:
    with SandboxAfas(AGENCY, clock=lambda: NOW) as sandbox:
        # A page of two rows puts somebody's two employments on both sides of an edge.
        afas = Afas(AfasConfig(sandbox.url, "12345", sandbox.token, take=2), now=lambda: NOW)
        yield Agency(afas, sandbox.set_employment_end, sandbox.employments.remove)
        afas.close()


class CsvOffice:
    """Drops a new list after each change, as a nightly export does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = [row_of(employment) for employment in AGENCY]
        self._drops = 0
        self.drop()

    def drop(self) -> None:
        self._drops += 1
        path = self._folder / f"medewerkers-{self._drops}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, Columns().expected(), delimiter=";")
            writer.writeheader()
            writer.writerows(self._rows)
        moment = NOW.timestamp() - 3600 + self._drops
        os.utime(path, (moment, moment))

    def set_end(self, employee_id: str, end: date | None) -> None:
        for row in self._rows:
            if row["medewerkernummer"] == employee_id:
                row["datum_uit_dienst"] = end.strftime("%d-%m-%Y") if end else ""
        self.drop()

    def remove(self, employee_id: str) -> None:
        self._rows = [row for row in self._rows if row["medewerkernummer"] != employee_id]
        self.drop()


def row_of(employment: SandboxEmployment) -> dict[str, str]:
    return {
        "medewerkernummer": employment.employee_id,
        "voornaam": employment.given_name,
        "tussenvoegsel": employment.prefix or "",
        "achternaam": employment.family_name,
        "email": employment.email or "",
        "afdeling": employment.department or "",
        "leidinggevende": employment.manager_id or "",
        "dienstverband": str(employment.employment_id),
        "datum_in_dienst": employment.start.isoformat(),
        "datum_uit_dienst": employment.end.strftime("%d/%m/%Y") if employment.end else "",
        "uren_per_week": str(employment.hours_per_week).replace(".", ","),
        "fte": str(employment.fte),
    }


def csv_agency(folder: Path) -> Iterator[Agency]:
    office = CsvOffice(folder)
    hris = CsvFolder(CsvFolderConfig(folder, "12345"), now=NOW.timestamp)
    yield Agency(hris, office.set_end, office.remove)


def frappe_agency() -> Iterator[Agency]:
    with SandboxFrappe(lambda: NOW) as sandbox:
        for document in map(document_of, AGENCY):
            sandbox.save(document)
        config = FrappeConfig(
            sandbox.url,
            "12345",
            sandbox.api_key,
            sandbox.api_secret,
            FrappeFields(employee_id="employee_number"),
            page_size=2,
        )
        frappe = FrappeHr(config)

        def set_end(number: str, end: date | None) -> None:
            last = max(name for name in sandbox.documents if number in name)
            sandbox.save({"name": last, "relieving_date": end and end.isoformat()})

        def remove(number: str) -> None:
            for name in [name for name in sandbox.documents if number in name]:
                sandbox.delete(name)

        yield Agency(frappe, set_end, remove, hours=(None, None))
        frappe.close()


def document_of(employment: SandboxEmployment) -> dict[str, object]:
    """One document of Frappe per employment; a manager is named by document."""
    manager = employment.manager_id
    return {
        "name": f"HR-EMP-{employment.employee_id}-{employment.employment_id}",
        "employee_number": employment.employee_id,
        "first_name": employment.given_name,
        "middle_name": employment.prefix,
        "last_name": employment.family_name,
        "company_email": employment.email,
        "department": employment.department,
        "reports_to": None if manager is None else f"HR-EMP-{manager}-1",
        "date_of_joining": employment.start.isoformat(),
        "relieving_date": employment.end and employment.end.isoformat(),
        "status": "Active",
    }


def horilla_agency() -> Iterator[Agency]:
    # One employment a person: the last one.
    last = {employment.employee_id: employment for employment in AGENCY}
    with SandboxHorilla(map(person_of, last.values())) as sandbox:
        horilla = Horilla(HorillaConfig(sandbox.url, "12345", USERNAME, PASSWORD))

        def set_end(number: str, end: date | None) -> None:
            sandbox.people[int(number)].contract_end = end.isoformat() if end else None

        def remove(number: str) -> None:
            del sandbox.people[int(number)]

        yield Agency(horilla, set_end, remove, hours=(Decimal("28.5"), None))
        horilla.close()


def person_of(employment: SandboxEmployment) -> SandboxPerson:
    names = (employment.prefix, employment.family_name)
    return SandboxPerson(
        id=int(employment.employee_id),
        badge=employment.employee_id,
        first_name=employment.given_name,
        last_name=" ".join(name for name in names if name),
        email=employment.email,
        department=employment.department,
        joined=employment.start.isoformat(),
        contract_end=employment.end.isoformat() if employment.end else None,
        manager=int(employment.manager_id) if employment.manager_id else None,
        shift=4 if employment.hours_per_week == Decimal("28.5") else None,
        work_info_id=int(employment.employee_id) + 500,
    )


@contextmanager
def opened(system: str, folder: Path) -> Iterator[Agency]:
    match system:
        case "afas":
            yield from afas_agency()
        case "csv":
            yield from csv_agency(folder)
        case "frappe":
            yield from frappe_agency()
        case "horilla":
            yield from horilla_agency()


@pytest.fixture(params=["afas", "csv", "frappe", "horilla"])
def agency(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    with opened(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=["afas", "csv", "frappe"])
def agency_with_employments(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agency]:
    """Of the systems in which a person can have several employments."""
    with opened(request.param, tmp_path) as found:
        yield found


def by_number(hris: Hris) -> dict[str, Employee]:
    return {employee.employee_id: employee for employee in hris.scan().employees}


def test_the_source_names_system_and_tenant(agency: Agency) -> None:
    assert agency.hris.source.startswith("urn:hris:")
    assert agency.hris.source.endswith(":12345")


def test_a_full_scan_is_complete_and_shows_each_person_once(agency: Agency) -> None:
    scan = agency.hris.scan()
    assert scan.complete
    assert scan.rejected == ()
    numbers = [employee.employee_id for employee in scan.employees]
    assert sorted(numbers) == ["000000042", "000001002", "000001006", "000001007"]


def test_every_fact_of_a_person_arrives_with_its_type_and_leading_zeros(agency: Agency) -> None:
    person = by_number(agency.hris)["000001006"]
    # Where a system has no field for the prefix, it stands within the family name.
    assert person.given_name == "Daan"
    assert f"{person.family_name_prefix} {person.family_name}".strip() == "de Vries"
    assert person.email == "medewerker006@example.org"
    assert person.department == "Vergunningverlening"
    assert person.manager_id == "000001002"
    (employment,) = person.employments
    assert employment.start == date(2019, 9, 1)
    assert (employment.hours_per_week, employment.fte) == agency.hours


def test_the_last_working_day_does_not_move_by_a_time_zone(agency: Agency) -> None:
    (employment,) = by_number(agency.hris)["000001006"].employments
    assert employment.end == date(2026, 12, 31)


def test_what_the_hris_leaves_empty_is_empty(agency: Agency) -> None:
    person = by_number(agency.hris)["000000042"]
    assert (person.given_name, person.family_name) == ("José", "Çelik")
    assert person.family_name_prefix == ""
    assert (person.email, person.department, person.manager_id) == (None, None, None)
    assert person.employments[0].end is None


def test_several_employments_of_one_person_come_in_order(agency_with_employments: Agency) -> None:
    employments = by_number(agency_with_employments.hris)["000001007"].employments
    assert [one.end for one in employments] == [date(2020, 6, 30), None]
    assert len({one.employment_id for one in employments}) == 2


def test_one_person_read_now_equals_the_person_in_a_scan(agency: Agency) -> None:
    for number, person in by_number(agency.hris).items():
        assert agency.hris.employee(number) == person


@pytest.mark.parametrize("number", ["999999999", "42", "", "000001006;000001007", "000001006,1"])
def test_an_unknown_number_is_nobody(agency: Agency, number: str) -> None:
    assert agency.hris.employee(number) is None


@pytest.mark.parametrize("end", [date(2027, 3, 28), None])
def test_an_announced_and_a_withdrawn_end_show_at_the_next_reading(
    agency: Agency, end: date | None
) -> None:
    agency.set_end("000001006", end)
    person = agency.hris.employee("000001006")
    assert person is not None
    assert person.employments[0].end == end


def test_an_incremental_scan_shows_changed_people_as_a_whole(
    agency_with_employments: Agency,
) -> None:
    agency_with_employments.set_end("000001007", date(2026, 11, 30))
    scan = agency_with_employments.hris.scan(changed_since=NOW)
    person = next(one for one in scan.employees if one.employee_id == "000001007")
    assert len(person.employments) == 2


def test_a_person_removed_from_the_list_is_gone_from_the_scan(agency: Agency) -> None:
    agency.remove("000000042")
    assert "000000042" not in by_number(agency.hris)


def test_the_check_of_a_sound_connection_is_all_ok_and_counts_the_people(agency: Agency) -> None:
    lines = agency.hris.check()
    assert {line.state for line in lines} == {CheckState.OK}
    assert "4 people" in {line.seen for line in lines}
