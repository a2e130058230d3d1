from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.mmap_dict import MmapedDict
from sqlalchemy import insert

from adapter.doors.web.app import create_app
from adapter.ground import metrics_folder
from adapter.ground.parts import Parts
from adapter.ground.store.register import open_register
from adapter.ground.store.tables.work import HeartbeatRow, JobRunRow, OutboxActionRow
from adapter.register.enforcement_switch import throw
from adapter.register.keys import Role
from adapter.register.part_states import State, keep_state
from adapter.views.service.job_states import keep_jobs
from config.settings import MailSettings
from tests.adapter.doors.web.conftest import key_headers

ADDING_UP = """
import sys
from adapter.ground import metrics_folder
print("ready", flush=True)
sys.stdin.readline()
print(metrics_folder.add_up_the_ended())
"""


def test_requests_are_counted_per_route_and_never_per_path(either_parts: Parts) -> None:
    client, headers = create_app(either_parts).test_client(), key_headers(either_parts, Role.HR)
    client.get("/v1/tranches/2027-1", headers=headers)
    client.get("/v1/tranches/jan", headers=headers)
    client.open("/jan", method="JAN")
    scraped = client.get("/metrics")
    assert scraped.status_code == 200
    assert scraped.mimetype == "text/plain"
    for line in (
        'odwh_http_requests_total{method="GET",route="/v1/tranches/<name>",status="200"} 1.0',
        'odwh_http_requests_total{method="GET",route="/v1/tranches/<name>",status="404"} 1.0',
        'odwh_http_requests_total{method="other",route="(unknown)",status="404"} 1.0',
        'odwh_http_request_seconds_count{route="/v1/tranches/<name>"} 2.0',
        "odwh_database_up 1.0",
    ):
        assert line in scraped.text
    assert "jan" not in scraped.text.lower()


def test_what_waits_is_read_from_the_database(
    either_client: FlaskClient, either_parts: Parts
) -> None:
    now = either_parts.clock.now()
    with either_parts.register.write() as connection:
        for number, state in enumerate(["pending", "pending", "dead"]):
            row = {
                "id": str(number),
                "action_key": str(number),
                "kind": "hold",
                "subject": "enrolment 1",
                "position": number,
                "payload": {},
                "created_at": now,
                "state": state,
                "next_attempt_at": now,
            }
            connection.execute(insert(OutboxActionRow).values(row))
    text = either_client.get("/metrics").text
    assert 'odwh_outbox_rows{state="pending"} 2.0' in text
    assert 'odwh_dead_letters{queue="outbox"} 1.0' in text
    assert 'odwh_dead_letters{queue="inbox"} 0.0' in text


def test_what_the_worker_does_is_read_from_the_register(
    either_parts: Parts,
) -> None:
    now = either_parts.clock.now()
    earlier = now - timedelta(minutes=10)
    with either_parts.register.write() as connection:
        connection.execute(insert(HeartbeatRow).values(worker="a", at=now - timedelta(seconds=7)))
        for period, ended, error in ((0, 30, None), (1, 90, "the LMS is away")):
            started = earlier + timedelta(minutes=period)
            connection.execute(
                insert(JobRunRow).values(
                    job="poll_enrolments",
                    period_start=started,
                    started_at=started,
                    finished_at=started + timedelta(seconds=ended),
                    error=error,
                )
            )
        keep_state(connection, "lms", State.FAILING, "no answer in time", earlier)
        keep_state(connection, "mail", State.OK, None, now)
        keep_state(connection, "payroll", State.OK, None, earlier)
        throw(connection, on=True, reason="test", by="test", now=now)
    text = _served(_with_systems(either_parts))
    ended_well = (earlier + timedelta(seconds=30)).timestamp()
    for line in (
        "odwh_worker_heartbeat_age_seconds 7.0",
        f'odwh_job_last_success_timestamp_seconds{{job_name="poll_enrolments"}} {ended_well}',
        'odwh_job_last_duration_seconds{job_name="poll_enrolments"} 90.0',
        'odwh_job_failing{job_name="poll_enrolments"} 1.0',
        'odwh_system_up{system="lms"} 0.0',
        'odwh_system_up{system="mail"} 1.0',
        'odwh_system_up{system="payroll"} 1.0',
        'odwh_system_seen_age_seconds{system="lms"} 600.0',
        "odwh_holds_last_hour 0.0",
        "odwh_enforcement_paused 1.0",
    ):
        name, _, value = line.rpartition(" ")
        assert _value(text, name) == float(value)


