"""An information object as people read it: its letter or agreement where it has one, else a page of
its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adapter.ground.rendering.content import Fact, Kind, Report, Section
from adapter.ground.rendering.renderers import RENDERERS
from adapter.ground.store.reading import row_of
from adapter.ground.store.tables.decisions import PolicyVersionRow
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.register.decision_log import findings_of
from adapter.views.archive.information_objects import InformationObject, ObjectKind
from adapter.views.documents.agreement import agreement_document
from adapter.views.documents.letter import Sender, repayment_letter
from adapter.views.findings import sentence
from adapter.views.privacy.record_tables import heading_of, tables_of
from config.catalogue import Language, text
from policy.days import amsterdam_day


@dataclass(frozen=True, slots=True)
class Words:
    """In which language an object is archived, and who sends its letters."""

    language: Language
    sender: Sender

    def kind(self, one: InformationObject) -> str:
        return text(f"archive.kind.{one.kind}", self.language)

    def name(self, one: InformationObject) -> str:
        """What it is called, without whom it is about."""
        return text(
            "archive.page.name",
            self.language,
            kind=self.kind(one),
            about=one.about,
            made=amsterdam_day(one.made_at),
        )


def object_pdf(connection: Connection, one: InformationObject, words: Words) -> bytes:
    """PDF/A-2a."""
    match one.kind:
        case ObjectKind.AGREEMENT:
            agreement = row_of(connection, select(AgreementRow).where(AgreementRow.id == one.id))
            day = amsterdam_day(one.stands_at)
            return agreement_document(connection, agreement, words.language, day).pdf()
        case ObjectKind.STATEMENT:
            statements = select(RepaymentStatementRow).where(RepaymentStatementRow.id == one.id)
            statement = row_of(connection, statements)
            leaver = row_of(connection, select(ExitRow).where(ExitRow.id == statement.exit_id))
            return repayment_letter(
                connection, leaver, statement, words.language, words.sender
            ).pdf()
        case _:
            return RENDERERS["pdf"].render(_page(connection, one, words))


def _page(connection: Connection, one: InformationObject, words: Words) -> Report:
    return Report(
        f"{one.kind}-{one.id}",
        words.kind(one),
        one.about,
        words.language,
        one.stands_at,
        facts=tuple(_facts(connection, one, words.language)),
        sections=tuple(_sections(one, words.language)),
    )


def _facts(connection: Connection, one: InformationObject, language: Language) -> Iterator[Fact]:
    def fact(name: str, value: str) -> Fact:
        return Fact(name, text(f"archive.fact.{name}", language), value)

    yield fact("reference", f"{one.kind}/{one.id}")
    yield fact("employees", ", ".join(one.employees))
    yield Fact("made", text("archive.fact.made", language), one.made_at, Kind.MOMENT)
    if one.kind is ObjectKind.DECISION:
        yield fact("outcome", text(f"oversight.outcome.{one.row['outcome']}", language))
        version = select(PolicyVersionRow.version).where(
            PolicyVersionRow.digest == one.row["policy_digest"]
        )
        yield fact("policy_version", connection.execute(version).scalar_one())


def _sections(one: InformationObject, language: Language) -> Iterator[Section]:
    if one.kind is ObjectKind.DECISION:
        found = tuple(sentence(finding, language) for finding in findings_of(one.row["findings"]))
        nothing = (text("archive.page.no_findings", language),)
        heading = text("archive.page.findings", language)
        yield Section("why", heading, paragraphs=found or nothing)
    for table, rows in one.rows.items():
        yield Section(
            table, heading_of(table, language), tables=tuple(tables_of(table, rows, language))
        )
