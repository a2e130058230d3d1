"""The dossier goes out and the decisions come back, in one workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # carries no types
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from adapter.doors.imports.decision_columns import decision_sheet
from adapter.doors.imports.decisions import DecidedSheet, import_decisions
from adapter.ground.spreadsheets.row_by_row import Outcome
from adapter.ground.spreadsheets.wrong_cells import UnreadableWorkbook
from adapter.programs.cli.context import Context
from adapter.programs.cli.tranche import tranche as command
from adapter.register.keys import Role
from adapter.subjects.requests.acts import acting, looking
from adapter.views.dossier.decision_sheet import COLUMNS, HEADER_ROW, PLACE
from adapter.views.dossier.documents import dossier_document
from config.catalogue import Language, text
from policy.tranches import tranche_named
from tests.adapter.subjects.requests.conftest import NOVEMBER, TEAM, Body, Office
from tests.adapter.subjects.tranches.conftest import HR, MT, Tranches

DECIDED = date(2027, 1, 12)
Rows = list[list[Any]]


class Sheet:
    """The decision sheet of a dossier in somebody's hands."""

    def __init__(self, office: Office, language: Language = Language.NL) -> None:
        self.language = language
        with looking(office.parts, HR) as act:
            self.bytes = dossier_document(act, _tranche(act.policy), "xlsx", language).read()
        workbook = CalamineWorkbook.from_filelike(BytesIO(self.bytes))
        name = text("tranches.sheet.name", language)
        self.rows: Rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)

    def fill(self, request: Body, **cells: object) -> Sheet:
        for row in self.rows[HEADER_ROW + 1 :]:
            if row[PLACE["request_id"]] == request["id"]:
                for column, value in cells.items():
                    row[PLACE[column]] = value
        return self

    def saved(self, spoil: Callable[[Any], object] = lambda _: None) -> bytes:
        """As a spreadsheet program saves what was filled in; `spoil` writes over it."""
        written = BytesIO()
        workbook = xlsxwriter.Workbook(written)
        sheet = workbook.add_worksheet(text("tranches.sheet.name", self.language))
        for at, row in enumerate(self.rows):
            sheet.write_row(at, 0, row)
        spoil(sheet)
        workbook.close()
        return written.getvalue()


def _tranche(policy: Any) -> Any:
    return tranche_named("2027-1", policy)


def apply(office: Office, content: bytes, *, valid_rows: bool = False) -> DecidedSheet:
    sheet = decision_sheet(content)
    with acting(office.parts, MT) as act:
        return import_decisions(act, _tranche(act.policy), sheet, DECIDED, valid_rows=valid_rows)


def counts(done: DecidedSheet) -> tuple[int, int, int]:
    """Decided now, decided so before, and without a decision."""
    outcomes = done.written.outcomes
    return outcomes[Outcome.CHANGED], outcomes[Outcome.UNCHANGED], done.empty


def taken(office: Office, content: bytes) -> int:
    """How many decisions were recorded; nothing was wrong."""
    done = apply(office, content)
    assert not done.written.wrong
    return counts(done)[0]


def cells_of(office: Office, content: bytes) -> list[tuple[int, str]]:
    """The wrong cells; nothing is kept while there are."""
    wrong = apply(office, content).written.wrong
    assert wrong
    return [(one.row + 1, (one.cell or "-")[0]) for one in wrong]


@pytest.fixture
def two(tranches: Tranches) -> tuple[Body, Body]:
    """A request proposed to be granted and one proposed to be rejected, in January."""
    office = tranches.office
    office.clock.moment = office.clock.moment.replace(day=9)
    first = tranches.submitted(employeeIds=list(TEAM[:2]))
    office.clock.advance(minutes=1)
    second = tranches.submitted(employeeIds=["10003"])
    for request, outcome in ((first, "grant"), (second, "reject")):
        office.move(request, "under_review")
        office.weigh(request, 0, 2, 2, 0, 2)
        office.propose(request, outcome)
    tranches.at("2027-01-12 10:00:00")
    return first, second


