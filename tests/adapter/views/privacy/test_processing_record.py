"""The record of processing is what the inventory says, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.ground.store.metadata import METADATA
from adapter.views.privacy.processing_record import FILES, record
from config.catalogue import Language

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("language", list(Language))
def test_the_page_is_what_the_command_prints(language: Language) -> None:
    assert (ROOT / FILES[language]).read_text(encoding="utf-8") == record(language), (
        f"python -m adapter.views.privacy.processing_record {language} > {FILES[language]}"
    )


def test_each_table_has_its_line_with_its_term() -> None:
    lines = record(Language.EN).splitlines()
    assert {line.split("`")[1] for line in lines if line.startswith("| `")} == set(METADATA.tables)
    assert any(
        "`outbox`" in line and "90 days (`ODWH_RETENTION_OUTBOX_DAYS`)" in line for line in lines
    )
