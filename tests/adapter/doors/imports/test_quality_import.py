"""The quality criteria by spreadsheet: three sheets or fewer, each error at its cell, and the same
sheets twice change nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapter.doors.messages.media_types import XLSX
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.quality_criteria import (
    CertificateRow,
    ExpertiseMemberRow,
    QualityRequirementRow,
)
from adapter.ground.store.tables.work import AuditLineRow
from adapter.register.keys import Role
from config.catalogue import Language
from tests.adapter.doors.imports.sheets import rows_of as cells_of
from tests.adapter.programs.cli.conftest import Run, run_command
from tests.adapter.subjects.requests.conftest import MANAGER, Office
from tests.fixtures.quality_criteria import LIST, NOISE, PROOFS, TEAM, Row, quality_workbook


class Lists:
    """`odwh-adapter quality-criteria`, as HR runs it."""

    def __init__(self, office: Office, run: Run, folder: Path) -> None:
        self.office, self._run, self.file = office, run, folder / "kwaliteitscriteria.xlsx"

    def __call__(self, *arguments: str) -> tuple[int, list[str]]:
        done = self._run(self.office.parts, "quality-criteria", *arguments)
        return done.exit_code, done.output.splitlines()

    def read(self, raw: bytes, *options: str) -> tuple[int, list[str]]:
        self.file.write_bytes(raw)
        return self("import", str(self.file), *options)

    def kept(
        self,
    ) -> tuple[list[QualityRequirementRow], list[ExpertiseMemberRow], list[CertificateRow]]:
        with self.office.parts.register.read() as connection:
            return (
                rows_of(
                    connection,
                    select(QualityRequirementRow).order_by(QualityRequirementRow.reference),
                ),
                rows_of(
                    connection,
                    select(ExpertiseMemberRow).order_by(ExpertiseMemberRow.employee_id),
                ),
                rows_of(connection, select(CertificateRow).order_by(CertificateRow.requirement)),
            )


@pytest.fixture
def lists(office: Office, run: Run, tmp_path: Path) -> Lists:
    return Lists(office, run, tmp_path)


def test_three_sheets_are_read_from_one_file(lists: Lists) -> None:
    done = lists.read(quality_workbook(LIST, TEAM, PROOFS))
    assert done == (
        0,
        ["8 rijen gelezen: 8 nieuw, 0 gewijzigd, 0 gelijk gebleven, 0 cellen fout."],
    )
    (noise, diploma), members, (certificate, _) = lists.kept()
    assert (noise.reference, noise.expertise, noise.course_ids) == ("GEL-1", "Geluid", ["OPL-003"])
    assert (noise.people, noise.validity_months) == (2, 36)
    assert (noise.hours, noise.costs_cents) == (Decimal("24.00"), 125_000)
    assert (diploma.people, diploma.validity_months, diploma.hours, diploma.function) == (None,) * 4
    assert [one.employee_id for one in members] == ["10001", "10002", "10003", "10011"]
    assert (certificate.obtained_on, certificate.ends_on) == (date(2024, 6, 1), None)


def test_who_left_an_expertise_that_is_spelled_otherwise_by_now_has_left_it(lists: Lists) -> None:
    lists.read(quality_workbook([NOISE], [TEAM[0]]))
    spelled: Row = {**NOISE, "expertise": "GELUID"}
    left: Row = {**TEAM[0], "until": "31-12-2025"}
    done = lists.read(quality_workbook([spelled], [left]))
    assert done[1] == ["2 rijen gelezen: 0 nieuw, 2 gewijzigd, 0 gelijk gebleven, 0 cellen fout."]
    _, members, _ = lists.kept()
    assert [one.member_until for one in members] == [date(2025, 12, 31)]


def test_the_same_file_again_changes_nothing_and_another_one_what_it_names(lists: Lists) -> None:
    lists.read(quality_workbook(LIST, TEAM, PROOFS))
    assert lists.read(quality_workbook(LIST, TEAM, PROOFS))[1] == [
        "8 rijen gelezen: 0 nieuw, 0 gewijzigd, 8 gelijk gebleven, 0 cellen fout."
    ]
    done = lists.read(quality_workbook([{**NOISE, "people": 3}], certificates=[
        {**PROOFS[0], "ends": date(2026, 12, 31)},
    ]))  # fmt: skip
    assert done[1] == ["2 rijen gelezen: 0 nieuw, 2 gewijzigd, 0 gelijk gebleven, 0 cellen fout."]
    (noise, _), members, (certificate, _) = lists.kept()
    assert (noise.people, certificate.ends_on) == (3, date(2026, 12, 31))
    assert len(members) == 4


def test_who_has_two_functions_from_one_day_keeps_both(lists: Lists) -> None:
    adviser: Row = {**TEAM[0], "function": "Adviseur"}
    both = [adviser, {**TEAM[0], "function": "Toezichthouder"}, TEAM[0]]
    done = lists.read(quality_workbook(LIST, both))
    assert done[1] == ["5 rijen gelezen: 5 nieuw, 0 gewijzigd, 0 gelijk gebleven, 0 cellen fout."]
    both[0] = {**adviser, "function": "adviseur "}
    done = lists.read(quality_workbook(LIST, both))
    assert done[1] == ["5 rijen gelezen: 0 nieuw, 0 gewijzigd, 5 gelijk gebleven, 0 cellen fout."]
    _, members, _ = lists.kept()
    assert sorted(one.function for one in members) == ["", "Adviseur", "Toezichthouder"]
    both[0] = {**both[0], "until": "31-12-2025"}
    done = lists.read(quality_workbook(LIST, both))
    assert done[1] == ["5 rijen gelezen: 0 nieuw, 1 gewijzigd, 4 gelijk gebleven, 0 cellen fout."]
    _, members, _ = lists.kept()
    ended = [one.function for one in members if one.member_until is not None]
    assert ended == ["Adviseur"]


def test_an_expertise_is_known_however_its_capitals_are_written(lists: Lists) -> None:
    lists.read(quality_workbook(LIST, [{**TEAM[0], "expertise": "GELUID "}]))
    (_, (member,), _) = lists.kept()
    assert member.expertise == "Geluid"


@pytest.mark.parametrize(
    ("changes", "cell", "sentence"),
    [
        ({"reference": ""}, "A2", "verplicht en leeg"),
        ({"expertise": ""}, "B2", "verplicht en leeg"),
        ({"title": ""}, "D2", "verplicht en leeg"),
        ({"courses": "OPL-003; NONE"}, "E2", "hier niet bekend"),
        ({"people": 0}, "F2", ""),
        ({"people": "twee"}, "F2", "geen getal"),
        ({"validity": 1.5}, "G2", "geheel getal"),
        ({"validity": 601}, "G2", ""),
        ({"hours": "24,125"}, "H2", "twee decimalen"),
        ({"costs": -1}, "I2", "bedrag van 0 of meer"),
        ({"from": "ooit"}, "K2", "geen datum"),
        ({"from": "01-01-2027", "until": "31-12-2026"}, "L2", "voor het begin, 1 januari 2027"),
    ],
)
def test_every_mistake_in_a_requirement_is_named_at_its_cell(
    lists: Lists, changes: Row, cell: str, sentence: str
) -> None:
    _refused(lists, quality_workbook([{**NOISE, **changes}]), f"Blad „Eisen”, rij 2, cel {cell}: ")
    assert sentence in lists.read(lists.file.read_bytes())[1][0]


@pytest.mark.parametrize(
    ("changes", "cell", "sentence"),
    [
        ({"employee": "99999"}, "A2", "hier niet bekend"),
        ({"expertise": "Bodem"}, "B2", "Geen enkele eis noemt dit deskundigheidsgebied"),
        ({"from": ""}, "D2", "verplicht en leeg"),
        ({"until": "31-12-2023"}, "E2", "voor het begin, 1 januari 2024"),
    ],
)
def test_every_mistake_in_an_expert_is_named_at_its_cell(
    lists: Lists, changes: Row, cell: str, sentence: str
) -> None:
    raw = quality_workbook(LIST, [{**TEAM[0], **changes}])
    _refused(lists, raw, f"Blad „Deskundigen”, rij 2, cel {cell}: ")
    assert sentence in lists.read(raw)[1][0]


@pytest.mark.parametrize(
    ("changes", "cell", "sentence"),
    [
        ({"employee": "99999"}, "A2", "hier niet bekend"),
        ({"requirement": "GEL-9"}, "B2", "geen eis met dit kenmerk"),
        ({"obtained": "11-11-2026"}, "C2", "later zijn dan vandaag, 10 november 2026"),
        ({"ends": "31-05-2024"}, "D2", "voor het begin, 1 juni 2024"),
    ],
)
def test_every_mistake_in_a_certificate_is_named_at_its_cell(
    lists: Lists, changes: Row, cell: str, sentence: str
) -> None:
    raw = quality_workbook(LIST, TEAM, [{**PROOFS[0], **changes}])
    _refused(lists, raw, f"Blad „Certificaten”, rij 2, cel {cell}: ")
    assert sentence in lists.read(raw)[1][0]


def _refused(lists: Lists, raw: bytes, begins: str) -> None:
    code, lines = lists.read(raw)
    assert (code, len(lines)) == (1, 2), lines
    assert lines[0].startswith(begins), lines[0]
    assert lines[1].endswith("1 cellen fout. Er is niets bewaard.")
    assert lists.kept() == ([], [], [])


def test_right_rows_are_kept_only_when_asked_and_nothing_of_a_trial(lists: Lists) -> None:
    mixed = quality_workbook(LIST, [TEAM[0], {**TEAM[1], "employee": "99999"}])
    assert lists.read(mixed)[0] == 1
    assert lists.read(mixed, "--valid-rows", "--dry-run")[0] == 1
    assert lists.read(quality_workbook(LIST), "--dry-run")[0] == 0
    assert lists.kept() == ([], [], [])
    assert lists.read(mixed, "--valid-rows")[0] == 1
    requirements, members, _ = lists.kept()
    assert (len(requirements), len(members)) == (2, 1)


def test_a_file_without_any_of_the_sheets_is_refused(lists: Lists) -> None:
    code, lines = lists.read(quality_workbook())
    assert (code, lines) == (
        1,
        ["Error: Er is geen blad „Eisen”; wel: Leeg. Gebruik het sjabloon."],
    )
    assert "XLSX" in lists.read(b"no workbook")[1][0]


def test_what_was_read_in_is_in_the_audit_trail_and_a_trial_is_not(lists: Lists) -> None:
    lists.read(quality_workbook(LIST), "--dry-run")
    lists.read(quality_workbook(LIST))
    with lists.office.parts.register.read() as connection:
        (line,) = rows_of(
            connection,
            select(AuditLineRow).where(AuditLineRow.action == "import-quality-criteria"),
        )
    assert line.result == "2 created, 0 changed, 0 unchanged"


def test_the_template_has_the_three_sheets_and_says_what_they_want(lists: Lists) -> None:
    assert lists("template", "--output", str(lists.file))[0] == 0
    raw = lists.file.read_bytes()
    tops = [cells_of(raw, sheet)[0] for sheet in range(3)]
    assert [top[0] for top in tops] == ["Kenmerk *", "Personeelsnummer *", "Personeelsnummer *"]
    explained = [line[0] for line in cells_of(raw, 3)]
    assert explained.count("Deskundigheidsgebied") == 2
    assert [one for one in explained if one.endswith("Kolom")] == [
        "Eisen: Kolom",
        "Deskundigen: Kolom",
        "Certificaten: Kolom",
    ]
    assert lists.read(raw)[1][-1].startswith("0 rijen gelezen")


@pytest.mark.parametrize("language", Language)
def test_the_example_can_be_read_in_as_it_is(lists: Lists, language: Language) -> None:
    done = run_command(
        lists.office.parts,
        *("quality-criteria", "template", "--vth-example", "--output", str(lists.file)),
        language=language,
    )
    assert done.exit_code == 0, done.output
    code, lines = lists.read(lists.file.read_bytes())
    assert (code, lines[-1].split(":")[0]) == (0, "18 rijen gelezen")
    requirements = {one.reference: one for one in lists.kept()[0]}
    assert len({one.expertise for one in requirements.values()}) == 12
    inspection = requirements["VTH-TM-1"]
    assert (inspection.people, inspection.validity_months) == (12, 60)
    assert (inspection.hours, inspection.costs_cents) == (Decimal("40.00"), 240_000)
    assert requirements["VTH-TM-3"].function == "Buitengewoon opsporingsambtenaar"


def test_proposals_are_written_for_a_manager(lists: Lists) -> None:
    lists.read(quality_workbook(LIST, TEAM, PROOFS))
    asked = ("proposals", "--output", str(lists.file), "--manager")
    assert lists(*asked, MANAGER)[0] == 0
    assert [row[1] for row in cells_of(lists.file.read_bytes())[1:]] == [
        "10001",
        "10002",
        "10002",
        "10003",
    ]
    code, lines = lists(*asked, "10001")
    assert code == 1
    assert "nobody reports to 10001" in lines[-1]


def test_hr_sends_the_sheets_over_http(lists: Lists) -> None:
    answer = _post(lists.office, quality_workbook([NOISE, {**NOISE, "reference": ""}]))
    assert answer.status_code == 200, answer.get_json()
    body = answer.get_json()
    assert (body["kept"], body["created"]) == (False, 1)
    (wrong,) = body["wrong"]
    assert (wrong["sheet"], wrong["row"], wrong["cell"]) == ("Eisen", 3, "A3")
    assert _post(lists.office, quality_workbook(LIST), "?dryRun=true").get_json()["kept"] is False
    assert lists.kept() == ([], [], [])
    answer = _post(lists.office, quality_workbook(LIST, TEAM, PROOFS))
    assert (answer.get_json()["kept"], answer.get_json()["created"]) == (True, 8)


def test_what_is_no_workbook_is_a_bad_request_and_a_manager_sends_none(lists: Lists) -> None:
    answer = _post(lists.office, quality_workbook())
    assert answer.status_code == 400
    assert "Eisen" in answer.get_json()["errors"][0]["detail"]
    assert _post(lists.office, quality_workbook(LIST), role=Role.MANAGER).status_code == 403


def _post(office: Office, raw: bytes, query: str = "", role: Role = Role.HR) -> Any:
    headers = office.key_of(role, MANAGER if role is Role.MANAGER else None)
    path = f"/v1/quality-criteria-imports{query}"
    return office.client.post(path, data=raw, headers=headers | {"Content-Type": XLSX})
