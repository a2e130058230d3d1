"""A training agreement as people sign it (Visie §7, P5): the five parts, the terms under which it
was drawn up, and where both sign.

What is agreed is Dutch. The English document helps to read it and has no place to sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from adapter.ground.rendering import pdf
from adapter.ground.rendering.content import (
    Fact,
    Kind,
    Notice,
    Report,
    Section,
    Tone,
)
from adapter.ground.rendering.typesetting import typeset
from adapter.ground.store.tables.procedure import AgreementRow
from adapter.subjects.requests.agreement_parts import (
    ARRANGEMENTS,
    COSTS,
    FURTHER,
    NATURE,
)
from adapter.views.documents.agreement_facts import AgreementFacts, read_facts
from adapter.views.documents.agreement_notices import notices, stands_in_the_way
from adapter.views.documents.agreement_terms import need_sentences, scheme_sentences, scheme_table
from config.catalogue import Language
from policy.agreements import SCHEME_PART


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where one party signs; `signed` is the sentence of a signature that is on record."""

    party: str
    name: str
    signed: str | None


@dataclass(frozen=True, slots=True)
class AgreementDocument:
    """Without blocks it cannot be signed, and its notices say why."""

    report: Report
    blocks: tuple[SignatureBlock, ...]
    words: dict[str, str]

    def pdf(self) -> bytes:
        """PDF/A-2a and PDF/UA-1; the same bytes until the register knows more."""
        content = {
            **pdf.content_of(self.report),
            "blocks": [
                {"party": block.party, "name": block.name, "signed": block.signed}
                for block in self.blocks
            ],
            "signing": self.words,
        }
        return typeset("agreement.typ", content, self.report.made_at)


def agreement_document(
    connection: Connection, agreement: AgreementRow, language: Language, today: date
) -> AgreementDocument:
    """One version of an agreement, from its row, as it can be signed today. What the organisation
    has not arranged about its policy is no matter of who signs, and is not told here."""
    facts = read_facts(connection, agreement, language, today)
    report = Report(
        name=f"agreement-{agreement.id}",
        title=facts.say("title"),
        subtitle=facts.say("subtitle", version=agreement.version, trajectory=facts.trajectory),
        language=language,
        made_at=agreement.recorded_at,
        facts=_summary(facts),
        notices=tuple(notices(facts)),
        sections=(
            _part(facts, NATURE, *need_sentences(facts)),
            _part(facts, COSTS),
            _part(facts, ARRANGEMENTS),
            _part(facts, FURTHER),
            _scheme(facts),
        ),
    )
    words = {name: facts.say(name) for name in ("signing", "consent", "date", "signature")}
    return AgreementDocument(report, _blocks(facts), words)


def _summary(facts: AgreementFacts) -> tuple[Fact, ...]:
    row = facts.row
    known = [
        Fact("employee", facts.say("employee"), facts.employee),
        Fact("employee_id", facts.say("employee_id"), row.employee_id),
        Fact("department", facts.say("department"), facts.department),
        Fact("manager", facts.say("manager"), facts.manager),
        Fact("drawn_up", facts.say("drawn_up"), row.drawn_up_on, Kind.DAY),
        Fact("granted", facts.say("granted"), facts.grant.decided_on, Kind.DAY),
        Fact("costs", facts.say("costs"), row.agreed_costs_cents, Kind.EUROS),
        Fact("version", facts.say("version"), row.version, Kind.COUNT),
        Fact("policy_version", facts.say("policy_version"), facts.policy.version),
        Fact("reference", facts.say("reference"), row.id),
    ]
    return tuple(known)


def _part(facts: AgreementFacts, name: str, *sentences: str) -> Section:
    """What was agreed, and then what follows from the policy. Only further conditions may be left
    out; any other empty part says that it is."""
    agreed = facts.row.parts.get(name, "").strip()
    if not agreed and name == FURTHER:
        agreed = facts.say("no_further_conditions")
    empty = (Notice(Tone.WARNING, facts.say("empty_part")),) if not agreed else ()
    paragraphs = (agreed, *sentences) if agreed else sentences
    return Section(name, facts.say(f"part_{name}"), notices=empty, paragraphs=paragraphs)


def _scheme(facts: AgreementFacts) -> Section:
    section = _part(facts, SCHEME_PART)
    sentences = scheme_sentences(facts)
    return Section(
        section.name,
        section.heading,
        notices=section.notices,
        paragraphs=(*section.paragraphs, *sentences),
        tables=(scheme_table(facts),) if facts.row.repayment_scheme else (),
    )


def _blocks(facts: AgreementFacts) -> tuple[SignatureBlock, ...]:
    if stands_in_the_way(facts) or facts.language is not Language.NL:
        return ()
    return (
        SignatureBlock(facts.say("employee"), facts.employee, _signed(facts, "employee")),
        SignatureBlock(facts.say("manager"), facts.manager or "", _signed(facts, "manager")),
    )


def _signed(facts: AgreementFacts, party: str) -> str | None:
    signature = facts.signatures.get(party)
    if signature is None:
        return None
    return facts.say(f"signed_{signature.method}", on=signature.signed_on)
