"""What goes to the archive: each object once, whole, with metadata that the standard takes."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import delete, select

from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.archive import ArchiveExportRow
from adapter.ground.store.tables.work import AuditLineRow
from adapter.views.archive import mdto
from adapter.views.archive.exports import Exported, Wanted, export_objects
from adapter.views.archive.packages import pdf_format
from tests.adapter.views.archive.conftest import LEFT, LONG_AFTER, PDF, Dossier
from tests.fixtures.leavers import LEAVER
from tests.fixtures.mdto_schema import NAMESPACE, faults, held_in

IN = {"m": NAMESPACE}
KINDS = ["agreement", "claim", "commitment_ruling", "decision", "ruling", "statement"]


def _file(folder: Path, kind: str, ending: str) -> Path:
    [found] = folder.glob(f"{kind}-*/{kind}-*{ending}")
    return found


def _object(folder: Path, kind: str) -> Element:
    [found] = folder.glob(f"{kind}-*")
    return held_in((found / f"{found.name}.mdto.xml").read_bytes())


def test_each_kind_is_written_with_its_files_and_their_metadata(
    dossier: Dossier, tmp_path: Path
) -> None:
    assert dossier.export(tmp_path) == Exported(6, 0, 0)
    assert sorted({one.name.split("-")[0] for one in tmp_path.iterdir()}) == KINDS
    for folder in tmp_path.iterdir():
        names = {file.name for file in folder.iterdir()}
        files = {name for name in names if not name.endswith(".mdto.xml")}
        assert {f"{folder.name}.pdf", f"{folder.name}.json"} <= files
        assert names - files == {f"{name}.mdto.xml" for name in (folder.name, *files)}
        assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert _file(tmp_path, "agreement", "-signed-1.pdf").read_bytes() == PDF


def test_all_metadata_is_as_the_standard_has_it(dossier: Dossier, tmp_path: Path) -> None:
    dossier.export(tmp_path)
    written = sorted(tmp_path.rglob("*.mdto.xml"))
    assert len(written) == 6 + 13
    assert {file.name: faults(file.read_bytes()) for file in written} == {
        file.name: [] for file in written
    }


def test_what_the_standard_refuses_is_seen(dossier: Dossier, tmp_path: Path) -> None:
    dossier.export(tmp_path)
    good = _file(tmp_path, "decision", ".json.mdto.xml").read_text(encoding="utf-8")
    size = good[good.index("<omvang>") : good.index("</omvang>") + len("</omvang>")]
    for spoiled, said in (
        (good.replace(size, ""), "bestand has 0 of omvang"),
        (good.replace(size, "<omvang>veel</omvang>"), "bestand/omvang is 'veel'"),
        (good.replace(size, size + size), "bestand has 2 of omvang"),
        (good.replace("checksumWaarde", "waarde"), "where it has no place"),
    ):
        assert any(said in fault for fault in faults(spoiled.encode())), said


def test_metadata_tells_what_it_is_how_long_it_is_kept_and_about_whom(
    dossier: Dossier, tmp_path: Path
) -> None:
    dossier.export(tmp_path)
    one = _object(tmp_path, "ruling")

    def said(path: str) -> list[str | None]:
        return [node.text for node in one.findall(path, IN)]

    assert said("m:naam") == [
        "Besluit op een opleidingsaanvraag: Leergang <Omgevingsrecht> & meer, 23 november 2027"
    ]
    assert said("m:aggregatieniveau/m:begripLabel") == ["Archiefstuk"]
    assert said("m:classificatie/m:begripCode") == ["ruling"]
    assert said("m:waardering/m:begripCode") == ["V"]
    assert said("m:informatiecategorie/m:begripLabel") == ["8.1 Opleiding: besluit"]
    assert said("m:informatiecategorie//m:verwijzingNaam") == ["Selectielijst ODWH 2026"]
    assert said("m:archiefvormer/m:verwijzingNaam") == ["Omgevingsdienst West-Holland"]
    assert said("m:betrokkene//m:identificatieKenmerk") == [LEAVER]
    assert said("m:beperkingGebruik//m:verwijzingNaam") == [
        "Algemene verordening gegevensbescherming (AVG)"
    ]
    # The employment has not ended yet: the term has not begun.
    assert said("m:bewaartermijn/m:termijnLooptijd") == ["P3653D"]
    assert said("m:bewaartermijn/m:termijnEinddatum") == []


def test_a_term_that_began_has_its_days(dossier: Dossier, tmp_path: Path) -> None:
    dossier.years_pass()
    dossier.export(tmp_path)
    one = _object(tmp_path, "ruling")
    days = [node.text for node in one.findall("m:bewaartermijn/*", IN)[1:]]
    assert days == ["2027-12-31", "P3653D", str(LEFT + timedelta(days=3653))]


def test_what_is_kept_for_good_has_no_term(dossier: Dossier, tmp_path: Path) -> None:
    forever = dossier.archiving(kept_for_good="ruling")
    wanted = Wanted(LEFT, tmp_path)
    export_objects(dossier.register, dossier.clock, forever, wanted, "archivaris")
    one = _object(tmp_path, "ruling")
    assert [node.text for node in one.findall("m:waardering/m:begripCode", IN)] == ["B"]
    assert one.findall("m:bewaartermijn", IN) == []


def test_a_checksum_is_that_of_the_file(dossier: Dossier, tmp_path: Path) -> None:
    dossier.export(tmp_path)
    for folder in tmp_path.iterdir():
        for beside in folder.glob("*.*.mdto.xml"):
            file = folder / beside.name.removesuffix(".mdto.xml")
            one = held_in(beside.read_bytes())
            content = file.read_bytes()
            sha256 = one.findtext("m:checksum/m:checksumWaarde", namespaces=IN)
            assert sha256 == hashlib.sha256(content).hexdigest()
            assert one.findtext("m:omvang", namespaces=IN) == str(len(content))
    with dossier.register.read() as connection:
        kept = rows_of(connection, select(ArchiveExportRow))
    for row in kept:
        for name, sha256 in row.files.items():
            [file] = tmp_path.glob(f"*/{name}")
            assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def test_the_rows_go_along_without_the_file_itself(dossier: Dossier, tmp_path: Path) -> None:
    dossier.export(tmp_path)
    told = json.loads(_file(tmp_path, "agreement", ".json").read_bytes())
    assert set(told["rows"]) == {"agreements", "grants", "signatures", "signed_files"}
    assert "content" not in told["rows"]["signed_files"][0]
    assert told["employees"] == [LEAVER]


def test_a_second_run_writes_only_what_is_new_or_changed(dossier: Dossier, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("1", "2", "3"))
    dossier.export(first)
    assert dossier.export(second) == Exported(0, 0, 6)
    assert not second.exists()
    statement_id = dossier.override_the_statement()
    assert dossier.export(third) == Exported(1, 1, 5)
    assert [one.name for one in third.iterdir()] == [f"statement-{statement_id}-2"]
    with dossier.register.read() as connection:
        lines = rows_of(connection, select(AuditLineRow).order_by(AuditLineRow.result))
    assert [(line.action, line.actor, line.result) for line in lines] == [
        ("export-archive", "archivaris", "0 exported, 6 already"),
        ("export-archive", "archivaris", "1 exported, 5 already"),
        ("export-archive", "archivaris", "6 exported, 0 already"),
    ]


def test_a_folder_that_was_lost_can_be_written_again(dossier: Dossier, tmp_path: Path) -> None:
    dossier.export(tmp_path / "lost")
    assert dossier.export(tmp_path / "again", whole=True) == Exported(6, 6, 0)
    assert all(one.name.endswith("-2") for one in (tmp_path / "again").iterdir())


def test_a_run_that_was_killed_before_it_was_noted_is_made_up_for(
    dossier: Dossier, tmp_path: Path
) -> None:
    dossier.export(tmp_path)
    with dossier.register.write() as connection:
        connection.execute(delete(ArchiveExportRow).where(ArchiveExportRow.kind == "claim"))
    (tmp_path / ".claim-x.new").mkdir()
    assert dossier.export(tmp_path) == Exported(1, 0, 5)


def test_a_folder_is_on_the_disk_before_it_is_noted(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    fsync = os.fsync

    def noting(place: int) -> None:
        settled.append(str(Path(f"/proc/self/fd/{place}").readlink()))
        fsync(place)

    monkeypatch.setattr(os, "fsync", noting)
    dossier.export(tmp_path)
    assert len([one for one in settled if one.endswith(".new")]) == 6
    assert settled.count(str(tmp_path)) == 6


@pytest.mark.parametrize(("until", "objects"), [(date(2027, 11, 22), 0), (date(2027, 11, 23), 6)])
def test_only_what_was_made_until_that_day_goes(
    dossier: Dossier, tmp_path: Path, until: date, objects: int
) -> None:
    assert dossier.export(tmp_path, until).objects == objects


def test_characters_that_xml_has_no_place_for_are_left_out() -> None:
    who = mdto.Reference("naam\x00\x0b\ufffe van <ons> & jou")
    one = mdto.FileData(
        mdto.Identification("k", "b"), "n.pdf", 1, mdto.SHA_256, "00", LONG_AFTER, who
    )
    written = mdto.file_xml(one)
    assert faults(written) == []
    file = held_in(written)
    assert file.findtext("m:isRepresentatieVan/m:verwijzingNaam", namespaces=IN) == (
        "naam van <ons> & jou"
    )


@pytest.mark.parametrize(
    ("first_line", "number"),
    [(b"%PDF-1.4\n", "fmt/18"), (b"%PDF-1.7\n", "fmt/276"), (b"%PDF-2.0\n", "fmt/1129")],
)
def test_an_uploaded_pdf_has_the_format_that_it_says_it_has(first_line: bytes, number: str) -> None:
    assert pdf_format(first_line)[1] == number