def _with_systems(parts: Parts) -> Parts:
    mail = MailSettings(host="127.0.0.1", sender="a@example.org")
    settings = parts.settings.model_copy(update={"mail": mail})
    there: Any = object()
    return dataclasses.replace(parts, lms=there, payroll=there, settings=settings)


def _served(parts: Parts) -> str:
    return create_app(parts).test_client().get("/metrics").text


def test_what_was_taken_away_rings_no_more(either_parts: Parts) -> None:
    """An HRIS that was failing when it was replaced would do so for ever, and so would its jobs."""
    now = either_parts.clock.now()
    with either_parts.register.write() as connection:
        for job in ("read_employees", "reconcile"):
            run = {"job": job, "period_start": now, "started_at": now, "finished_at": now}
            connection.execute(insert(JobRunRow).values(run | {"error": "it is away"}))
        for system in ("hris", "lms", "payroll"):
            keep_state(connection, system, State.FAILING, "no answer in time", now)
    assert 'odwh_job_failing{job_name="read_employees"} 1.0' in _served(either_parts)
    keep_jobs(either_parts.register, ["reconcile", "verify_logs"])
    text = _served(_with_systems(either_parts))
    assert set(re.findall(r'odwh_system_up{system="(\w+)"}', text)) == {"lms", "payroll"}
    assert re.findall(r'odwh_job_failing{job_name="(\w+)"}', text) == ["reconcile"]
    assert "read_employees" not in text
    assert "odwh_system_up{" not in _served(either_parts)


