"""The terms of an agreement in words: why it is needed, and what leaving costs (Visie §7, P6)."""

from __future__ import annotations

from collections.abc import Iterator

from adapter.ground.rendering.content import Column, Kind, Table
from adapter.register.statutory_training import mandatory_by_law
from adapter.views.documents.agreement_facts import AgreementFacts
from policy.agreements import required, required_for_costs
from policy.model import MandatoryByLaw
from policy.money import euros, share_of


def need_sentences(facts: AgreementFacts) -> Iterator[str]:
    """By which limit the policy asks for this agreement: costs, time (A5) or neither."""
    costs_cents, hours, terms = facts.row.agreed_costs_cents, facts.hours, facts.parameters
    if required_for_costs(costs_cents, terms):
        limit = euros(terms.agreement_threshold_cents)
        yield facts.say("needed_for_costs", costs=euros(costs_cents), limit=limit)
    if hours >= terms.agreement_considerable_hours:
        limit_hours = terms.agreement_considerable_hours
        yield facts.say("needed_for_time", hours=hours, limit=limit_hours)
    if not required(costs_cents, hours, terms):
        yield facts.say("not_needed")


def scheme_sentences(facts: AgreementFacts) -> tuple[str, ...]:
    """How the scheme reads, or why there is none (A18)."""
    if facts.row.repayment_scheme:
        return tuple(facts.say(f"scheme_{part}") for part in ("basis", "law", "own_terms"))
    return (_why_no_scheme(facts),)


def scheme_table(facts: AgreementFacts) -> Table:
    """What leaving costs at each moment, at most: the share of the agreed costs."""
    terms = facts.parameters
    months = {"full": terms.repayment_full_months, "end": terms.repayment_end_months}
    shares = {
        "leaves_before": terms.repayment_share_not_started,
        "leaves_during": terms.repayment_share_not_completed,
        "leaves_first": terms.repayment_share_first_period,
        "leaves_second": terms.repayment_share_second_period,
        "leaves_after": terms.repayment_share_after,
    }
    costs_cents = facts.row.agreed_costs_cents
    return Table(
        name="repayment_scheme",
        caption=facts.say("scheme_caption"),
        columns=(
            Column("leaves", facts.say("leaves")),
            Column("share", facts.say("share"), Kind.PERCENT),
            Column("amount", facts.say("at_most"), Kind.EUROS),
        ),
        rows=tuple(
            (facts.say(moment, **months), share, share_of(costs_cents, share))
            for moment, share in shares.items()
        ),
    )


def _why_no_scheme(facts: AgreementFacts) -> str:
    if mandatory_by_law(facts.grant) is MandatoryByLaw.YES:
        return facts.say("no_scheme_by_law")
    costs_cents, terms = facts.row.agreed_costs_cents, facts.parameters
    if required_for_costs(costs_cents, terms):
        return facts.say("no_scheme_in_grant")
    limit = euros(terms.agreement_threshold_cents)
    return facts.say("no_scheme_below_limit", costs=euros(costs_cents), limit=limit)
