"""Every code of an exit has a sentence in both languages."""

from __future__ import annotations

import pytest

from adapter.subjects.leaving.calculation import CLAIMED_EARLIER, COMPLETION_UNKNOWN
from adapter.subjects.leaving.lifecycle import ExitState
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.subjects.leaving.statements import StatementKind
from config.catalogue import Language, keys, text
from policy.model import Number, Reason, RepaymentStatus

NUMBERS: dict[str, Number] = {
    "share": 50,
    "basis": "2400.00",
    "amount": "1200.00",
    "exit": "2028-04-01",
    "claimed": "600.00",
}
REASONS = ("commitment_without_terms", "commitment_own_terms", COMPLETION_UNKNOWN, CLAIMED_EARLIER)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", REASONS)
def test_a_reason_of_ours_is_a_sentence(code: str, language: Language) -> None:
    sentence = reason_sentence(Reason(code, "Visie §7", NUMBERS), language)
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("table", "codes"),
    [("state", ExitState), ("kind", StatementKind), ("status", RepaymentStatus)],
)
def test_every_state_kind_and_status_has_a_word(
    table: str, codes: type[ExitState] | type[StatementKind], language: Language
) -> None:
    assert all(text(f"exits.{table}.{code}", language) for code in codes)


def test_both_languages_have_the_same_texts() -> None:
    dutch, english = (
        {key for key in keys(language) if key.startswith("exits.")} for language in Language
    )
    assert dutch == english
