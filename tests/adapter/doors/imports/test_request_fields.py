"""A field of a training request that is missing in one of its places is named here."""

from __future__ import annotations

import pytest

from adapter.doors.messages.training_requests import (
    REQUEST_FIELDS,
    TrainingRequestIn,
    TrainingRequestOut,
)
from adapter.ground.store.tables.procedure import TrainingRequestRow
from config.catalogue import Language, keys
from connectors.moodle.form_fields import ASKED


def words_asked() -> set[str]:
    body = {
        "title": "Cursus",
        "ground": "team",
        "mandatoryByLaw": "no",
        "costs": {},
        "hours": "8.00",
    }
    return set(TrainingRequestIn.model_validate(body).content().words)


OF_THE_API_ALONE = {"managerId"}


def test_every_member_of_the_message_can_be_filled_in_elsewhere() -> None:
    listed = {one.member.split("/")[1] for one in REQUEST_FIELDS}
    members = {str(one.alias) for one in TrainingRequestIn.model_fields.values()}
    assert members - listed == OF_THE_API_ALONE
    assert listed <= members


def test_the_request_form_asks_for_what_is_read() -> None:
    assert {one.form for one in REQUEST_FIELDS if one.form} == set(ASKED)


@pytest.mark.parametrize("language", Language)
def test_every_column_has_its_heading_and_explanation(language: Language) -> None:
    wanted = {
        f"imports.{table}.{one.column}"
        for one in REQUEST_FIELDS
        for table in ("column", "explained")
    }
    assert wanted <= keys(language)


def test_every_member_is_answered_and_every_word_is_a_column() -> None:
    asked = TrainingRequestIn.model_fields.keys()
    assert asked <= TrainingRequestOut.model_fields.keys()
    assert words_asked() <= set(TrainingRequestRow.__table__.columns.keys())