def _value(text: str, name: str) -> float:
    [line] = [one for one in text.splitlines() if one.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


def test_two_applications_in_one_process_count_apart(parts: Parts) -> None:
    first, second = create_app(parts).test_client(), create_app(parts).test_client()
    first.get("/health/live")
    assert "/health/live" not in second.get("/metrics").text


ANSWER_IN_TWO_PROCESSES = """
import multiprocessing, sys
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import open_register
from adapter.doors.web.app import create_app
from config.policy_files import load_policy
from config.settings import Settings

def answer(url):
    parts = Parts(open_register(url), load_policy(), SystemClock(), Settings.model_construct())
    client = create_app(parts).test_client()
    client.get("/health/live")
    return client.get("/metrics").text

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(answer, sys.argv[1:])
    print(answer(sys.argv[1]))
"""


def test_several_processes_count_together(sqlite_template: Path, tmp_path: Path) -> None:
    script, shared = tmp_path / "answer.py", tmp_path / "shared"
    script.write_text(ANSWER_IN_TWO_PROCESSES)
    shared.mkdir()
    printed = subprocess.run(
        [sys.executable, script, f"sqlite:///{sqlite_template}"],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(shared), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    counted = 'odwh_http_requests_total{method="GET",route="/health/live",status="200"} 2.0'
    assert counted in printed
    assert "odwh_database_up 1.0" in printed


def test_without_a_database_the_rest_is_still_told(parts: Parts) -> None:
    nowhere = dataclasses.replace(parts, register=open_register("sqlite:////nowhere/at/all"))
    answer = create_app(nowhere).test_client().get("/metrics")
    assert answer.status_code == 200
    assert "odwh_database_up 0.0" in answer.text


@pytest.mark.parametrize(
    "accept",
    [
        "text/plain;version=0.0.4",
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    ],
)
def test_what_prometheus_asks_for_is_given(parts: Parts, accept: str) -> None:
    answer = create_app(parts).test_client().get("/metrics", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")


REQUESTS_WHILE_THE_FOLDER_COMES_AND_GOES = """
import os, shutil, sys
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import open_register
from adapter.ground import metrics_folder
from adapter.doors.web.app import create_app
from config.policy_files import load_policy
from config.settings import Settings

shared, before = os.environ["PROMETHEUS_MULTIPROC_DIR"], sys.argv[2]
parts = Parts(open_register(sys.argv[1]), load_policy(), SystemClock(), Settings.model_construct())
client = create_app(parts).test_client()
if before == "vanished":
    metrics_folder.make_folder()
    client.get("/health/live")
    shutil.rmtree(shared)
if before == "a file":
    open(shared, "w").close()
print([client.get(path).status_code for path in ("/health/live", "/metrics", "/health/ready")])
print(client.get("/metrics").status_code)
"""


@pytest.mark.parametrize("before", ["missing", "vanished", "a file"])
def test_a_folder_that_is_not_there_costs_no_request(
    sqlite_template: Path, tmp_path: Path, before: str
) -> None:
    script = tmp_path / "requests.py"
    script.write_text(REQUESTS_WHILE_THE_FOLDER_COMES_AND_GOES)
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "shared"), "PYTHONPATH": str(Path.cwd())}
    printed = subprocess.run(
        [sys.executable, script, f"sqlite:///{sqlite_template}", before],
        env=os.environ | shared,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert "[200, 200, 200]\n" in printed  # between lines of the log
    assert printed.endswith("\n200\n")


def test_what_ended_processes_counted_is_kept_in_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(metrics_folder.VARIABLE, str(tmp_path / "shared"))
    assert metrics_folder.make_folder() is None
    shared = tmp_path / "shared"
    ended = [2**22 + 1, 2**22 + 2]  # above the highest id that Linux gives
    for pid, count in ((ended[0], 2.0), (ended[1], 3.0), (os.getpid(), 5.0)):
        counted = MmapedDict(str(shared / f"counter_{pid}.db"))
        counted.write_value("key", count, 0.0)
        counted.close()
    assert metrics_folder.add_up_the_ended() == 2
    assert {file.name for file in shared.iterdir()} == {
        "counter_0.db",
        f"counter_{os.getpid()}.db",
    }
    [(_, total, _, _)] = MmapedDict.read_all_values_from_file(str(shared / "counter_0.db"))
    assert total == 5.0
    assert metrics_folder.add_up_the_ended() == 0


def test_what_several_processes_add_up_at_the_same_time_is_all_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As web service and workers do when they begin."""
    monkeypatch.setenv(metrics_folder.VARIABLE, str(tmp_path))
    for number in range(400):
        counted = MmapedDict(str(tmp_path / f"counter_{2**22 + 1 + number}.db"))
        counted.write_value("key", 1.0, 0.0)
        counted.write_value(f"key {number}", 1.0, 0.0)
        counted.close()
    beside = [
        subprocess.Popen([sys.executable, "-c", ADDING_UP], stdin=subprocess.PIPE, stdout=PIPE)
        for _ in range(3)
    ]
    for process in beside:
        assert process.stdout is not None
        process.stdout.readline()
    for process in beside:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    moved = [process.communicate(timeout=60)[0] for process in beside]
    assert sum(map(int, moved)) == 400
    [file] = tmp_path.iterdir()
    total = {key: value for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file))}
    assert total.pop("key") == 400.0
    assert total == {f"key {number}": 1.0 for number in range(400)}


def test_how_an_ended_process_stood_says_nothing_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(metrics_folder.VARIABLE, str(tmp_path))
    ended, here = 2**22 + 1, os.getpid()
    names = [f"gauge_livemax_{ended}.db", f"gauge_livesum_{here}.db", f"counter_{ended}.db"]
    for name in names:
        (tmp_path / name).touch()
    metrics_folder.forget_gauges_of_the_ended()
    assert {file.name for file in tmp_path.iterdir()} == set(names[1:])


def test_each_metric_is_explained(either_client: FlaskClient, either_parts: Parts) -> None:
    """What is served stands in the page, and what stands there is served."""
    now = either_parts.clock.now()
    with either_parts.register.write() as connection:
        connection.execute(insert(HeartbeatRow).values(worker="a", at=now))
    page = (Path(__file__).parents[4] / "docs" / "metrics.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(odwh_\w+)` \|", page, re.MULTILINE))
    text = either_client.get("/metrics").text
    served = set(re.findall(r"^# TYPE (odwh_\w+?)(?<!_created) \w+$", text, re.MULTILINE))
    of_the_hris = {name for name in explained if name.startswith("odwh_hris_full_scan")}
    assert served == explained - of_the_hris
