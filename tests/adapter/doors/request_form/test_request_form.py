"""What people ask in the LMS becomes a training request, once, and is answered there (P2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest
from sqlalchemy import select

from adapter.doors.request_form.sync import poll_requests
from adapter.doors.request_form.take_over import EntryResult
from adapter.ground.store.reading import rows_of
from adapter.ground.store.tables.procedure import RequestTransitionRow
from adapter.programs.cli.sync import SYNCS
from adapter.queues.outbox import ActionKind
from adapter.register import enforcement_switch
from adapter.register.keys import Principal, Role
from adapter.subjects.requests import requests
from adapter.subjects.requests.acts import acting
from config.catalogue import Language, keys
from config.settings import Settings
from connectors.errors import Permanent, Transient
from policy.request_states import RequestOutcome, RequestState
from sandboxes.moodle import Fault
from sandboxes.moodle.databases import Content, DatabaseEntry
from tests.adapter.doors.request_form.conftest import FORM, Desk
from tests.fixtures.workbench import MANAGER, PIET, ZULEYHA

WISH = "Ontvangen als wens."
SUBMITTED = "Ingediend in tranche 2027-1."
DECIDED = "Het MT besluit van 1 januari 2027 tot en met 31 januari 2027."


def _told(desk: Desk) -> list[str]:
    return [row.payload["recipient"] for row in desk.bench.actions() if row.kind == ActionKind.TELL]


# --- taken over ------------------------------------------------------------------------------


def test_what_a_manager_writes_for_the_team_is_submitted(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    (row,) = desk.requests()
    assert (row.state, row.submitted_by, row.tranche) == ("submitted", "10009", "2027-1")
    assert (row.employee_ids, row.course_ids) == (["10005"], ["OPL-003"])
    assert (row.costs_cents, row.hours) == (125_050, Decimal("24.50"))
    assert (row.starts_on, row.ends_on) == (date(2027, 3, 1), date(2027, 6, 30))
    assert (row.appraisal_on, row.ground) == (date(2026, 10, 1), "individual")
    assert row.mandatory_by_law == "unknown"
    assert desk.shown(by_manager)[0].startswith(
        f"{SUBMITTED} {DECIDED} Geregistreerd: 1 deelnemer(s), € 1.250,50 samen, 24,5 uur per "
        "deelnemer, van 1 maart 2027 tot en met 30 juni 2027."
    )
    assert _told(desk) == []


def test_the_steps_are_recorded_as_those_of_the_author(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    with desk.bench.register.read() as connection:
        steps = rows_of(
            connection, select(RequestTransitionRow).order_by(RequestTransitionRow.version)
        )
    assert [(step.to_state, step.by) for step in steps] == [
        ("draft", "10009"),
        ("submitted", "10009"),
    ]


def test_a_group_without_names_is_a_collective_request(desk: Desk) -> None:
    desk.fill_in(MANAGER, Aantal_deelnemers="12", Kosten="€ 6.000,00")
    desk.read()
    (row,) = desk.requests()
    assert (row.collective, row.planned_participants, row.employee_ids) == (1, 12, [])
    assert (row.state, row.costs_cents) == ("submitted", 600_000)


def test_an_employee_writes_a_wish_and_the_manager_is_told(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    desk.read_and_answer()
    (row,) = desk.requests()
    assert (row.state, row.submitted_by, row.employee_ids) == ("draft", "10009", ["10005"])
    assert desk.shown(entry)[0].startswith(WISH)
    (message,) = desk.bench.messages_to(MANAGER)
    assert "Leergang omgevingsrecht" in message
    assert "10005" in message


def test_a_manager_who_asks_for_himself_writes_a_wish_too(desk: Desk) -> None:
    desk.fill_in(MANAGER, Personeelsnummers="10009")
    desk.read()
    (row,) = desk.requests()
    assert (row.state, row.submitted_by) == ("draft", "10019")
    assert _told(desk) == ["10019"]


def test_a_wish_that_the_manager_submits_is_shown_as_submitted(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    desk.read_and_answer()
    desk.move(RequestState.SUBMITTED, Role.MANAGER, "10009")
    desk.deliver()
    assert desk.shown(entry)[0].startswith(SUBMITTED)


# --- wrong -----------------------------------------------------------------------------------

WRONG = [
    ({"Kosten": "veel"}, "Kosten: Dit is geen getal."),
    ({"Kosten": "1.250"}, "Kosten: Niet duidelijk is of de punt"),
    ({"Kosten": "-5"}, "Kosten: "),
    ({"Leeruren": "12,345"}, "Leeruren: Hoogstens twee decimalen."),
    ({"Startdatum": "31-2-2027"}, "Startdatum: Dit is geen bestaande datum."),
    ({"Einddatum": "1-2-2027"}, "Einddatum: "),
    ({"Grondslag": "bestaatniet"}, "Grondslag: Kies een van: wettelijk"),
    ({"Wettelijk_verplicht": "misschien"}, "Wettelijk verplicht: Kies een van: ja"),
    ({"Cursusnummers": "OPL-999"}, "Cursusnummers: Dit is hier niet bekend."),
    ({"Opleiding": "x" * 201}, "Opleiding: Deze tekst is te lang"),
    ({"Deel_in_werktijd": "2"}, "Deel in werktijd: "),
    ({"Subsidie": "9999"}, "Subsidie: De subsidie is hoger dan de kosten."),
    ({"Aantal_deelnemers": "5"}, "Aantal deelnemers: Alleen een leidinggevende"),
    ({"Personeelsnummers": "10003"}, "Personeelsnummers: Niet van je team: 10003."),
    ({"Personeelsnummers": "10005, 10003"}, "Personeelsnummers: Niet van je team: 10005, 10003."),
]


def test_wrong_entries_are_answered_with_what_to_mend(desk: Desk) -> None:
    filled_in = [(desk.fill_in(PIET, **fields), sentence) for fields, sentence in WRONG]
    assert desk.read_and_answer().outcomes == {EntryResult.WRONG: len(WRONG)}
    assert desk.requests() == []
    for entry, sentence in filled_in:
        status, decision = desk.shown(entry)
        assert status.startswith("Niet ontvangen. Herstel dit en sla opnieuw op. ")
        assert sentence in status
        assert decision == ""


def test_a_form_that_requires_nothing_does_not_make_it_optional(desk: Desk) -> None:
    database = desk.bench.moodle.state.databases[FORM]
    database.fields = tuple(replace(field, required=False) for field in database.fields)
    entry = desk.fill_in(PIET, Kosten="", Opleiding="")
    desk.read_and_answer()
    for name in ("Opleiding", "Kosten"):
        assert f"{name}: Dit veld is verplicht en leeg." in desk.shown(entry)[0]


def test_everything_that_is_wrong_is_said_at_once_and_kept(desk: Desk) -> None:
    desk.fill_in(PIET, Kosten="veel", Startdatum="31-2-2027", Leeruren="")
    desk.read()
    (known,) = desk.known()
    assert {one["field"] for one in known.wrong} == {"Kosten", "Startdatum", "Leeruren"}


def test_an_entry_that_is_mended_is_taken_over(desk: Desk) -> None:
    entry = desk.fill_in(PIET, Kosten="veel")
    desk.read_and_answer()
    desk.write(entry, Kosten="99")
    assert desk.read_and_answer().outcomes == {EntryResult.CREATED: 1}
    assert desk.shown(entry)[0].startswith(WISH)
    assert desk.known()[0].wrong == []


def test_an_entry_is_tried_again_when_the_colleague_is_known_by_then(desk: Desk) -> None:
    desk.fill_in(MANAGER, Personeelsnummers="10077")
    assert desk.read().outcomes == {EntryResult.WRONG: 1}
    desk.bench.hire("10077", manager="10009")
    assert desk.read().outcomes == {EntryResult.CREATED: 1}


def test_a_poll_leaves_a_wrong_entry_alone_for_a_while(
    desk: Desk,
) -> None:
    desk.fill_in(MANAGER, Personeelsnummers="10077")
    desk.read()
    desk.bench.hire("10077", manager="10009")
    desk.bench.clock.advance(minutes=14)
    poll_requests(desk.bench.parts)
    assert desk.requests() == [], "each minute, for months: three calls for each such entry"
    desk.bench.clock.advance(minutes=1)
    poll_requests(desk.bench.parts)
    assert [row.employee_ids for row in desk.requests()] == [["10077"]]


def test_an_account_without_an_employee_number_is_told_so(desk: Desk) -> None:
    desk.bench.moodle.state.users[PIET].profile = {}
    desk.bench.moodle.state.users[ZULEYHA].username = "p.bakker"
    entry = desk.fill_in(PIET)
    desk.read_and_answer()
    assert "heeft geen personeelsnummer" in desk.shown(entry)[0]


def test_who_has_no_manager_is_told_so(desk: Desk) -> None:
    desk.bench.hire("10005", manager=None)
    entry = desk.fill_in(PIET)
    desk.read_and_answer()
    assert "geen leidinggevende bekend" in desk.shown(entry)[0]


def test_before_the_first_tranche_nothing_is_written_down(desk: Desk) -> None:
    desk.bench.clock.moment -= timedelta(days=366)
    entry = desk.fill_in(MANAGER, Personeelsnummers="10005")
    desk.read_and_answer()
    assert desk.requests() == []
    assert "nog geen tranche" in desk.shown(entry)[0]


# --- again -----------------------------------------------------------------------------------


def test_reading_again_changes_nothing(desk: Desk, by_manager: DatabaseEntry) -> None:
    shown, actions = desk.shown(by_manager), len(desk.bench.actions())
    for _ in range(3):
        desk.read_and_answer()
    assert len(desk.requests()) == 1
    assert (desk.shown(by_manager), len(desk.bench.actions())) == (shown, actions)
    assert desk.read().outcomes == {}


def test_two_readings_at_once_make_one_request(desk: Desk) -> None:
    desk.fill_in(MANAGER, Personeelsnummers="10005")
    desk.bench.clock.advance(minutes=1)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(poll_requests, desk.bench.parts) for _ in range(4)]:
            done.result()
    assert len(desk.requests()) == 1


def test_a_dry_run_tells_and_keeps_nothing(desk: Desk) -> None:
    desk.fill_in(PIET)
    found = desk.read(dry_run=True)
    assert (found.shown, found.outcomes) == (1, {EntryResult.CREATED: 1})
    assert (desk.requests(), desk.known(), desk.bench.actions()) == ([], [], [])


def test_a_changed_wish_changes_the_draft(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    desk.read()
    desk.write(entry, Kosten="2000")
    assert desk.read().outcomes == {EntryResult.CHANGED: 1}
    (row,) = desk.requests()
    assert (row.costs_cents, row.version) == (200_000, 2)
    assert _told(desk) == ["10009"]


def test_what_the_manager_completed_is_not_written_over(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    desk.read_and_answer()
    (row,) = desk.requests()
    with acting(desk.bench.parts, Principal("k", "k", Role.MANAGER, "10009")) as act:
        requests.change(act, row.id, row.version, {"words": {"motivation": "Besproken."}})
    desk.write(entry, Motivatie="Anders.")
    assert desk.read_and_answer().outcomes == {EntryResult.WRONG: 1}
    assert desk.requests()[0].motivation == "Besproken."
    assert "Je laatste wijziging is niet overgenomen." in desk.shown(entry)[0]


def test_a_change_after_submission_is_not_taken_over_until_it_is_undone(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    desk.write(by_manager, Kosten="1")
    desk.read_and_answer()
    assert desk.requests()[0].costs_cents == 125_050
    assert "De aanvraag is al ingediend." in desk.shown(by_manager)[0]
    desk.write(by_manager, Kosten="1250,50")
    desk.read_and_answer()
    assert "niet overgenomen" not in desk.shown(by_manager)[0]


def test_an_entry_that_is_removed_leaves_its_request(desk: Desk, by_manager: DatabaseEntry) -> None:
    del desk.bench.moodle.state.entries[by_manager.id]
    assert desk.read().gone == 1
    assert desk.requests()[0].state == "submitted"
    desk.move(RequestState.UNDER_REVIEW)
    desk.deliver()
    assert [row.state for row in desk.bench.actions()] == ["delivered"]


def test_a_number_that_a_restored_lms_uses_again_is_another_entry(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    del desk.bench.moodle.state.entries[by_manager.id]
    desk.bench.moodle.state._highest["entries"] = 0
    other = desk.fill_in(PIET)
    assert other.id == by_manager.id
    assert desk.read_and_answer().outcomes == {EntryResult.CREATED: 1}
    assert [row.state for row in desk.requests()] == ["submitted", "draft"]
    assert desk.shown(other)[0].startswith(WISH)
    desk.read()
    assert desk.read().outcomes == {}


def test_an_entry_removed_between_two_steps_gets_no_answer(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    desk.move(RequestState.UNDER_REVIEW)
    del desk.bench.moodle.state.entries[by_manager.id]
    desk.deliver()
    assert {row.state for row in desk.bench.actions()} == {"delivered"}
    assert desk.known()[0].gone_at is not None


# --- the truth stays here --------------------------------------------------------------------


def test_an_employee_who_fills_in_the_decision_changes_nothing(desk: Desk) -> None:
    entry = desk.fill_in(PIET, Status="Goedgekeurd", Besluit="Toegekend door het MT")
    desk.read_and_answer()
    assert desk.requests()[0].state == "draft"
    assert desk.shown(entry)[0].startswith(WISH)
    assert desk.shown(entry)[1] == ""
    for _ in range(2):
        desk.write(entry, Besluit="Toch toegekend")
        desk.read_and_answer()
        assert desk.shown(entry)[1] == ""
    assert desk.requests()[0].version == 1


def test_the_status_says_when_it_is_decided(desk: Desk, by_manager: DatabaseEntry) -> None:
    desk.move(RequestState.UNDER_REVIEW)
    desk.deliver()
    assert DECIDED in desk.shown(by_manager)[0]
    desk.decide(RequestOutcome.REJECT, date(2027, 1, 12))
    desk.deliver()
    assert "Het MT besluit" not in desk.shown(by_manager)[0]


def test_an_interim_request_says_what_it_needs(desk: Desk) -> None:
    """Its training starts before the management team decides on the tranche."""
    early = {"Startdatum": "1-12-2026", "Personeelsnummers": "10005"}
    entry = desk.fill_in(MANAGER, **early)
    desk.read_and_answer()
    status = desk.shown(entry)[0]
    assert "Tussentijdse aanvraag: de start op 1 december 2026" in status
    assert "De aanvraag wordt niet in behandeling genomen." in status
    assert "Het MT besluit van" not in status


def test_an_interim_request_says_that_the_consent_is_there(desk: Desk) -> None:
    early = {"Startdatum": "1-12-2026", "Personeelsnummers": "10005"}
    shown = {"Grondslag": "functiegebonden", "Bewijs": "https://intranet.example.org/functie"}
    entry = desk.fill_in(MANAGER, **early, **shown)
    desk.read_and_answer()
    assert "alleen in behandeling genomen als het MT voor de start instemt" in desk.shown(entry)[0]
    desk.consent(date(2026, 11, 10))
    desk.deliver()
    assert "het MT heeft vooraf ingestemd" in desk.shown(entry)[0]


def test_every_step_is_shown_and_the_last_one_counts(desk: Desk, by_manager: DatabaseEntry) -> None:
    desk.move(RequestState.UNDER_REVIEW)
    desk.deliver()
    assert desk.shown(by_manager)[0].startswith("In behandeling bij HR, tranche 2027-1.")
    desk.move(RequestState.WITHDRAWN)
    desk.deliver()
    assert desk.shown(by_manager)[0].startswith("Ingetrokken.")


@pytest.mark.parametrize(
    ("outcome", "status", "decision"),
    [
        ("grant", "Afgehandeld: toegekend.", "Toegekend door het MT op 12 januari 2027."),
        ("reject", "Afgehandeld: afgewezen.", "Afgewezen door het MT op 12 januari 2027."),
        ("defer", "Uitgesteld: wordt opnieuw gewogen.", "Uitgesteld door het MT op 12 januari"),
    ],
)
def test_the_decision_is_shown(
    desk: Desk, by_manager: DatabaseEntry, outcome: str, status: str, decision: str
) -> None:
    desk.move(RequestState.UNDER_REVIEW)
    desk.decide(RequestOutcome(outcome), date(2027, 1, 12))
    desk.deliver()
    shown = desk.shown(by_manager)
    assert shown[0].startswith(status)
    assert shown[1].startswith(decision)
    desk.write(by_manager, Besluit="Anders")
    desk.read_and_answer()
    assert desk.shown(by_manager) == shown


def test_a_pause_holds_the_answers_back(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    now = desk.bench.clock.now()
    for on, starts in ((True, ""), (False, WISH)):
        with desk.bench.register.write() as connection:
            enforcement_switch.throw(connection, on=on, reason="proef", by="hr", now=now)
        desk.read_and_answer()
        assert desk.shown(entry)[0][: len(WISH)] == starts


def test_an_lms_that_is_down_gets_its_answer_later(desk: Desk) -> None:
    entry = desk.fill_in(PIET)
    desk.read()
    desk.bench.moodle.switches.fail_next(Fault.GATEWAY_TIMEOUT, function="mod_data_update_entry")
    desk.deliver()
    assert desk.shown(entry) == ("", "")
    desk.bench.clock.advance(hours=1)
    desk.deliver()
    assert desk.shown(entry)[0].startswith(WISH)


def test_an_lms_that_fails_while_it_is_read_loses_nothing(desk: Desk) -> None:
    desk.fill_in(PIET)
    desk.fill_in(ZULEYHA)
    desk.bench.moodle.switches.fail_next(Fault.DATABASE_DOWN, function="mod_data_get_fields")
    with pytest.raises(Transient):
        desk.read()
    assert desk.read().outcomes == {EntryResult.CREATED: 2}


def test_an_entry_that_cannot_be_read_does_not_keep_the_others_waiting(desk: Desk) -> None:
    hidden = desk.fill_in(PIET)
    desk.fill_in(ZULEYHA)
    hidden.contents = {0: Content(0, 0, content=cast("str", {}))}
    with pytest.raises(Permanent, match="mod_data_get_entry"):
        desk.read()
    assert [request.employee_ids for request in desk.requests()] == [["10003"]]


def test_without_a_form_nothing_is_read_or_shown(desk: Desk, by_manager: DatabaseEntry) -> None:
    desk.move(RequestState.UNDER_REVIEW)
    desk.bench.parts = replace(desk.bench.parts, lms=None)
    assert desk.read().shown == 0
    desk.deliver()
    assert desk.bench.actions()[-1].state == "delivered"
    assert desk.shown(by_manager)[0].startswith(SUBMITTED)


def test_the_command_tells_what_it_did_and_which_entries_wait(desk: Desk) -> None:
    desk.fill_in(PIET)
    desk.fill_in(ZULEYHA, Kosten="veel")
    desk.bench.clock.advance(minutes=1)
    first, second = SYNCS["requests"](desk.bench.parts, False, False)
    assert first == "requests: 2 shown, 1 created, 1 wrong, 0 gone"
    assert second.startswith("wrong: entry 2: Kosten: This is not a number.")
    desk.bench.parts = replace(desk.bench.parts, lms=None)
    (only,) = SYNCS["requests"](desk.bench.parts, False, False)
    assert "ODWH_MOODLE_REQUEST_DATABASE_ID" in only


def test_an_english_site_is_answered_in_english(desk: Desk) -> None:
    desk.bench.parts = replace(desk.bench.parts, settings=Settings(language="en"))
    entry = desk.fill_in(PIET, Kosten="much", Grondslag="individual")
    desk.read_and_answer()
    assert desk.shown(entry)[0].startswith("Not received. Correct this and save again. Kosten: ")


@pytest.mark.parametrize("language", Language)
def test_every_state_has_its_words(language: Language) -> None:
    assert {f"request_form.state.{state}" for state in RequestState} <= keys(language)
    assert FORM


def test_an_answer_never_goes_to_an_entry_that_got_the_number_of_another(
    desk: Desk, by_manager: DatabaseEntry
) -> None:
    """A Moodle that was put back from a backup gives its numbers again."""
    state = desk.bench.moodle.state
    del state.entries[by_manager.id]
    desk.bench.clock.advance(minutes=5)
    other = desk.fill_in(ZULEYHA, Opleiding="Excel")
    del state.entries[other.id]
    state.entries[by_manager.id] = replace(other, id=by_manager.id)
    desk.move(RequestState.WITHDRAWN)
    desk.deliver()
    assert desk.shown(state.entries[by_manager.id]) == ("", "")
