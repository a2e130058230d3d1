"""Records are brought to the archive and destroyed by command, as an archivist has it done."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.adapter.programs.cli.conftest import Run
from tests.adapter.views.archive.conftest import Dossier, dossier, naming
from tests.fixtures.agency import Agency
from tests.fixtures.leavers import LEAVER

__all__ = ["dossier"]


def test_without_a_selection_list_nothing_is_archived(
    agency: Agency, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    for command in (["export", "--until", "2027-01-01", "--to", str(folder)], ["destroy"]):
        result = run(agency.parts, "archive", *command)
        assert result.exit_code == 1
        assert "ODWH_ARCHIVE_SELECTION_LIST" in result.output
    assert not folder.exists()


def test_an_export_says_what_it_wrote_and_what_was_there(
    dossier: Dossier, run: Run, tmp_path: Path
) -> None:
    command = ("archive", "export", "--until", "2027-11-23", "--to", str(tmp_path / "archive"))
    assert "6 objects written" in run(dossier.parts, *command).output
    again = run(dossier.parts, *command)
    assert again.exit_code == 0, again.output
    assert "0 objects written" in again.output
    assert "6 were exported already" in again.output


def test_a_day_that_has_not_come_cannot_be_exported(
    dossier: Dossier, run: Run, tmp_path: Path
) -> None:
    command = ("archive", "export", "--until", "2099-01-01", "--to", str(tmp_path / "archive"))
    assert "has not come yet" in run(dossier.parts, *command).output


def test_the_list_comes_first_and_the_act_names_it(
    dossier: Dossier, run: Run, tmp_path: Path
) -> None:
    dossier.years_pass()
    listed = run(dossier.parts, "archive", "destroy")
    assert listed.exit_code == 0, listed.output
    assert f"{LEAVER}  left 2027-12-31  kept until 2037-12-31  not yet" in listed.output
    assert "6 not exported yet" in listed.output
    run(dossier.parts, "archive", "export", "--until", "2039-01-01", "--to", str(tmp_path / "a"))
    listed = run(dossier.parts, "archive", "destroy")
    assert "agreement (8.2 Opleiding: overeenkomst): 1" in listed.output
    [mark] = re.findall(r"--list (\w+)", listed.output)
    assert "decisions" in naming(dossier.register, LEAVER)

    act = ("archive", "destroy", "--list", mark)
    assert run(dossier.parts, *act).exit_code == 2
    decided = ("--by", "A. Chivaris, archivaris", "--ground", "besluit 2039-12")
    other = run(dossier.parts, "archive", "destroy", "--list", "0" * 12, *decided)
    assert other.exit_code == 1
    assert "nothing was destroyed" in other.output
    done = run(dossier.parts, *act, *decided, "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"]["decisions"] == 1
    assert naming(dossier.register, LEAVER) == set()
    assert run(dossier.parts, "audit", "verify").exit_code == 0
    assert "nothing can be destroyed" in run(dossier.parts, *act, *decided).output


def test_a_declaration_can_be_read_afterwards(dossier: Dossier, run: Run, tmp_path: Path) -> None:
    run(dossier.parts, "archive", "export", "--until", "2027-11-23", "--to", str(tmp_path / "a"))
    dossier.years_pass()
    listed = run(dossier.parts, "archive", "destroy", "--format", "json")
    mark = json.loads(listed.stdout)["mark"]
    decided = ("--by", "A. Chivaris, archivaris", "--ground", "besluit 2039-12")
    done = run(dossier.parts, "archive", "destroy", "--list", mark, *decided, "--format", "json")
    number = json.loads(done.stdout)["declaration"]
    kept = json.loads(run(dossier.parts, "archive", "declaration", "--format", "json").stdout)
    assert [(one["id"], len(one["objects"])) for one in kept] == [(number, 6)]
    assert number in run(dossier.parts, "archive", "declaration").output
    file = tmp_path / "verklaring.pdf"
    written = run(dossier.parts, "archive", "declaration", number, "--output", str(file))
    assert written.exit_code == 0, written.output
    assert file.read_bytes().startswith(b"%PDF")
    told = json.loads(
        run(dossier.parts, "archive", "declaration", number, "--format", "json").stdout
    )
    assert told["title"] == "Verklaring van vernietiging"
    assert len(told["sections"][0]["tables"][0]["rows"]) == 6


@pytest.mark.parametrize("number", ["", "no-such"])
def test_a_declaration_that_is_not_there_is_told(dossier: Dossier, run: Run, number: str) -> None:
    result = run(dossier.parts, "archive", "declaration", *([number] if number else []))
    assert ("0 declarations" if not number else "there is no such declaration") in result.output
