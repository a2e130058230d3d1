"""Tokens and secrets that are replaced in their files while worker and web go on."""

from __future__ import annotations

from pathlib import Path

from adapter.doors.web.app import create_app
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from config.policy_files import load_policy
from config.settings import load_settings
from tests.fixtures.outage import Agency
from tests.fixtures.programs import running, wait_until

EVENT = {
    "eventid": "7",
    "eventname": "\\core\\event\\user_enrolment_created",
    "objectid": "48",
    "userid": "3",
    "relateduserid": "8",
    "courseid": "4",
    "timecreated": "1795437889",
    "other_enrol": "manual",
}


def test_a_worker_goes_on_with_the_new_token_of_the_lms(
    sqlite_register: Register, tmp_path: Path
) -> None:
    agency = Agency(tmp_path, sqlite_register, sqlite_register.engine.url.render_as_string(), 3)
    token = tmp_path / "token"
    token.write_text(agency.moodle.token)
    state = agency.moodle.state
    with agency.open():
        text = agency.config.read_text()
        given = f'token = "{agency.moodle.token}"'
        assert given in text
        agency.config.write_text(text.replace(given, 'token_file = "token"'))
        agency.tell_of_enrolments()
        with running("--config", str(agency.config), "worker"):
            wait_until(lambda: agency.left_of_lms() == 0, "the first token does not work")
            state.add_token("another", state.tokens[agency.moodle.token].userid)
            token.write_text("another")
            del state.tokens[agency.moodle.token]
            agency.tell_of_enrolments()
            wait_until(lambda: agency.left_of_lms() == 0, "the new token is not used")


def test_the_web_takes_the_new_secret_of_a_sender_and_no_more_the_old_one(
    sqlite_register: Register, tmp_path: Path
) -> None:
    secret = tmp_path / "webhook-token"
    secret.write_text("the first one")
    file = tmp_path / "odwh.toml"
    file.write_text('webhook_token_file = "webhook-token"\n')
    parts = Parts(sqlite_register, load_policy(), SystemClock(), load_settings(file))
    web = create_app(parts).test_client()

    def status(token: str) -> int:
        return web.post("/v1/lms-events", json=EVENT | {"token": token}).status_code

    assert (status("the first one"), status("another one")) == (200, 401)
    secret.write_text("another one")
    assert (status("the first one"), status("another one")) == (401, 200)
