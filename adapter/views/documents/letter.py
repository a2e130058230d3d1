"""The letter to a leaver about repaying training costs (Visie §7): what, why, and what to do.

Dutch, in plain words; the English one helps to read it. It is a preview until the exit took effect,
and a draft until HR confirmed the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from adapter.ground.rendering import pdf
from adapter.ground.rendering.content import (
    Notice,
    Report,
    Section,
    Tone,
)
from adapter.ground.rendering.typesetting import typeset
from adapter.ground.store.tables.exits import ExitRow, RepaymentStatementRow
from adapter.subjects.leaving.statements import StatementKind
from adapter.views.documents.letter_facts import LetterFacts, read_letter
from adapter.views.documents.letter_trainings import summary_table, training_sections
from config.catalogue import Language
from config.settings import Settings
from policy.claim_states import ClaimState
from policy.days import amsterdam_day
from policy.money import euros


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, where HR can be mailed, and the days to pay after a request to pay."""

    name: str
    payment_term_days: int
    contact: str | None

    @classmethod
    def of(cls, settings: Settings) -> Sender:
        organisation = settings.organisation
        contact = None if settings.mail is None else settings.mail.hr_address
        return cls(organisation.name, organisation.payment_term_days, contact)


@dataclass(frozen=True, slots=True)
class Letter:
    """`report` holds what is told; `head` and `closing` are the words around it."""

    report: Report
    head: dict[str, Any]
    opening: tuple[str, ...]
    closing: tuple[str, ...]

    def pdf(self) -> bytes:
        """PDF/A-2a and PDF/UA-1; the same bytes until the register knows more."""
        content = {
            **pdf.content_of(self.report),
            "head": self.head,
            "opening": list(self.opening),
            "closing": list(self.closing),
        }
        return typeset("letter.typ", content, self.report.made_at)


def repayment_letter(
    connection: Connection,
    leaver: ExitRow,
    statement: RepaymentStatementRow,
    language: Language,
    sender: Sender,
) -> Letter:
    """The letter of one version."""
    facts = read_letter(connection, leaver, statement, language)
    preview = facts.kind is StatementKind.PREVIEW
    report = Report(
        name=f"repayment-letter-{facts.reference}",
        title=facts.say("head.preview_title" if preview else "head.title"),
        subtitle=facts.say("head.subtitle", version=statement.version),
        language=language,
        made_at=statement.made_at,
        notices=tuple(_notices(facts)),
        sections=tuple(_sections(facts, sender)),
    )
    closing = (facts.say("help.regards"), facts.say("help.signed", name=sender.name))
    return Letter(report, _head(facts, sender), tuple(_opening(facts)), closing)


def _head(facts: LetterFacts, sender: Sender) -> dict[str, Any]:
    written_on = amsterdam_day(facts.row.made_at)
    return {
        "sender": [sender.name, facts.say("head.department")],
        "confidential": facts.say("head.confidential"),
        "to": facts.name,
        "lines": [
            [facts.say("head.employee_id"), str(facts.leaver.employee_id)],
            [facts.say("head.date"), facts.say("head.day", day=written_on)],
            [facts.say("head.reference"), facts.reference],
        ],
    }


def _notices(facts: LetterFacts) -> Iterator[Notice]:
    if facts.newest > facts.row.version:
        yield Notice(Tone.WARNING, facts.say("notice.superseded", newest=facts.newest))
    if facts.kind is StatementKind.PREVIEW:
        yield Notice(Tone.INFO, facts.say("notice.preview"))
    if _waits_for_hr(facts):
        yield Notice(Tone.WARNING, facts.say("notice.draft"))
    if facts.language is not Language.NL:
        yield Notice(Tone.INFO, facts.say("notice.translation"))


def _waits_for_hr(facts: LetterFacts) -> bool:
    asks = facts.kind is StatementKind.SETTLEMENT and facts.claim is ClaimState.PROPOSED
    return asks and facts.confirmed is None


def _opening(facts: LetterFacts) -> Iterator[str]:
    yield facts.say("open.salutation", person=facts.name)
    yield facts.say(f"open.{facts.kind}", exit=facts.row.exit_on)
    if facts.kind is not StatementKind.WITHDRAWN and facts.agreed_on_repayment:
        yield facts.say("open.agreed")


def _sections(facts: LetterFacts, sender: Sender) -> Iterator[Section]:
    if facts.kind is not StatementKind.WITHDRAWN:
        yield Section(
            "summary",
            facts.say("section.summary"),
            paragraphs=tuple(_amount(facts, sender)),
            tables=(summary_table(facts),) if facts.items else (),
        )
        if facts.items:
            yield Section("trainings", facts.say("section.trainings"))
            yield from training_sections(facts)
    yield _help(facts, sender.contact)


def _amount(facts: LetterFacts, sender: Sender) -> Iterator[str]:
    amount = euros(facts.amount_cents)
    if facts.waived:
        yield facts.say("amount.waived")
    elif facts.amount_cents == 0 and not facts.to_review:
        yield facts.say("amount.nothing")
    elif facts.amount_cents:
        preview = facts.kind is StatementKind.PREVIEW
        yield facts.say("amount.preview" if preview else "amount.claim", amount=amount)
        yield from _how(facts, sender)
    if facts.to_review:
        yield facts.say("amount.review")


def _how(facts: LetterFacts, sender: Sender) -> Iterator[str]:
    if facts.confirmed is None:
        yield facts.say("pay.gross_only")
        return
    terms, days = facts.confirmed.terms, sender.payment_term_days
    assert terms is not None, "a confirmation has terms"
    if not terms["set_off"]:
        yield facts.say("pay.asked", days=days)
        return
    yield facts.say(f"pay.set_off_{terms['pay']}")
    # What may be set off against pay is limited by law: article 7:632(2) of the Dutch Civil Code,
    # article 13 of the Minimum Wage Act.
    yield facts.say("pay.protected", days=days)


def _help(facts: LetterFacts, contact: str | None) -> Section:
    names = ["disagree"]
    if facts.kind is not StatementKind.WITHDRAWN and (facts.amount_cents or facts.to_review):
        names += ["circumstances", "instalments", "law", "advice"]
    reach = (
        facts.say("help.contact")
        if contact is None
        else facts.say("help.contact_mail", address=contact)
    )
    told = (*(facts.say(f"help.{name}") for name in names), reach)
    return Section("help", facts.say("help.heading"), paragraphs=told)