def test_decisions_come_back_and_tell_everybody(tranches: Tranches, two: tuple[Body, Body]) -> None:
    first, second = two
    sheet = Sheet(tranches.office).fill(first, decision="toekennen")
    sheet.fill(second, decision=" Afwijzen ")
    done = apply(tranches.office, sheet.saved())
    assert (counts(done), done.written.wrong) == ((2, 0, 0), ())
    assert (tranches.state(first), tranches.state(second)) == ("granted", "rejected")
    assert {name for name, _ in tranches.told()} == {
        "request_grant_scheme_employee",
        "request_grant_manager",
        "request_reject_employee",
        "request_reject_manager",
    }
    path = f"/training-requests/{first['id']}/decisions"
    decided = tranches.office.call("GET", path, Role.HR).get_json()["items"][0]
    assert (decided["decidedBy"], decided["decidedDate"]) == ("MT", "2027-01-12")
    assert not decided["departsFromProposal"]


def test_the_same_file_again_changes_nothing(tranches: Tranches, two: tuple[Body, Body]) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    content = sheet.saved()
    apply(tranches.office, content)
    told = tranches.told()
    done = apply(tranches.office, content)
    assert counts(done) == (0, 1, 1)
    assert tranches.told() == told
    assert cells_of(tranches.office, sheet.fill(two[0], decision="afwijzen").saved()) == [(3, "H")]


def test_a_departure_needs_a_reason(tranches: Tranches, two: tuple[Body, Body]) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="uitstellen")
    assert cells_of(tranches.office, sheet.saved()) == [(3, "I")]
    sheet.fill(two[0], reason="Volgend jaar past het beter.")
    assert taken(tranches.office, sheet.saved()) == 1
    assert tranches.state(two[0]) == "deferred"


def test_the_sheet_shows_what_is_above_the_norm_and_takes_the_exemption(
    tranches: Tranches,
) -> None:
    """91.00 hours on a legal ground: 11.00 above the norm."""
    office = tranches.office
    long: Body = {"costsEur": "2400.00", "hours": "91.00", "repaymentScheme": True}
    asked: Body = {"ground": "legal", "evidence": "Certificaat verloopt", "hours": "91.00"}
    first = office.proposed(grant=long, **asked)
    office.clock.moment = NOVEMBER
    second = office.proposed(employeeIds=["10002"])
    sheet = Sheet(office)
    norms = {row[PLACE["request_id"]]: row[PLACE["norm"]] for row in sheet.rows[HEADER_ROW + 1 :]}
    assert norms == {first["id"]: "Sanne Test10001 (10001), 2027: 11 uur", second["id"]: ""}
    for request in (first, second):
        sheet.fill(request, decision="toekennen", exemption="ja")
    assert [cell for _, cell in cells_of(office, sheet.saved())] == ["N"]
    assert taken(office, sheet.fill(second, exemption="nee").saved()) == 2
    (given,) = office.call("GET", "/norm-exemptions", Role.HR).get_json()["items"]
    assert (given["employeeId"], given["year"], given["extraHours"]) == ("10001", 2027, "11.00")


