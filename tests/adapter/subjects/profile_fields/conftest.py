"""A workbench of which the profiles have fields that show how learning stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapter.subjects.sync.accounts import read_accounts
from adapter.subjects.sync.poll import poll_courses
from config.settings import MoodleSettings, Settings
from sandboxes.moodle.tables import ProfileFieldDefinition
from tests.fixtures.workbench import Workbench

HOURS, YEAR, AGREEMENTS = "leeruren_saldo", "leeruren_jaar", "leerovereenkomsten"


def settings_of(**fields: str | None) -> Settings:
    named = {"hours": HOURS, "year": YEAR, "agreements": AGREEMENTS, **fields}
    shown = {f"shown_{name}_field": field for name, field in named.items()}
    moodle = {"url": "http://127.0.0.1", "token": "t", **shown}
    return Settings(moodle=MoodleSettings.model_validate(moodle))


@pytest.fixture
def bench(workbench: Workbench) -> Workbench:
    state = workbench.moodle.state
    fields = tuple(ProfileFieldDefinition(name, name) for name in (HOURS, YEAR, AGREEMENTS))
    state.profile_fields = (*state.profile_fields, *fields)
    read_accounts(workbench.parts)
    poll_courses(workbench.parts)
    workbench.moodle.asked.clear()
    return replace(workbench, parts=replace(workbench.parts, settings=settings_of()))
