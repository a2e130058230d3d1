"""Nothing lost and nobody twice: answers that never came, a killed process, two at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from adapter.subjects.accounts.links import read_links
from adapter.subjects.accounts.reservations import RESERVED
from adapter.subjects.accounts.sync import AccountSync, sync_accounts
from connectors.moodle import Moodle
from connectors.ports import NewLmsUser, RowResult
from sandboxes.moodle import Fault
from tests.fixtures.accounts import CREATE, accounts_of, calls, config_of, sync
from tests.fixtures.workbench import Workbench


def after_the_reservation(bench: Workbench) -> AccountSync:
    bench.clock.moment += RESERVED + timedelta(seconds=1)
    return sync(bench)


def test_after_a_lost_answer_nobody_gets_a_second_account(bench: Workbench) -> None:
    bench.hire("10020")
    bench.moodle.switches.fail_next(Fault.LOST_ANSWER, function=CREATE)
    assert sync(bench).written.waiting == ["10020"]
    assert len(accounts_of(bench, "10020")) == 1
    after_the_reservation(bench)
    assert len(accounts_of(bench, "10020")) == 1
    with bench.register.read() as connection:
        assert read_links(connection)["10020"].problem is None


class Killed(BaseException):
    """The process ends here."""


class DiesAfterCreating(Moodle):
    def create_users(self, users: Sequence[NewLmsUser]) -> list[RowResult]:
        super().create_users(users)
        raise Killed


def test_a_process_killed_between_the_lms_and_the_register_leaves_no_double(
    bench: Workbench,
) -> None:
    bench.hire("10020")
    dying = DiesAfterCreating(config_of(bench))
    with pytest.raises(Killed):
        sync_accounts(replace(bench.parts, lms=dying), dry_run=False)
    dying.close()
    assert sync(bench).written.created == []
    after_the_reservation(bench)
    assert len(accounts_of(bench, "10020")) == 1
    with bench.register.read() as connection:
        assert read_links(connection)["10020"].user_id is not None


def test_a_request_that_may_be_under_way_is_not_sent_a_second_time(bench: Workbench) -> None:
    bench.hire("10020")
    bench.moodle.switches.fail_next(Fault.NO_ANSWER, function=CREATE)
    assert sync(bench).written.waiting == ["10020"]
    assert sync(bench).written.waiting == ["10020"]
    assert calls(bench, CREATE) == 1
    assert after_the_reservation(bench).written.created == ["10020"]


def at_once(*runs: Callable[[], object]) -> None:
    start = Barrier(len(runs))

    def go(run: Callable[[], object]) -> None:
        start.wait()
        run()

    threads = [Thread(target=go, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_processes_at_once_make_each_person_once(bench: Workbench) -> None:
    numbers = [f"4{number:04}" for number in range(8)]
    for number in numbers:
        bench.hire(number)
    done: list[AccountSync] = []
    at_once(*[lambda: done.append(sync(bench, confirm=True))] * 3)
    sync(bench, confirm=True)
    assert [len(accounts_of(bench, number)) for number in numbers] == [1] * 8
    made = [number for one in done for number in one.written.created]
    assert len(made) == len(set(made))
