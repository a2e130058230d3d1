"""An LMS that takes connections and never answers keeps nothing waiting but what needs it."""

from __future__ import annotations

from pathlib import Path

from adapter.ground.store.register import Register
from tests.fixtures.outage import LEAVER, Agency
from tests.fixtures.programs import running, wait_until
from tests.fixtures.relay import Health

PEOPLE = 20


def assert_exits_and_mail_go_on(agency: Agency, sick: Health) -> None:
    with agency.open() as relay:
        relay.turn(sick)
        agency.tell_of_enrolments()
        with running("--config", str(agency.config), "worker") as worker:
            worker.wait_for("worker.started")
            mail = agency.write_to_hr()
            leaver = agency.tell_of_leaver()
            wait_until(lambda: agency.state_of(leaver) == "processed", "the exit waits")
            wait_until(lambda: agency.is_delivered(mail), "the mail waits")
            assert agency.exits() == [LEAVER]
            assert agency.left_of_lms() == PEOPLE
            wait_until(lambda: agency.lms_answers() is False, "nobody says that the LMS is sick")
            # In the midst of a call that is not answered.
            assert worker.stop() == 0
        assert agency.leased() == 0
        relay.turn(Health.WELL)
        agency.let_time_pass()
        with running("--config", str(agency.config), "worker"):
            wait_until(lambda: agency.left_of_lms() == 0, "enrolments were left behind")
            wait_until(lambda: agency.lms_answers() is True, "nobody says that the LMS is well")


def test_an_exit_is_settled_while_the_lms_accepts_and_never_answers(
    register: Register, database_url: str, tmp_path: Path
) -> None:
    assert_exits_and_mail_go_on(Agency(tmp_path, register, database_url, PEOPLE), Health.SILENT)


def test_a_byte_now_and_then_is_no_answer(sqlite_register: Register, tmp_path: Path) -> None:
    url = sqlite_register.engine.url.render_as_string()
    assert_exits_and_mail_go_on(Agency(tmp_path, sqlite_register, url, PEOPLE), Health.DRIPPING)
