"""Codes and flags of the register in words, as its pages say them; a code without words stands as
it is."""

from __future__ import annotations

from collections.abc import Mapping

from config.catalogue import Language, keys, text

ANY = "*"
WORDS: Mapping[tuple[str, str], str] = {
    ("audit_log", "action"): "oversight.action",
    ("audit_log", "way"): "oversight.door",
    ("browser_sessions", "way"): "oversight.way",
    ("claim_steps", "state"): "claims.state",
    ("claim_steps", "step"): "claims.step",
    ("commitment_decisions", "outcome"): "pages.promise",
    ("commitment_proposals", "outcome"): "pages.promise",
    ("decisions", "outcome"): "oversight.outcome",
    ("exit_endings", "ended_by"): "exits.ended_by",
    ("exits", "state"): "exits.state",
    ("in_company_sign_up_steps", "from_state"): "overview.sign_up",
    ("in_company_sign_up_steps", "to_state"): "overview.sign_up",
    ("in_company_sign_ups", "state"): "overview.sign_up",
    ("reconciliation_findings", "status"): "reconcile.status",
    ("repayment_statements", "kind"): "exits.kind",
    ("request_decisions", "outcome"): "tranches.outcome",
    ("request_proposals", "outcome"): "tranches.outcome",
    ("request_transitions", "from_state"): "imports.state",
    ("request_transitions", "to_state"): "imports.state",
    ("signatures", "party"): "pages.party",
    ("training_requests", "state"): "imports.state",
    (ANY, "ground"): "oversight.value",
    (ANY, "mandatory_by_law"): "oversight.value",
    (ANY, "mandatory_settled"): "oversight.value",
    (ANY, "regime"): "oversight.regime",
    (ANY, "role"): "oversight.role",
    (ANY, "severity"): "oversight.severity",
}
"""By table and column, where the words of its codes are."""
FLAGS = frozenset(
    {
        *("active", "collective", "completed", "departs", "in_probation"),
        *("offered_before_adoption", "repayment_scheme", "suspended"),
    }
)
"""Columns that hold 1 for yes."""


def code_in_words(table: str, column: str, code: str, language: Language) -> str:
    words = WORDS.get((table, column)) or WORDS.get((ANY, column))
    key = f"{words}.{code.replace('-', '_')}"
    return text(key, language) if words and key in keys(language) else code


def member_in_words(member: str, language: Language) -> str:
    """What a member of the facts of a decision is called."""
    key = f"oversight.fact.{member}"
    return text(key, language) if key in keys(language) else member


def yes_or_no(value: object, language: Language) -> str:
    return text("oversight.value.yes" if value else "oversight.value.no", language)
