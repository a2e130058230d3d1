"""The declaration of destruction (verklaring van vernietiging): what was destroyed, when, by whom
and on which ground. About whom it was stands nowhere."""

from __future__ import annotations

from datetime import date, datetime

from adapter.ground.rendering.content import Column, Fact, Kind, Report, Section, Table
from adapter.ground.store.tables.archive import DestructionRow
from config.catalogue import Language, text
from policy.days import amsterdam_day

_COLUMNS = (
    ("kind", Kind.TEXT),
    ("id", Kind.TEXT),
    ("category", Kind.TEXT),
    ("made_on", Kind.DAY),
    ("exported_on", Kind.DAY),
)


def declaration_report(row: DestructionRow, organisation: str, language: Language) -> Report:
    def say(name: str, /, **numbers: object) -> str:
        return text(f"archive.declaration.{name}", language, **numbers)

    facts = (
        Fact("organisation", say("organisation"), organisation),
        Fact("destroyed_at", say("destroyed_at"), row.destroyed_at, Kind.MOMENT),
        Fact("destroyed_by", say("destroyed_by"), row.destroyed_by),
        Fact("recorded_by", say("recorded_by"), row.recorded_by),
        Fact("ground", say("ground"), row.ground),
        Fact("selection_list", say("selection_list"), row.selection_list),
        Fact("objects", say("objects"), len(row.objects), Kind.COUNT),
    )
    table = Table(
        "destroyed",
        say("destroyed"),
        tuple(
            Column(name, text(f"archive.column.{name}", language), kind) for name, kind in _COLUMNS
        ),
        tuple(_line(one, language) for one in row.objects),
    )
    return Report(
        f"destruction-{row.id}",
        say("title"),
        say("subtitle", reference=row.id),
        language,
        row.destroyed_at,
        facts=facts,
        sections=(
            Section("destroyed", say("destroyed"), paragraphs=(say("how"),), tables=(table,)),
        ),
    )


def _line(one: dict[str, str], language: Language) -> tuple[str, str, str, date, date]:
    return (
        text(f"archive.kind.{one['kind']}", language),
        one["id"],
        one["category"],
        _day(one["madeAt"]),
        _day(one["exportedAt"]),
    )


def _day(moment: str) -> date:
    return amsterdam_day(datetime.fromisoformat(moment))
