"""How the connector reads by our plugin: pages, what a page repeats, and when it asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.errors import Misconfigured, Transient
from connectors.moodle import MoodleConfig
from connectors.moodle.client import MoodleClient
from connectors.moodle.models import PluginEnrolment, SiteInfo
from connectors.moodle.plugin import FUNCTIONS, READ, Plugin
from connectors.ports import EnrolmentMethod, RemovedEnrolment
from tests.connectors.moodle.replay import Exchange, Replay

CONFIG = MoodleConfig(url="https://lms.example.org", token="x", attempts=1)
NOW = 1_800_000_000


def _row(number: int, changed: int, status: str = "active", method: str = "cohort") -> object:
    return PluginEnrolment.model_validate(
        {
            "id": number,
            "userid": 5,
            "courseid": 3,
            "enrolid": 9,
            "method": method,
            "status": status,
            "timestart": 0,
            "timeend": 0,
            "timecreated": 1,
            "timecompleted": 0,
            "heldat": 0,
            "changed": changed,
        }
    ).model_dump()


def _page(since: int, after: int | None, rows: list[object], *, more: bool = False) -> Exchange:
    asked = {"since": str(since), "limit": "5000"}
    last = rows[-1] if rows else {"changed": since, "id": 0}
    assert isinstance(last, dict)
    answer = {
        "enrolments": rows,
        "more": more,
        "nextsince": last["changed"],
        "nextafter": last["id"],
        "time": NOW,
    }
    return READ, asked if after is None else {**asked, "after": str(after)}, answer


def _plugin(
    *exchanges: Exchange,
    site: Callable[[], SiteInfo] | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> Plugin:
    client = MoodleClient(CONFIG, transport=Replay(exchanges))
    return Plugin(client, site or (lambda: _site(FUNCTIONS)), clock)


def _site(functions: tuple[str, ...]) -> SiteInfo:
    named = [{"name": name} for name in functions]
    return SiteInfo.model_validate(
        {"userid": 3, "username": "svc", "release": "4.5", "functions": named}
    )


def test_every_page_is_read_and_of_a_row_that_came_twice_the_later_stands() -> None:
    plugin = _plugin(
        _page(0, None, [_row(1, 10), _row(2, 11)], more=True),
        _page(11, 2, [_row(1, 12, "suspended"), _row(3, 12)]),
    )
    found = plugin.read(None)
    assert {row.enrolment_id: row.status.value for row in found.rows} == {
        "1": "suspended",
        "2": "active",
        "3": "active",
    }
    assert (found.complete, found.mark) == (True, str(NOW))


def test_what_was_removed_while_it_was_read_is_removed() -> None:
    plugin = _plugin(
        _page(0, None, [_row(1, 10)], more=True), _page(10, 1, [_row(1, 12, "removed")])
    )
    found = plugin.read(None)
    assert (found.rows, found.removed) == ((), (RemovedEnrolment("5", "3", "1"),))


def test_a_reading_of_changes_looks_back_for_what_was_committed_late() -> None:
    found = _plugin(_page(NOW - 660, None, [])).read(str(NOW - 60))
    assert (found.complete, found.rows) == (False, ())


def test_a_clock_that_went_back_means_reading_everything() -> None:
    plugin = _plugin(_page(NOW + 3000, None, []), _page(0, None, [_row(1, 10)]))
    assert plugin.read(str(NOW + 3600)).complete


def test_a_page_that_promises_more_and_gives_nothing_is_not_read_for_ever() -> None:
    with pytest.raises(Misconfigured, match="update local_learningpolicy"):
        _plugin(_page(0, None, [], more=True)).read(None)


def test_methods_other_than_manual_and_self_are_told_apart_by_their_instance() -> None:
    (row,) = _plugin(_page(0, None, [_row(1, 10)])).read(None).rows
    assert (row.method, row.method_text) == (EnrolmentMethod.OTHER, "cohort 9")


def test_it_is_used_only_when_all_its_functions_are_offered() -> None:
    assert _plugin().is_offered()
    assert not _plugin(site=lambda: _site(FUNCTIONS[:2])).is_offered()


def test_what_is_offered_is_asked_again_after_minutes_and_outlives_a_silence() -> None:
    now, answers = [0.0], [_site(FUNCTIONS)]

    def site() -> SiteInfo:
        if not answers:
            raise Transient("no answer")
        return answers.pop()

    plugin = _plugin(site=site, clock=lambda: now[0])
    assert plugin.is_offered()
    now[0] = 299.0
    assert plugin.is_offered()
    now[0] = 301.0
    assert plugin.is_offered()
    answers.append(_site(()))
    now[0] = 602.0
    assert not plugin.is_offered()


def test_a_silence_at_the_start_is_passed_on() -> None:
    def silent() -> SiteInfo:
        raise Transient("no answer")

    with pytest.raises(Transient):
        _plugin(site=silent).is_offered()
