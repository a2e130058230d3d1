"""A row is read as words and not as codes, by whoever asks what is kept of him (AVG article 12)."""

from __future__ import annotations

import pytest

from adapter.ground.store.inventory import inventory
from adapter.views.privacy.record_tables import tables_of
from adapter.views.privacy.record_words import ANY, FLAGS, WORDS
from config.catalogue import Language, keys


def _read(table: str, values: dict[str, object], language: Language = Language.NL) -> list[object]:
    row = dict.fromkeys(inventory()[table].columns) | values
    [shown] = tables_of(table, [row], language)
    return [cell for line in shown.rows for cell in line]


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("decisions", "outcome", "advise", "advies"),
        ("decisions", "regime", "enforce", "handhavend"),
        ("request_decisions", "outcome", "grant", "toekennen"),
        ("request_decisions", "departs", 1, "ja"),
        ("request_decisions", "departs", 0, "nee"),
        ("training_requests", "mandatory_by_law", "no", "nee"),
        ("audit_log", "action", "erase-person", "gegevens van iemand gewist"),
        ("audit_log", "way", "api 6c1e", "api 6c1e"),
        ("claim_steps", "state", "waived", "van afgezien"),
    ],
)
def test_codes_and_flags_are_words(table: str, column: str, value: object, words: str) -> None:
    assert words in _read(table, {column: value})


def test_what_a_decision_keeps_as_json_has_words_too() -> None:
    assert _read("decisions", {"facts": {"out_of_scope": False, "ground": "legal"}}) == [
        "buiten het beleid: nee; grond: wettelijk"
    ]


def test_the_words_of_another_language_are_its_own() -> None:
    assert "advice" in _read("decisions", {"outcome": "advise"}, Language.EN)


def test_each_code_and_flag_is_a_column_and_has_words() -> None:
    told = inventory()
    columns = {column for table in told.values() for column in table.columns}
    assert columns >= FLAGS
    for (table, column), words in WORDS.items():
        assert column in (columns if table == ANY else told[table].columns), (table, column)
        assert any(key.startswith(f"{words}.") for key in keys(Language.NL)), words
