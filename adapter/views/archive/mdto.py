"""Metadata as MDTO 1.0.1 has it (Metagegevens voor duurzaam toegankelijke overheidsinformatie,
Nationaal Archief): one XML file for an information object, one for each of its files.

Names of elements and words of the standard's own lists are Dutch and stand here as they are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "https://www.nationaalarchief.nl/mdto"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LEVELS = "Begrippenlijst Aggregatieniveaus MDTO"
EVENTS = "Begrippenlijst EventTypeLijst MDTO"
APPRAISALS = "Begrippenlijst Waarderingen MDTO"
ALGORITHMS = "Begrippenlijst ChecksumAlgoritme MDTO"
FORMATS = "PRONOM-register"


@dataclass(frozen=True, slots=True)
class Identification:
    """`source` says who gave the key."""

    key: str
    source: str


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    identification: Identification | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A word from a list of words."""

    label: str
    of: str
    code: str | None = None


RECORD_LEVEL = Concept("Archiefstuk", LEVELS)
CREATION = Concept("Creatie", EVENTS)
KEPT_FOR_GOOD = Concept("Blijvend te bewaren", APPRAISALS, "B")
TO_BE_DESTROYED = Concept("Tijdelijk te bewaren", APPRAISALS, "V")
SHA_256 = Concept("SHA-256", ALGORITHMS)


@dataclass(frozen=True, slots=True)
class RetentionTerm:
    """Without a first day it has not begun. `last_on` is the last day of keeping."""

    begins_with: Concept
    days: int
    begins_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class InformationObjectData:
    """`restriction` is what the use is restricted by, and a sentence about it."""

    identification: Identification
    name: str
    classification: Concept
    description: str
    language: str
    created_at: datetime
    appraisal: Concept
    term: RetentionTerm | None
    category: Concept
    files: tuple[Reference, ...]
    creator: Reference
    involved: tuple[tuple[Concept, Reference], ...]
    restriction: tuple[Concept, str]


@dataclass(frozen=True, slots=True)
class FileData:
    """`size` in bytes."""

    identification: Identification
    name: str
    size: int
    format: Concept
    sha256: str
    summed_at: datetime
    of_object: Reference


def object_xml(one: InformationObjectData) -> bytes:
    root, node = _document("informatieobject")
    _identification(node, "identificatie", one.identification)
    _text(node, "naam", one.name)
    _concept(node, "aggregatieniveau", RECORD_LEVEL)
    _concept(node, "classificatie", one.classification)
    _text(node, "omschrijving", one.description)
    _text(node, "taal", one.language)
    event = SubElement(node, "event")
    _concept(event, "eventType", CREATION)
    _text(event, "eventTijd", _moment(one.created_at))
    _concept(node, "waardering", one.appraisal)
    if one.term is not None:
        _term(node, one.term)
    _concept(node, "informatiecategorie", one.category)
    for file in one.files:
        _reference(node, "heeftRepresentatie", file)
    _reference(node, "archiefvormer", one.creator)
    for relation, who in one.involved:
        involved = SubElement(node, "betrokkene")
        _concept(involved, "betrokkeneTypeRelatie", relation)
        _reference(involved, "betrokkeneActor", who)
    restricted = SubElement(node, "beperkingGebruik")
    kind, sentence = one.restriction
    _concept(restricted, "beperkingGebruikType", kind)
    _text(restricted, "beperkingGebruikNadereBeschrijving", sentence)
    return _written(root)


def file_xml(one: FileData) -> bytes:
    root, node = _document("bestand")
    _identification(node, "identificatie", one.identification)
    _text(node, "naam", one.name)
    _text(node, "omvang", str(one.size))
    _concept(node, "bestandsformaat", one.format)
    checksum = SubElement(node, "checksum")
    _concept(checksum, "checksumAlgoritme", SHA_256)
    _text(checksum, "checksumWaarde", one.sha256)
    _text(checksum, "checksumDatum", _moment(one.summed_at))
    _reference(node, "isRepresentatieVan", one.of_object)
    return _written(root)


def _document(holds: str) -> tuple[Element, Element]:
    root = Element("MDTO", {"xmlns": NAMESPACE, "xmlns:xsi": _XSI})
    root.set("xsi:schemaLocation", f"{NAMESPACE} {NAMESPACE}/MDTO-XML1.0.1.xsd")
    return root, SubElement(root, holds)


def _written(root: Element) -> bytes:
    indent(root)
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _text(parent: Element, name: str, value: str) -> None:
    """Characters that XML has no place for are left out."""
    SubElement(parent, name).text = _NO_XML.sub("", value)


def _identification(parent: Element, name: str, one: Identification) -> None:
    node = SubElement(parent, name)
    _text(node, "identificatieKenmerk", one.key)
    _text(node, "identificatieBron", one.source)


def _reference(parent: Element, name: str, one: Reference) -> None:
    node = SubElement(parent, name)
    _text(node, "verwijzingNaam", one.name)
    if one.identification is not None:
        _identification(node, "verwijzingIdentificatie", one.identification)


def _concept(parent: Element, name: str, one: Concept) -> None:
    node = SubElement(parent, name)
    _text(node, "begripLabel", one.label)
    if one.code is not None:
        _text(node, "begripCode", one.code)
    _reference(node, "begripBegrippenlijst", Reference(one.of))


def _term(parent: Element, term: RetentionTerm) -> None:
    node = SubElement(parent, "bewaartermijn")
    _concept(node, "termijnTriggerStartLooptijd", term.begins_with)
    for name, value in _days_of(term):
        _text(node, name, value)


def _days_of(term: RetentionTerm) -> Iterator[tuple[str, str]]:
    if term.begins_on is not None:
        yield "termijnStartdatumLooptijd", term.begins_on.isoformat()
    yield "termijnLooptijd", f"P{term.days}D"
    if term.last_on is not None:
        yield "termijnEinddatum", term.last_on.isoformat()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
