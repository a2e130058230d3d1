"""The fields of the request form, a line each: what the preset makes and what is read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class Part(StrEnum):
    """The headings under which fields are asked, in the order of the page."""

    WHAT = "Wat"
    FOR_WHOM = "Voor wie"
    WHY = "Waarom"
    WHEN = "Wanneer"
    COSTS = "Kosten"


_DAY_OR_TEXT = frozenset({"text", "date"})


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as the preset makes it; `types` are those that a form made by hand may have too.

    `part` is where it is asked, None for the two in which we answer. One that
    `leads` comes before the others of its part.
    """

    name: str
    holds: str
    part: Part | None = None
    type: str = "text"
    types: frozenset[str] = frozenset()
    options: tuple[str, ...] = ()
    required: bool = False
    leads: bool = False


def _made(name: str, holds: str, part: Part | None = None, **more: Any) -> Any:
    return field(default=name, metadata={"made": FormField(name, holds, part, **more)})


@dataclass(frozen=True, slots=True)
class RequestFields:
    """Names of the fields by our name, in the order of the form.

    A field that may be None is optional: None says that the form has no such field, and a form
    that lacks it under the name given here is read without it.
    """

    title: str = _made("Opleiding", "Korte naam van de opleiding.", Part.WHAT, required=True)
    ground: str = _made(
        "Grondslag",
        "Waarom de opleiding nodig is.",
        Part.WHY,
        type="menu",
        options=("wettelijk", "functiegebonden", "organisatie", "team", "individueel"),
        required=True,
        leads=True,
    )
    hours: str = _made(
        "Leeruren", "Uren voor één deelnemer, zoals 24 of 24,5.", Part.WHAT, required=True
    )
    fee: str = _made(
        "Kosten",
        "Cursusgeld in euro's voor alle deelnemers samen, zoals 1250,50.",
        Part.COSTS,
        required=True,
    )
    employees: str | None = _made(
        "Personeelsnummers",
        "Voor wie uit uw team, met komma's ertussen. Leeg: voor uzelf.",
        Part.FOR_WHOM,
    )
    participants: str | None = _made(
        "Aantal deelnemers", "Voor een groep zonder namen.", Part.FOR_WHOM
    )
    courses: str | None = _made(
        "Cursusnummers", "ID-nummers van cursussen in Moodle, met komma's ertussen.", Part.WHAT
    )
    trajectory: str | None = _made(
        "Traject", "Naam van het traject. Een traject of een cursusnummer is nodig.", Part.WHAT
    )
    starts_on: str | None = _made("Startdatum", "Zoals 31-01-2027.", Part.WHEN, types=_DAY_OR_TEXT)
    ends_on: str | None = _made("Einddatum", "Zoals 31-01-2027.", Part.WHEN, types=_DAY_OR_TEXT)
    mandatory: str | None = _made(
        "Wettelijk verplicht",
        "Moet de werkgever deze opleiding kosteloos aanbieden?",
        Part.WHY,
        type="menu",
        options=("ja", "nee", "weet ik niet"),
    )
    mandatory_source: str | None = _made(
        "Bron van de verplichting", "Wet, cao, instantie of functie.", Part.WHY
    )
    evidence: str | None = _made(
        "Bewijs",
        "Adres van een pagina of document dat de noodzaak laat zien.",
        Part.WHY,
        type="url",
        types=frozenset({"text", "url"}),
    )
    books: str | None = _made("Boeken", "Euro's, voor alle deelnemers samen.", Part.COSTS)
    exam: str | None = _made("Examenkosten", "Euro's, voor alle deelnemers samen.", Part.COSTS)
    travel: str | None = _made("Reiskosten", "Euro's, voor alle deelnemers samen.", Part.COSTS)
    wage: str | None = _made(
        "Loonkosten", "Euro's, voor alle deelnemers samen. Telt nergens mee.", Part.COSTS
    )
    subsidy: str | None = _made(
        "Subsidie", "Euro's, voor alle deelnemers samen. Gaat van de kosten af.", Part.COSTS
    )
    work_time_share: str | None = _made(
        "Deel in werktijd", "Van 0 tot 1, of een percentage. Leeg: alles.", Part.WHEN
    )
    appraisal_on: str | None = _made(
        "Datum gesprek",
        "Dag van het gesprek waarin dit is afgesproken, zoals 31-01-2027.",
        Part.WHY,
        types=_DAY_OR_TEXT,
    )
    motivation: str | None = _made("Motivatie", "Waarom dit nodig is.", Part.WHY, leads=True)
    status: str = _made("Status", "Wordt ingevuld door het opleidingsregister.")
    decision: str = _made("Besluit", "Wordt ingevuld door het opleidingsregister.")


FIELDS_OF_PRESET = RequestFields()
FORM_FIELDS: Mapping[str, FormField] = {
    one.name: one.metadata["made"] for one in fields(RequestFields)
}
"""By our name."""
ASKED = tuple(ours for ours, made in FORM_FIELDS.items() if made.part)
"""What an entry can hold; the others are our answers in it."""
NEEDED = frozenset(one.name for one in fields(RequestFields) if "None" not in str(one.type))
