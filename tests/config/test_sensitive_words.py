"""Which texts are asked about: a BSN by its eleven-test, and words about health."""

from __future__ import annotations

import pytest

from config.sensitive_words import holds_bsn, seems_sensitive


@pytest.mark.parametrize(
    "text",
    ["111222333", "BSN 123456782.", "1112.22.333", "111 222 333", "(123456782)", "nr:123456782"],
)
def test_a_number_that_passes_the_eleven_test_is_asked_about(text: str) -> None:
    assert holds_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "123456783",
        "1234567821",
        "000001006",
        "€ 123456782,50",
        "NL91ABNA0417164300",
        "12345678",
        "offerte 2026-123456782",
        "a123456782",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not holds_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ziek gemeld op maandag",
        "gesprek met de bedrijfsarts",
        "Is zwanger.",
        "ZWANGERSCHAPSVERLOF",
        "na een burn-out",
        "he was ill",
    ],
)
def test_words_about_health_are_asked_about(text: str) -> None:
    assert seems_sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "Volgt uit het functieprofiel, eis 2",
        "De muziekschool",
        "Dringend nodig voor toezicht op geluid",
        "Uitvoering van taken voor gezondheid en milieu",
        "will follow the course",
        "",
    ],
)
def test_ordinary_texts_are_not(text: str) -> None:
    assert not seems_sensitive(text)
