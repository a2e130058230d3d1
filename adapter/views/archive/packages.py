"""The package of an information object: a PDF to read, JSON with all its rows, the signed files,
and beside each of these and beside the object its metadata."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapter.ground.store.inventory import Holds, inventory
from adapter.ground.store.tables.procedure import SignedFileRow
from adapter.views.archive import mdto
from adapter.views.archive.information_objects import InformationObject, KeptRow
from adapter.views.archive.mdto import Concept, FileData, Identification, Reference
from adapter.views.archive.object_page import Words, object_pdf
from adapter.views.documents.letter import Sender
from adapter.views.privacy.erasure_plan import last_day_of
from config.catalogue import Language, text
from config.settings import ArchiveSettings, RetentionSettings, Settings
from policy.days import amsterdam_day

PDF_A, JSON_TEXT = ("Acrobat PDF/A - Portable Document Format", "fmt/476"), ("JSON", "fmt/817")
"""Name and number in PRONOM: of PDF/A-2a, which we write, and of JSON."""
_PDF = "Acrobat PDF {version} - Portable Document Format"
_PDF_NUMBERS = {
    **{f"1.{minor}": f"fmt/{14 + minor}" for minor in range(7)},
    "1.7": "fmt/276",
    "2.0": "fmt/1129",
}
_NOT_ARCHIVED = (Holds.SECRET, Holds.FILES)


@dataclass(frozen=True, slots=True)
class Archiving:
    """By whom, by which list and terms, and in which language."""

    creator: Reference
    selection: ArchiveSettings
    terms: RetentionSettings
    words: Words

    @classmethod
    def by(cls, settings: Settings, language: Language) -> Archiving | None:
        """None while no selection list is set."""
        if settings.archive is None:
            return None
        known_as = settings.archive.creator_id
        identification = None if known_as is None else Identification(known_as, "TOOI")
        return cls(
            Reference(settings.organisation.name, identification),
            settings.archive,
            settings.retention,
            Words(language, Sender.of(settings)),
        )

    def say(self, name: str) -> str:
        return text(f"archive.metadata.{name}", self.words.language)

    @property
    def source(self) -> str:
        """Who gives the keys of objects and files."""
        return self.say("source")

    def category(self, one: InformationObject) -> str:
        return self.selection.categories[one.kind.value]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: bytes
    format: tuple[str, str]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def package(
    connection: Connection, one: InformationObject, archiving: Archiving, now: datetime
) -> dict[str, bytes]:
    """By name of the file."""
    stem = f"{one.kind}-{one.id}"
    files = tuple(_files(connection, one, archiving, stem))
    key = f"{one.kind}/{one.id}"
    itself = Reference(archiving.words.name(one), Identification(key, archiving.source))
    made = {f"{stem}.mdto.xml": _object_metadata(connection, one, archiving, itself, files, now)}
    for file in files:
        made[file.name] = file.content
        made[f"{file.name}.mdto.xml"] = mdto.file_xml(
            FileData(
                Identification(f"{key}/{file.name}", archiving.source),
                file.name,
                len(file.content),
                Concept(file.format[0], mdto.FORMATS, file.format[1]),
                file.sha256,
                now,
                itself,
            )
        )
    return made


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _files(
    connection: Connection, one: InformationObject, archiving: Archiving, stem: str
) -> Iterator[_File]:
    yield _File(f"{stem}.pdf", object_pdf(connection, one, archiving.words), PDF_A)
    yield _File(f"{stem}.json", _as_json(one), JSON_TEXT)
    for row in one.rows_of(SignedFileRow):
        content: bytes = row["content"]
        yield _File(f"{stem}-signed-{row['number']}.pdf", content, pdf_format(content))


def pdf_format(content: bytes) -> tuple[str, str]:
    """By the version that a PDF says it has in its first line."""
    version = content[5:8].decode("ascii", errors="replace")
    return _PDF.format(version=version), _PDF_NUMBERS.get(version, "fmt/1129")


def _as_json(one: InformationObject) -> bytes:
    told = {
        "kind": one.kind,
        "id": one.id,
        "madeAt": one.made_at,
        "employees": one.employees,
        "rows": {table: [_told(table, row) for row in rows] for table, rows in one.rows.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _told(table: str, row: KeptRow) -> dict[str, Any]:
    left_out = inventory()[table].holding(*_NOT_ARCHIVED)
    return {name: value for name, value in row.items() if name not in left_out}


def _object_metadata(
    connection: Connection,
    one: InformationObject,
    archiving: Archiving,
    itself: Reference,
    files: tuple[_File, ...],
    now: datetime,
) -> bytes:
    words, selection = archiving.words, archiving.selection
    for_good = one.kind.value in selection.for_good
    assert itself.identification is not None
    return mdto.object_xml(
        mdto.InformationObjectData(
            identification=itself.identification,
            name=itself.name,
            classification=Concept(words.kind(one), archiving.say("kinds"), one.kind),
            description=text(f"archive.description.{one.kind}", words.language),
            language=words.language,
            created_at=one.made_at,
            appraisal=mdto.KEPT_FOR_GOOD if for_good else mdto.TO_BE_DESTROYED,
            term=None if for_good else _term(connection, one, archiving, amsterdam_day(now)),
            category=Concept(archiving.category(one), selection.selection_list),
            files=tuple(
                Reference(
                    file.name,
                    Identification(f"{itself.identification.key}/{file.name}", archiving.source),
                )
                for file in files
            ),
            creator=archiving.creator,
            involved=tuple(_involved(one, archiving)),
            restriction=(
                Concept(archiving.say("personal_data"), archiving.say("gdpr")),
                archiving.say("restricted"),
            ),
        )
    )


def _involved(one: InformationObject, archiving: Archiving) -> Iterator[tuple[Concept, Reference]]:
    relation = Concept(archiving.say("employee"), archiving.say("relations"))
    for number in one.employees:
        known_as = Identification(number, archiving.say("employee_numbers"))
        yield relation, Reference(number, known_as)


def _term(
    connection: Connection, one: InformationObject, archiving: Archiving, today: date
) -> mdto.RetentionTerm:
    """It begins when the last of those whom it is about has left."""
    days = archiving.terms.records_days
    last_days = [last_day_of(connection, number) for number in one.employees]
    left = [day for day in last_days if day is not None and day < today]
    begins_on = max(left) if left and len(left) == len(last_days) else None
    last_on = None if begins_on is None else begins_on + timedelta(days=days)
    trigger = Concept(archiving.say("end_of_employment"), archiving.selection.selection_list)
    return mdto.RetentionTerm(trigger, days, begins_on, last_on)
