from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import Misconfigured
from connectors.moodle import Moodle, MoodleConfig
from connectors.moodle.client import MoodleClient
from connectors.moodle.courses import CourseCatalogue
from connectors.moodle.trust import TRUST_SECONDS, Trust
from connectors.moodle.users import UserDirectory
from tests.connectors.moodle.lab import TOKEN, Lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    with lab.moodle:
        yield lab


def _config(lab: Lab, user: str = "10005", course: str = "OPL-001") -> MoodleConfig:
    return MoodleConfig(url=lab.moodle.url, token=TOKEN, known_user=user, known_course=course)


def test_the_known_user_may_be_named_by_employee_number(lab: Lab) -> None:
    assert Moodle(_config(lab)).users_by_id(["99999"]) == {}


@pytest.mark.parametrize(
    ("user", "course", "reason"),
    [
        ("", "OPL-001", "no known user is configured"),
        ("10005", "", "no known course is configured"),
        ("weg", "OPL-001", "does not show the configured known user"),
        ("10005", "OPL-999", "does not show the known course OPL-999"),
    ],
)
def test_nothing_found_is_not_believed_without_both(
    lab: Lab, user: str, course: str, reason: str
) -> None:
    with pytest.raises(Misconfigured, match=reason):
        Moodle(_config(lab, user, course)).users_by_id(["99999"])


def test_what_is_found_needs_no_proof(lab: Lab) -> None:
    assert set(Moodle(_config(lab, "", "")).users_by_id(["8"])) == {"8"}


def test_a_right_that_is_lost_later_is_noticed_when_the_proof_is_old(lab: Lab) -> None:
    config = _config(lab, user="p.bakker")
    client = MoodleClient(config)
    seconds = [0.0]
    users, courses = UserDirectory(client, config), CourseCatalogue(client, config)
    trust = Trust(users, courses, config, clock=lambda: seconds[0])
    trust.require()
    lab.moodle.switches.denied = frozenset({"moodle/user:viewdetails"})
    seconds[0] = TRUST_SECONDS - 1
    trust.require()
    seconds[0] = TRUST_SECONDS
    with pytest.raises(Misconfigured, match="moodle/user:viewdetails"):
        trust.require()


def test_what_one_account_saw_is_asked_again_for_another_token(lab: Lab) -> None:
    """The rights of the one prove nothing for the other, and who is never held is another too."""
    tokens = [TOKEN]
    moodle = Moodle(replace(_config(lab), token=lambda: tokens[-1]))
    assert moodle.users_by_id(["99999"]) == {}
    assert moodle.service_user_id() == str(lab.state.tokens[TOKEN].userid)
    lab.moodle.switches.denied = frozenset({"moodle/user:viewdetails"})
    assert moodle.users_by_id(["99999"]) == {}
    own = lab.state.tokens[TOKEN].userid
    lab.state.add_token("of the same account", own)
    tokens.append("of the same account")
    with pytest.raises(Misconfigured, match="moodle/user:viewdetails"):
        moodle.users_by_id(["99999"])
    lab.state.users[6].admin = True  # so that he may call what the adapter calls
    lab.state.add_token("of another", 6)
    tokens.append("of another")
    assert moodle.service_user_id() == "6"
