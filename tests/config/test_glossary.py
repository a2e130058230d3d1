"""One word for one thing: the glossary holds, and the Dutch texts keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.catalogue import Language, _texts

ROOT = Path(__file__).parents[2]
FOR_PEOPLE, OF_THE_CODE = (
    (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("## Words of the code")
)


def _rows(part: str) -> list[list[str]]:
    table = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


REFUSED = [(word, row[0]) for row in _rows(FOR_PEOPLE) for word in row[3].split("; ") if word]


def _uses(word: str, sentence: str) -> bool:
    """As a word of its own, also inside a longer one; names of settings are no words."""
    sentence = re.sub(r"\{[^}]*\}|`[^`]*`|[A-Z]+_[A-Z_]+", "", sentence)
    return re.search(rf"\b{re.escape(word)}", sentence, 0 if word.isupper() else re.I) is not None


@pytest.mark.parametrize(("word", "instead"), REFUSED)
def test_the_dutch_texts_say_one_thing_with_one_word(word: str, instead: str) -> None:
    using = [key for key, sentence in _texts(Language.NL).items() if _uses(word, sentence)]
    assert using == [], f"write „{instead}”, not „{word}”"


def test_the_glossary_names_each_thing_once() -> None:
    words = [word for row in _rows(FOR_PEOPLE) for word in row[0].split(", ")]
    assert len(words) == len(set(words)) > 20
    assert {refused for refused, _ in REFUSED}.isdisjoint(words)


def test_each_word_of_the_code_has_one_meaning_and_its_place_is_there() -> None:
    rows = _rows(OF_THE_CODE)
    words = [row[0] for row in rows]
    assert len(words) == len(set(words)) > 40
    assert [row[3] for row in rows if not (ROOT / row[3].strip("`")).exists()] == []


def test_a_refused_word_is_seen_in_a_sentence_and_not_in_the_name_of_a_number() -> None:
    assert _uses("LMS", "Het LMS antwoordt niet.")
    assert not _uses("LMS", "Zet ODWH_LMS_URL.")
    assert not _uses("manager", "{manager} vraagt aan")


FOR_HR_AND_MT = re.compile(
    r"(tasks|reconcile|exits|claims|tranches(?!\.decide)|procedure|overview)\."
    r"|messages\.(subject|body)\.(?!.*_admin$)"
)


@pytest.mark.parametrize("language", Language)
def test_what_hr_and_the_management_team_read_holds_no_commands_or_addresses(
    language: Language,
) -> None:
    technical = re.compile(r"odwh-adapter|`|/v1/|--[a-z]|SHA-256|UUID|JSON")
    texts = {key: text for key, text in _texts(language).items() if FOR_HR_AND_MT.match(key)}
    assert len(texts) > 500
    assert [key for key, text in texts.items() if technical.search(text)] == []
