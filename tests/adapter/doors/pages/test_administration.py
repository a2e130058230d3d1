"""*Toezicht* for the administrator: roles, keys, sessions, and how the service does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from adapter.ground.store.tables.people import EmploymentRow
from adapter.ground.store.tables.sign_in import BrowserSessionRow
from adapter.ground.store.tables.work import (
    ApiKeyRow,
    AuditLineRow,
    InboxEventRow,
    JobRunRow,
    OutboxActionRow,
)
from adapter.queues.inbox import EventState
from adapter.queues.outbox import Action, ActionKind, ActionState, put
from adapter.register.enforcement_switch import pause_in_force
from adapter.register.given_roles import given_to
from adapter.register.keys import Principal, RefusedKey, Role, authenticate, create_key
from adapter.views.tasks.letters_left import dead_letters
from tests.adapter.doors.pages.conftest import Browser, signed_in
from tests.adapter.programs.cli.conftest import run_command
from tests.adapter.subjects.requests.conftest import TEAM, Office

SignIn = Callable[..., Browser]
ADMIN = "10011"
PERSON = TEAM[0]


@pytest.fixture
def admin(sign_in: SignIn) -> Browser:
    return sign_in(ADMIN, Role.ADMIN)


def acts(office: Office) -> list[tuple[str, str, str, str]]:
    """Of the administrator, but for signing in and what every page notes."""
    lines = (
        select(AuditLineRow.actor, AuditLineRow.action, AuditLineRow.record, AuditLineRow.result)
        .where(
            AuditLineRow.actor == ADMIN,
            AuditLineRow.action.not_in(("sign-in-link", "view", "change")),
        )
        .order_by(AuditLineRow.at, AuditLineRow.id)
    )
    with office.parts.register.read() as connection:
        return [(a, b, c, d) for a, b, c, d in connection.execute(lines)]


def held(office: Office) -> frozenset[Role]:
    with office.parts.register.read() as connection:
        return given_to(connection, PERSON, office.clock.now().date())


def dead(office: Office) -> tuple[str, str]:
    """An event and an action that are dead."""
    now = office.clock.now()
    with office.parts.register.write() as connection:
        connection.execute(
            insert(InboxEventRow).values(
                id="event-1",
                source="lms",
                delivery_id="d1",
                channel="lms",
                kind="user_enrolment_created",
                body={},
                received_at=now,
                state=EventState.DEAD,
                reason={"code": "ids_missing"},
                next_attempt_at=now,
            )
        )
        put(connection, [Action("k", ActionKind.SUSPEND, "s", {})], now)
        connection.execute(
            update(OutboxActionRow).values(state=ActionState.DEAD, last_error="it says no")
        )
        action = connection.execute(select(OutboxActionRow.id)).scalar_one()
    return "event-1", action


def left(office: Office) -> dict[str, str | None]:
    with office.parts.register.read() as connection:
        return {one.id: one.left_because for one in dead_letters(connection)}


def test_the_administrator_is_led_to_what_an_administrator_opens(admin: Browser) -> None:
    paths = set(re.findall(r'<h2><a href="(/toezicht/[^"]+)"', admin.page("/toezicht")))
    assert paths == {
        "/toezicht/rollen",
        "/toezicht/dienst",
        "/toezicht/niet-verwerkt",
        "/toezicht/aangemeld",
        "/toezicht/sleutels",
        "/toezicht/archief",
    }
    assert {path: admin.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_who_audits_and_administers_opens_both(sign_in: SignIn) -> None:
    both = sign_in(ADMIN, Role.ADMIN, Role.AUDITOR)
    page = both.page("/toezicht")
    assert "/toezicht/besluiten" in page
    assert "/toezicht/sleutels" in page
    assert "Rol geven" in both.page("/toezicht/rollen")


def test_a_role_is_given_and_revoked(office: Office, admin: Browser) -> None:
    form = {"medewerker": PERSON, "rol": "hr", "tot": "2027-12-31"}
    assert admin.post("/toezicht/rollen", form).location == "/toezicht/rollen?gedaan=role_given"
    assert held(office) == {Role.HR}
    page = admin.page("/toezicht/rollen")
    assert "31 december 2027" in page
    assert "Sanne" not in page, "numbers, no names"
    again = admin.post("/toezicht/rollen", form)
    assert again.location == "/toezicht/rollen?gedaan=role_given_already"
    office.clock.advance(minutes=1)
    gone = {"medewerker": PERSON, "rol": "hr"}
    answer = admin.post("/toezicht/rollen/intrekken", gone)
    assert answer.location == "/toezicht/rollen?gedaan=role_revoked"
    assert held(office) == frozenset()
    assert admin.post("/toezicht/rollen/intrekken", gone).status_code == 404
    assert acts(office) == [
        (ADMIN, "give-role", PERSON, "hr given"),
        (ADMIN, "revoke-role", PERSON, "hr revoked"),
    ]


def test_hr_and_management_team_in_one_person_is_warned_about(
    office: Office, admin: Browser
) -> None:
    admin.post("/toezicht/rollen", {"medewerker": PERSON, "rol": "hr"})
    answer = admin.post("/toezicht/rollen", {"medewerker": PERSON, "rol": "management-team"})
    assert answer.location == "/toezicht/rollen?gedaan=role_given_hr_and_mt"
    assert "stelt voor als HR en beslist als MT" in admin.page(answer.location)
    assert held(office) == {Role.HR, Role.MANAGEMENT_TEAM}


def test_a_role_that_ended_with_the_employment_is_shown_as_ended(
    office: Office, admin: Browser
) -> None:
    """Also of who was hired again; then it can be given anew."""
    form = {"medewerker": PERSON, "rol": "hr", "tot": ""}
    admin.post("/toezicht/rollen", form)
    day = office.clock.now().date()
    with office.parts.register.write() as connection:
        mine = EmploymentRow.employee_id == PERSON
        connection.execute(update(EmploymentRow).where(mine).values(end_on=day))
        again = {"employment_id": "again", "start_on": day + timedelta(days=30)}
        connection.execute(insert(EmploymentRow).values(employee_id=PERSON, **again))
    assert "geëindigd met het dienstverband" not in admin.get("/toezicht/rollen").text
    office.clock.advance(days=1)
    fresh = signed_in(office.parts, ADMIN, Role.ADMIN)
    assert "geëindigd met het dienstverband" in fresh.get("/toezicht/rollen").text
    listed = run_command(office.parts, "role", "list")
    assert "ended with the employment" in listed.stdout
    answer = fresh.post("/toezicht/rollen", form)
    assert answer.location == "/toezicht/rollen?gedaan=role_given"


@pytest.mark.parametrize(
    ("form", "name", "told"),
    [
        ({"medewerker": "", "rol": "hr"}, "medewerker", "Vul dit in."),
        ({"medewerker": "99999", "rol": "hr"}, "medewerker", "Dit is hier niet bekend."),
        ({"medewerker": PERSON, "rol": ""}, "rol", "Vul dit in."),
        ({"medewerker": PERSON, "rol": "manager"}, "rol", "Kies een van de mogelijkheden."),
        ({"medewerker": PERSON, "rol": "lms"}, "rol", "Kies een van de mogelijkheden."),
        ({"medewerker": PERSON, "rol": "hr", "tot": "2026-11-09"}, "tot", "al voorbij"),
        ({"medewerker": PERSON, "rol": "hr", "tot": "ooit"}, "tot", "Kies een datum"),
    ],
)
def test_a_role_that_cannot_be_given_is_told_beside_the_field(
    office: Office, admin: Browser, form: dict[str, str], name: str, told: str
) -> None:
    answer = admin.post("/toezicht/rollen", form)
    assert answer.status_code == 422
    assert f'<a href="#{name}">' in answer.text
    assert told in answer.text.partition(f'id="{name}-error">')[2].partition("</p>")[0]
    assert held(office) == frozenset()


def test_a_key_is_revoked_and_no_secret_is_shown(office: Office, admin: Browser) -> None:
    key = create_key(office.parts.register, office.clock, "Moodle", "lms")
    _, key_id, secret = key.split("_", 2)
    page = admin.page("/toezicht/sleutels")
    assert "Moodle" in page
    assert secret not in page
    with office.parts.register.read() as connection:
        digest = connection.execute(select(ApiKeyRow.secret_sha256)).scalar_one()
    assert digest not in page
    answer = admin.post(f"/toezicht/sleutels/{key_id}/intrekken")
    assert answer.location == "/toezicht/sleutels?gedaan=key_revoked"
    assert "ingetrokken op" in admin.page("/toezicht/sleutels")
    assert admin.post(f"/toezicht/sleutels/{key_id}/intrekken").status_code == 404
    assert acts(office) == [(ADMIN, "revoke-key", key_id, "revoked")]


NEW_KEY = re.compile(r"<code>(odwh_([0-9a-f]{16})_[\w-]{43})</code>")


def test_a_key_is_made_and_shown_once(office: Office, admin: Browser) -> None:
    form = {
        "naam": "Moodle",
        "rol": "lms",
        "tot": "2027-12-31",
        "netwerken": "10.1.2.0/24 192.0.2.1",
    }
    shown = NEW_KEY.search(admin.post("/toezicht/sleutels", form).text)
    assert shown is not None
    now = office.clock.now()
    found = authenticate(office.parts.register, shown[1], now, "192.0.2.1")
    assert isinstance(found, Principal)
    assert (found.name, found.role) == ("Moodle", Role.LMS)
    page = admin.page("/toezicht/sleutels")
    assert shown[1] not in page
    assert "10.1.2.0/24, 192.0.2.1/32" in page
    assert "werkt tot 1 januari 2028" in page
    ((actor, action, record, result),) = acts(office)
    assert (actor, action, record) == (ADMIN, "make-key", shown[2])
    assert result == "lms made, until 2027-12-31 23:00Z"


def test_a_key_is_replaced_and_the_old_one_opens_for_a_week(office: Office, admin: Browser) -> None:
    old = create_key(office.parts.register, office.clock, "Moodle", "lms")
    shown = NEW_KEY.search(admin.post(f"/toezicht/sleutels/{old.split('_')[1]}/vervangen").text)
    assert shown is not None
    register, now = office.parts.register, office.clock.now()
    assert isinstance(authenticate(register, old, now + timedelta(days=6)), Principal)
    assert isinstance(authenticate(register, old, now + timedelta(days=8)), RefusedKey)
    assert isinstance(authenticate(register, shown[1], now + timedelta(days=8)), Principal)
    assert f"in plaats van {old.split('_')[1]}" in admin.page("/toezicht/sleutels")
    assert admin.post("/toezicht/sleutels/0000000000000000/vervangen").status_code == 404


@pytest.mark.parametrize(
    ("form", "name", "told"),
    [
        ({"rol": "lms"}, "naam", "Vul dit in."),
        ({"naam": "x"}, "rol", "Vul dit in."),
        ({"naam": "x", "rol": "manager"}, "medewerker", "Vul dit in."),
        ({"naam": "x", "rol": "hr", "medewerker": "99999"}, "medewerker", "niet bekend"),
        ({"naam": "x", "rol": "hr", "tot": "2020-01-01"}, "tot", "voorbij"),
        ({"naam": "x", "rol": "hr", "netwerken": "10.1.2.3/24"}, "netwerken", "netwerk"),
    ],
)
def test_a_key_that_cannot_be_made_is_told_at_its_field(
    office: Office, admin: Browser, form: dict[str, str], name: str, told: str
) -> None:
    answer = admin.post("/toezicht/sleutels", form)
    assert answer.status_code == 422
    assert told in answer.text.partition(f'id="{name}-error">')[2].partition("</p>")[0]
    with office.parts.register.read() as connection:
        assert connection.execute(select(ApiKeyRow)).all() == []


def test_a_session_is_ended(office: Office, admin: Browser, sign_in: SignIn) -> None:
    other = sign_in(PERSON)
    page = admin.page("/toezicht/aangemeld")
    assert PERSON in page
    assert "met een aanmeldlink" in page
    assert "Sanne" not in page
    with office.parts.register.read() as connection:
        session_id = connection.execute(
            select(BrowserSessionRow.id).where(BrowserSessionRow.employee_id == PERSON)
        ).scalar_one()
    path = f"/toezicht/aangemeld/{session_id}/beeindigen"
    assert admin.post(path).location == "/toezicht/aangemeld?gedaan=session_ended"
    assert other.get("/mijn-leren").status_code == 303
    assert admin.post(path).status_code == 404
    assert PERSON not in admin.page("/toezicht/aangemeld")
    assert acts(office) == [(ADMIN, "end-session", PERSON, "ended by administrator")]


def test_a_session_that_ran_out_is_not_shown(
    office: Office, admin: Browser, sign_in: SignIn
) -> None:
    sign_in(PERSON)
    for _ in range(2):
        office.clock.advance(minutes=20)
        page = admin.page("/toezicht/aangemeld")
    assert ADMIN in page
    assert PERSON not in page


def test_enforcement_is_paused_and_resumed_with_a_reason(office: Office, admin: Browser) -> None:
    assert "niet gepauzeerd" in admin.page("/toezicht/dienst")
    wrong = admin.post("/toezicht/dienst/pauze", {"reden": ""})
    assert wrong.status_code == 422
    assert '<a href="#reden">' in wrong.text
    answer = admin.post("/toezicht/dienst/pauze", {"reden": "Eerst kijken."})
    assert answer.location == "/toezicht/dienst?gedaan=paused"
    page = admin.page("/toezicht/dienst")
    assert page.count(f"door {ADMIN}: Eerst kijken.") == 2, "among the parts, and at the switch"
    assert f"by {ADMIN}" not in page, "what the command line says of it"
    assert admin.post("/toezicht/dienst/hervatten", {"reden": " "}).status_code == 422
    office.clock.advance(minutes=1)
    answer = admin.post("/toezicht/dienst/hervatten", {"reden": "Het klopt."})
    assert answer.location == "/toezicht/dienst?gedaan=resumed"
    with office.parts.register.read() as connection:
        assert pause_in_force(connection) is None
    assert [line[3] for line in acts(office)] == ["paused", "resumed"]


def test_jobs_and_connections_are_shown(office: Office, admin: Browser) -> None:
    now = office.clock.now()
    with office.parts.register.write() as connection:
        connection.execute(
            insert(JobRunRow).values(
                job="read_employees",
                period_start=now,
                started_at=now,
                finished_at=now,
                error="the HRIS does not answer",
            )
        )
    page = admin.page("/toezicht/dienst")
    assert "read_employees" in page
    assert "the HRIS does not answer" in page
    assert "Leersysteem" in page
    assert "niet ingesteld" in page
    assert "er wacht niets" in page
    with office.parts.register.write() as connection:
        put(connection, [Action("k", ActionKind.SUSPEND, "s", {})], now)
    assert "1, het oudste sinds 10 november 2026 10:00" in admin.page("/toezicht/dienst")


def test_dead_letters_are_tried_again(office: Office, admin: Browser) -> None:
    assert "Er zijn geen berichten" in admin.page("/toezicht/niet-verwerkt")
    letters = dead(office)
    page = admin.page("/toezicht/niet-verwerkt")
    assert "user_enrolment_created" in page
    assert "it says no" in page
    for letter in letters:
        path = f"/toezicht/niet-verwerkt/{letter}/opnieuw"
        assert admin.post(path).location == "/toezicht/niet-verwerkt?gedaan=letter_replayed"
        assert admin.post(path).status_code == 404
    assert left(office) == {}
    assert {line[1:3] for line in acts(office)} == {
        ("replay-dead-letter", letter) for letter in letters
    }


def test_dead_letters_are_left_with_a_reason(office: Office, admin: Browser) -> None:
    letters = dead(office)
    for letter in letters:
        path = f"/toezicht/niet-verwerkt/{letter}/laten"
        wrong = admin.post(path, {f"reden-{letter}": ""})
        assert wrong.status_code == 422
        assert f'<a href="#reden-{letter}">' in wrong.text
        answer = admin.post(path, {f"reden-{letter}": "De cursus bestaat niet meer."})
        assert answer.location == "/toezicht/niet-verwerkt?gedaan=letter_left"
    assert left(office) == dict.fromkeys(letters, "De cursus bestaat niet meer.")
    page = admin.page("/toezicht/niet-verwerkt")
    assert page.count("Zo gelaten: De cursus bestaat niet meer.") == 2
    unknown = {"reden-niets": "x"}
    assert admin.post("/toezicht/niet-verwerkt/niets/laten", unknown).status_code == 404


def test_long_lists_come_in_portions(office: Office, admin: Browser) -> None:
    for number in range(51):
        create_key(office.parts.register, office.clock, f"sleutel-{number:02}", "lms")
        office.clock.advance(seconds=1)
    first, second = admin.page("/toezicht/sleutels"), admin.page("/toezicht/sleutels?pagina=2")
    assert "sleutel-01" in first
    assert "sleutel-00" not in first
    assert "sleutel-00" in second


@pytest.mark.parametrize(
    "path",
    [
        "rollen",
        "rollen/intrekken",
        "sleutels/x/intrekken",
        "aangemeld/x/beeindigen",
        "dienst/pauze",
        "dienst/hervatten",
        "niet-verwerkt/x/opnieuw",
        "niet-verwerkt/x/laten",
    ],
)
def test_a_form_without_our_token_does_nothing(office: Office, admin: Browser, path: str) -> None:
    form = {"medewerker": PERSON, "rol": "hr", "reden": "x", "reden-x": "x"}
    assert admin.client.post(f"/toezicht/{path}", data=form).status_code == 403
    assert acts(office) == []


def test_the_pages_speak_english_too(office: Office, admin: Browser) -> None:
    dead(office)
    english = {"Accept-Language": "en"}
    for path in ("", "/rollen", "/sleutels", "/aangemeld", "/dienst", "/niet-verwerkt"):
        answer = admin.get(f"/toezicht{path}", headers=english)
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == "en"