def test_a_sheet_of_before_exemptions_is_still_taken(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    for row in sheet.rows:
        for name in ("exemption", "norm"):
            if len(row) > PLACE[name]:
                del row[PLACE[name]]
    assert taken(tranches.office, sheet.saved()) == 1


def test_what_was_not_weighed_needs_a_reason_on_the_sheet_too(tranches: Tranches) -> None:
    request = tranches.submitted()
    tranches.office.move(request, "under_review")
    tranches.office.propose(request)
    tranches.at("2027-01-12 10:00:00")
    sheet = Sheet(tranches.office).fill(request, decision="toekennen")
    assert cells_of(tranches.office, sheet.saved()) == [(3, "I")]
    assert taken(tranches.office, sheet.fill(request, reason="Nog één plaats.").saved())


def test_a_grant_may_name_other_costs_with_a_reason(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(
        two[0], decision="toekennen", costs="1.999,50", scheme="nee", reason="Zonder boeken."
    )
    apply(tranches.office, sheet.saved())
    grants = tranches.office.call("GET", f"/grants?requestId={two[0]['id']}", Role.HR).get_json()[
        "items"
    ]
    assert {(one["costsEur"], one["repaymentScheme"]) for one in grants} == {("999.75", False)}


def test_to_grant_what_was_not_proposed_all_terms_are_needed(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[1], decision="toekennen", reason="Toch nodig.")
    assert cells_of(tranches.office, sheet.saved()) == [(4, "J"), (4, "K"), (4, "L")]
    sheet.fill(two[1], costs=500, hours=16.5, scheme="nee")
    assert taken(tranches.office, sheet.saved()) == 1


def test_every_wrong_cell_is_named_and_nothing_is_recorded(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    sheet.fill(two[1], decision="misschien", costs="veel", hours=1.234, scheme="soms")
    found = cells_of(tranches.office, sheet.saved())
    assert found == [(4, "H"), (4, "J"), (4, "K"), (4, "L")]
    assert tranches.state(two[0]) == "proposed"
    assert tranches.told() == []


@pytest.mark.parametrize("value", ["", 2160, "#NAME?"])
@pytest.mark.parametrize("column", ["decision", "costs", "hours", "scheme", "reason"])
def test_a_formula_is_refused_by_its_cell_and_never_read_as_the_proposal(
    tranches: Tranches, two: tuple[Body, Body], column: str, value: object
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    row, place = HEADER_ROW + 1, PLACE[column]
    content = sheet.saved(lambda written: written.write_formula(row, place, "=E3*0.9", None, value))
    assert cells_of(tranches.office, content) == [(row + 1, "ABCDEFGHIJKLMN"[place])]
    assert tranches.state(two[0]) == "proposed"


def test_merged_cells_are_refused_where_one_decision_would_hide_another(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    row, place = HEADER_ROW + 1, PLACE["decision"]
    content = sheet.saved(
        lambda written: written.merge_range(row, place, row + 1, place, "toekennen")
    )
    assert cells_of(tranches.office, content) == [(row + 1, "H"), (row + 2, "H")]


def test_a_column_of_notes_beside_the_decisions_is_let_go(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    sheet.rows[HEADER_ROW].append("Onze notities")
    sheet.rows[HEADER_ROW + 1].append("besproken")
    assert taken(tranches.office, sheet.saved()) == 1


def test_on_demand_the_right_rows_are_recorded(tranches: Tranches, two: tuple[Body, Body]) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    sheet.fill(two[1], decision="uitstellen")
    done = apply(tranches.office, sheet.saved(), valid_rows=True)
    assert (counts(done)[0], [one.cell for one in done.written.wrong]) == (1, ["I4"])
    assert (tranches.state(two[0]), tranches.state(two[1])) == ("granted", "proposed")


def test_a_request_that_is_not_in_the_dossier_or_is_there_twice_is_refused(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    sheet.rows.append([*sheet.rows[2]])
    sheet.fill(two[1], decision="afwijzen", request_id="iets anders")
    assert cells_of(tranches.office, sheet.saved()) == [(3, "O"), (4, "O"), (5, "O")]


def _proposed_anew(tranches: Tranches, request: Body) -> None:
    tranches.office.propose(request, "reject")


def _weighed_anew(tranches: Tranches, request: Body) -> None:
    tranches.weigh(request, 0, 1, 1, 1, 1)


def _budget_set(tranches: Tranches, _: Body) -> None:
    tranches.budget("1000.00")


def _withdrawn(tranches: Tranches, request: Body) -> None:
    tranches.office.move(request, "withdrawn")


@pytest.mark.parametrize("change", [_proposed_anew, _weighed_anew, _budget_set, _withdrawn])
def test_a_file_of_an_older_dossier_is_refused(
    tranches: Tranches, two: tuple[Body, Body], change: Any
) -> None:
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    change(tranches, two[1])
    with pytest.raises(UnreadableWorkbook, match="other_dossier"):
        apply(tranches.office, sheet.saved())
    assert tranches.state(two[0]) == "proposed"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook at all"])
def test_what_is_no_workbook_is_refused_as_a_whole(tranches: Tranches, content: bytes) -> None:
    with pytest.raises(UnreadableWorkbook, match="not_a_workbook"):
        apply(tranches.office, content)


def test_a_workbook_without_the_sheet_or_without_decisions_is_refused(
    tranches: Tranches, two: tuple[Body, Body]
) -> None:
    sheet = Sheet(tranches.office)
    with pytest.raises(UnreadableWorkbook, match="no_decisions"):
        apply(tranches.office, sheet.saved())
    sheet.rows[HEADER_ROW][PLACE["decision"]] = "Iets anders"
    with pytest.raises(UnreadableWorkbook, match="missing_headings"):
        apply(tranches.office, sheet.saved())
    sheet.language = Language.EN
    with pytest.raises(UnreadableWorkbook, match="missing_headings"):
        apply(tranches.office, sheet.saved())


def test_only_the_cells_to_fill_in_are_open(tranches: Tranches, two: tuple[Body, Body]) -> None:
    with zipfile.ZipFile(BytesIO(Sheet(tranches.office).bytes)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "sheets/sheet" in name]
    protected = [sheet for sheet in sheets if "sheetProtection" in sheet]
    assert len(protected) == 1
    assert protected[0].count("<dataValidation ") == 3
    assert [column.name for column in COLUMNS if column.open] == [
        "decision",
        "reason",
        "costs",
        "hours",
        "scheme",
        "exemption",
    ]


def test_in_english_too(tranches: Tranches, two: tuple[Body, Body]) -> None:
    sheet = Sheet(tranches.office, Language.EN).fill(two[0], decision="grant", scheme="yes")
    assert taken(tranches.office, sheet.saved()) == 1


def test_the_commands_write_the_dossier_and_take_the_decisions(
    tranches: Tranches, two: tuple[Body, Body], tmp_path: Path
) -> None:
    context = Context(None)
    context.__dict__["parts"] = tranches.office.parts
    context.__dict__["settings"] = tranches.office.parts.settings
    out = tmp_path / "dossier.xlsx"

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(command, ["2027-1", *arguments], obj=context)

    assert run("dossier", "--format", "xlsx", "--output", str(out)).exit_code == 0
    sheet = Sheet(tranches.office).fill(two[0], decision="toekennen")
    sheet.fill(two[1], decision="uitstellen")
    out.write_bytes(sheet.saved())
    said = ["decide", str(out), "--decided-by", "MT 12 januari", "--decided-on", "2027-01-12"]
    tried = run(*said, "--dry-run", "--valid-rows")
    assert f"rij 3: {two[0]['title']}: toekennen, € " in tried.output.replace("\xa0", " ")
    assert "Proef, er is niets vastgelegd. Zou worden vastgelegd: 1." in tried.output
    assert tranches.state(two[0]) == "proposed"
    refused = run(*said)
    assert refused.exit_code == 1
    assert "Blad „Besluiten”, rij 4, cel I4: " in refused.output
    taken = run(*said, "--valid-rows")
    assert taken.exit_code == 1
    assert "Vastgelegd: 1." in taken.output
    assert tranches.state(two[0]) == "granted"
    again = CliRunner().invoke(command, ["2027-7", "dossier"], obj=context)
    assert again.exit_code == 1
    assert "2027-7" in again.output
