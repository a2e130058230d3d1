"""What stands above an agreement: which version it replaces, and why it cannot be signed."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import Notice, Tone
from adapter.subjects.requests.agreement_parts import ARRANGEMENTS, COSTS, NATURE
from adapter.views.documents.agreement_facts import AgreementFacts
from config.catalogue import Language
from policy.agreements import SCHEME_PART
from policy.days import amsterdam_day

MANDATORY = (NATURE, COSTS, ARRANGEMENTS, SCHEME_PART)


def notices(facts: AgreementFacts) -> Iterator[Notice]:
    for reason in stands_in_the_way(facts):
        yield Notice(Tone.WARNING, reason)
    if facts.language is not Language.NL:
        yield Notice(Tone.INFO, facts.say("sign_the_dutch_one"))
    if facts.row.version > 1:
        yield Notice(Tone.INFO, _replaces(facts))


def stands_in_the_way(facts: AgreementFacts) -> tuple[str, ...]:
    """Why this version is not to be signed, in words; empty when it can be."""
    return tuple(_reasons(facts))


def _reasons(facts: AgreementFacts) -> Iterator[str]:
    newest = max(facts.versions)
    if newest > facts.row.version:
        yield facts.say("superseded", version=newest, on=facts.versions[newest])
    if facts.grant.revoked_at is not None:
        yield facts.say("grant_revoked", on=amsterdam_day(facts.grant.revoked_at))
    if not facts.offered:
        yield facts.say("not_offered")
    empty = [name for name in MANDATORY if not facts.row.parts.get(name, "").strip()]
    if empty:
        headings = ", ".join(f"‘{facts.say(f'part_{name}')}’" for name in empty)
        yield facts.say("not_complete", parts=headings)


def _replaces(facts: AgreementFacts) -> str:
    before = facts.row.version - 1
    return facts.say("replaces", version=before, on=facts.versions.get(before))
