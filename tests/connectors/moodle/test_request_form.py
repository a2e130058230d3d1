"""The request form in Moodle: what people wrote comes out as text, what we answer goes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Misconfigured, Permanent, Transient
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.form_fields import ASKED, FIELDS_OF_PRESET, FORM_FIELDS, request_fields
from sandboxes.moodle import Fault
from sandboxes.moodle.databases import (
    REQUEST_FIELDS,
    Database,
    DatabaseEntry,
    DataField,
    field_named,
    request_form,
    written,
)
from tests.connectors.moodle.lab import TOKEN, Lab
from tests.connectors.moodle.lab_cases import entries
from tests.connectors.moodle.replay import Replay, exchange

FORM = 1
WANTED = {
    "Opleiding": "Wondzorg – 's avonds & meer",
    "Grondslag": "functiegebonden",
    "Leeruren": "24",
    "Kosten": "1250,50",
    "Bewijs": "https://opleider.example.org/wondzorg?id=7&x=1",
}


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.state.add_database(request_form(FORM, 5))
    with lab.moodle:
        yield lab


def _config(lab: Lab, **changes: Any) -> MoodleConfig:
    config = MoodleConfig(
        url=lab.moodle.url,
        token=TOKEN,
        known_user="j.devries",
        known_course="OPL-001",
        employee_field="idnumber",
        enrolment_report_id=1,
        attempts=1,
        request_database_id=FORM,
    )
    return replace(config, **changes)


@pytest.fixture
def lms(lab: Lab) -> Iterator[Moodle]:
    lms = Moodle(_config(lab))
    yield lms
    lms.close()


def _write(lab: Lab, author: int = 4, **more: str) -> DatabaseEntry:
    entry, database = lab.state.add_entry(FORM, author), lab.state.databases[FORM]
    for name, value in {**WANTED, **more}.items():
        entry.contents[field_named(database, name).id].content = value
    return entry


def _retyped(lab: Lab, field_name: str, **changes: Any) -> None:
    database: Database = lab.state.databases[FORM]
    database.fields = tuple(
        replace(field, **changes) if field.name == field_name else field
        for field in database.fields
    )


def test_an_entry_comes_out_as_it_was_written(lab: Lab, lms: Moodle) -> None:
    _write(lab, Status="goedgekeurd")
    entry = lms.request_entry("1")
    assert entry is not None
    assert entry.values == {
        "title": WANTED["Opleiding"],
        "ground": "functiegebonden",
        "hours": "24",
        "fee": "1250,50",
        "evidence": WANTED["Bewijs"],
    }
    assert (entry.author_id, entry.status, entry.decision, entry.locked) == (
        "4",
        "goedgekeurd",
        "",
        False,
    )
    assert entry.labels["fee"] == "Kosten"


@pytest.mark.parametrize("number", ["9", "x", "-1"])
def test_an_entry_that_does_not_exist_is_none(lms: Moodle, number: str) -> None:
    assert lms.request_entry(number) is None
    assert lms.answer_request_entry("9", "Ingediend", "", final=True) is False


def test_an_entry_of_another_activity_is_none(lab: Lab, lms: Moodle) -> None:
    lab.state.add_database(replace(request_form(2, 5), cmid=25))
    lab.state.add_entry(2, 4)
    assert lms.request_entry("1") is None


def test_every_page_of_the_form_is_read(lab: Lab) -> None:
    for _ in range(5):
        _write(lab)
    lms = Moodle(_config(lab, page_size=2))
    assert [mark.entry_id for mark in lms.request_entries()] == ["1", "2", "3", "4", "5"]
    lms.close()


def test_an_empty_form_has_no_entries(lms: Moodle) -> None:
    assert lms.request_entries() == ()


def test_without_a_configured_activity_there_is_no_form(lab: Lab) -> None:
    lms = Moodle(_config(lab, request_database_id=None))
    assert not lms.has_request_form()
    assert lms.request_entries() == ()
    assert lms.request_entry("1") is None
    lms.close()


@pytest.mark.parametrize("type_", ["number", "textarea", "menu"])
def test_a_number_is_only_read_from_a_text_field(lab: Lab, lms: Moodle, type_: str) -> None:
    _write(lab)
    _retyped(lab, "Kosten", type=type_)
    with pytest.raises(Misconfigured, match=f"Kosten is of type {type_}, not text"):
        lms.request_entry("1")


def test_every_field_that_is_missing_is_named(lab: Lab, lms: Moodle) -> None:
    _write(lab)
    _retyped(lab, "Status", name="Stand")
    _retyped(lab, "Grondslag", name="Grond")
    with pytest.raises(Misconfigured, match="no field Grondslag; there is no field Status"):
        lms.request_entry("1")


def test_a_form_of_an_earlier_preset_is_read_without_the_fields_that_came_later(
    lab: Lab, lms: Moodle
) -> None:
    _write(lab)
    answers = set(FORM_FIELDS) - set(ASKED)
    needed = {made.name for made in FORM_FIELDS.values() if made.required}
    needed |= {FORM_FIELDS[ours].name for ours in answers}
    database = lab.state.databases[FORM]
    database.fields = tuple(field for field in database.fields if field.name in needed)
    entry = lms.request_entry("1")
    assert entry is not None
    assert set(entry.values) == {"title", "ground", "hours", "fee"}
    assert lms.answer_request_entry("1", "Ingediend", "", final=False)
    answered = lms.request_entry("1")
    assert answered is not None
    assert answered.status == "Ingediend"


def test_an_optional_field_that_the_settings_name_is_wanted(lab: Lab) -> None:
    _write(lab)
    lms = Moodle(_config(lab, request_fields=request_fields({"motivation": "Toelichting"})))
    with pytest.raises(Misconfigured, match="there is no field Toelichting"):
        lms.request_entry("1")
    lms.close()


def test_fields_may_have_other_names_or_be_left_out(lab: Lab) -> None:
    _write(lab, Motivatie="Nodig.")
    names = request_fields({"fee": "Cursusgeld", "motivation": ""})
    _retyped(lab, "Kosten", name="Cursusgeld")
    lms = Moodle(_config(lab, request_fields=names))
    entry = lms.request_entry("1")
    assert entry is not None
    assert entry.values["fee"] == "1250,50"
    assert "motivation" not in entry.values
    lms.close()


def test_a_date_field_gives_the_day_in_amsterdam(lab: Lab, lms: Moodle) -> None:
    """As the real Moodle keeps it: midnight in UTC, and 31 February is 3 March."""
    _retyped(lab, "Startdatum", type="date")
    lab.state.add_token("author", 4)
    parts = {"day": "31", "month": "2", "year": "2027"}
    database = lab.state.databases[FORM]
    rows = [(field_named(database, "Startdatum").id, part, value) for part, value in parts.items()]
    rows += [
        (field_named(database, name).id, "", WANTED[name])
        for name in ("Opleiding", "Grondslag", "Leeruren", "Kosten")
    ]
    fields: dict[str, Any] = {"databaseid": FORM}
    for at, (field_id, part, value) in enumerate(rows):
        fields |= {
            f"data[{at}][fieldid]": field_id,
            f"data[{at}][subfield]": part,
            f"data[{at}][value]": f'"{value}"',
        }
    assert lab.call("mod_data_add_entry", fields, "author")["newentryid"] == 1
    entry = lms.request_entry("1")
    assert entry is not None
    assert entry.values["starts_on"] == "2027-03-03"


def test_a_text_in_what_became_a_date_field_is_read_as_it_is(lab: Lab, lms: Moodle) -> None:
    _write(lab, Startdatum="maart")
    _retyped(lab, "Startdatum", type="date")
    entry = lms.request_entry("1")
    assert entry is not None
    assert entry.values["starts_on"] == "maart"


def test_the_answer_is_shown_and_nothing_else_changes(lab: Lab, lms: Moodle) -> None:
    _retyped(lab, "Startdatum", type="date", required=True)
    _retyped(lab, "Bewijs", required=True)
    entry = _write(lab, Startdatum="1805068800", Motivatie="Nodig.")
    before = dict(written(lab.state.databases[FORM], entry))
    assert lms.answer_request_entry("1", "Ingediend – tranche 2027-1", "Toegekend", final=True)
    after = written(lab.state.databases[FORM], entry)
    assert after == {**before, "Status": "Ingediend – tranche 2027-1", "Besluit": "Toegekend"}
    assert not entry.approved


def test_an_answer_that_stands_there_already_is_not_written_again(lab: Lab, lms: Moodle) -> None:
    _write(lab, Status="Ingediend")
    lab.moodle.switches.fail_next(Fault.DATABASE_DOWN, function="mod_data_update_entry")
    assert lms.answer_request_entry("1", "Ingediend", "", final=True)
    with pytest.raises(Transient):
        lms.answer_request_entry("1", "Toegekend", "", final=True)


def test_an_answer_replaces_what_an_author_filled_in_himself(lab: Lab, lms: Moodle) -> None:
    entry = _write(lab, Besluit="Toegekend")
    lms.answer_request_entry("1", "Ingediend", "", final=False)
    assert "Besluit" not in written(lab.state.databases[FORM], entry)


def test_a_final_answer_locks_the_entry_where_that_is_asked(lab: Lab) -> None:
    entry = _write(lab)
    lms = Moodle(_config(lab, request_lock=True))
    locked = []
    for status, final in (("Ontvangen", False), ("Ingediend", True)):
        lms.answer_request_entry("1", status, "", final=final)
        locked.append(entry.approved)
    assert locked == [False, True]
    lab.state.add_token("author", 4)
    change = {"entryid": 1, "data[0][fieldid]": 1, "data[0][value]": '"x"'}
    assert lab.call("mod_data_update_entry", change, "author")["errorcode"] == "noaccess"
    lms.close()


def test_an_update_that_moodle_does_not_make_is_a_failure(lab: Lab, lms: Moodle) -> None:
    """A required field that we do not know is not sent, and Moodle says so without an error."""
    _write(lab)
    database = lab.state.databases[FORM]
    database.fields = (*database.fields, DataField(99, "Afdeling", required=True))
    with pytest.raises(Permanent, match=r"entry 1 .* \(Afdeling\)"):
        lms.answer_request_entry("1", "Ingediend", "", final=True)


def test_entries_that_change_while_they_are_read_are_read_again_later(lab: Lab) -> None:
    form = exchange(
        "mod_data_get_entries",
        "happy: without contents",
        sort="0",
        order="ASC",
        page="0",
        perpage="1000",
    )
    short = {**form[2], "entries": form[2]["entries"][1:]}
    lms = Moodle(_config(lab), transport=Replay([(form[0], form[1], short)]))
    with pytest.raises(Transient, match="announced 7 entries and gave 6"):
        lms.request_entries()
    lms.close()


def test_recorded_entries_of_a_real_moodle_are_read(lab: Lab) -> None:
    there = {"evidence": "Link"} | dict.fromkeys(
        ("hours", "fee", "status", "decision"), "Aanbieder"
    )
    absent = set(ASKED) - {"title", "ground", "starts_on", *there}
    names = request_fields(there | dict.fromkeys(absent, ""))
    transport = Replay(
        [exchange("mod_data_get_entry", "happy"), exchange("mod_data_get_fields", "happy")]
    )
    lms = Moodle(_config(lab, request_fields=names), transport=transport)
    entry = lms.request_entry("1")
    assert entry is not None
    assert entry.values["title"] == "Wondzorg voor gevorderden – 's avonds"
    assert entry.values["starts_on"] == "2027-03-15"
    assert entry.values["ground"] == "functiegebonden"
    assert entry.values["evidence"] == "https://opleider.example.org/wondzorg?id=7&x=1"
    lms.close()


def test_the_recorded_form_is_refused_for_its_number_field(lab: Lab) -> None:
    entries(1)(lab)
    lms = Moodle(_config(lab))
    with pytest.raises(Misconfigured, match="Kosten is of type number, not text"):
        lms.request_entry("1")
    lms.close()


# --- the manual ------------------------------------------------------------------------------

MANUAL = Path(__file__).parents[3] / "docs" / "moodle.md"


def test_the_manual_and_the_sandbox_have_the_fields_that_are_read() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| (yes|no) \| .* \| `(\w+)` \|$", MANUAL.read_text(), re.MULTILINE
    )
    names = {ours: name for name, _, _, ours in rows}
    assert names == FIELDS_OF_PRESET
    made = {field.name: field for field in REQUEST_FIELDS}
    assert {name for name, *_ in rows} == set(made)
    for name, kind, required, _ in rows:
        options = re.sub(r"^Menu: ", "", kind).split(", ") if kind.startswith("Menu") else []
        assert list(made[name].options) == options
        assert made[name].required == (required == "yes")
