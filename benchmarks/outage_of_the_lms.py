"""What goes on while the LMS takes connections and never answers, and how soon all is made up for.

    python -m benchmarks.outage_of_the_lms [EVENTS] [SECONDS] [silent|dripping]

Real processes on a register of SQLite: a web process, a worker, a mail server, and the sandbox LMS
behind a relay that makes it sick. EVENTS (528) events of the LMS wait before an exit of the HRIS is
told and a mail to HR is written, each every five seconds for SECONDS (60); meanwhile webhooks come
in one after another. Prints how long exits and mails took at most, the 99th percentile of the
webhooks, how long the worker took to stop in the midst of it, and how long after the LMS was well
again the last event was processed of all that waited then, those webhooks included.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, sleep

from adapter.ground.clock import SystemClock
from adapter.ground.store.migrate import upgrade
from adapter.ground.store.register import open_register
from adapter.register.keys import Role, create_key
from benchmarks.figures import Unit, measured
from connectors.errors import Transient
from connectors.http import HttpClient
from tests.fixtures.outage import Agency, free_port, leaver_event
from tests.fixtures.programs import Program
from tests.fixtures.relay import Health

EXIT_SECONDS, MAIL_SECONDS, WEBHOOK_SECONDS = 5.0, 30.0, 0.2
PATIENCE_SECONDS = 600.0
EVERY_SECONDS = 5.0
USUAL_LMS_TIMEOUT = 30.0


def main(events: int, seconds: float, sick: Health) -> None:
    with TemporaryDirectory(prefix="odwh-benchmark-") as folder:
        url = f"sqlite:///{Path(folder) / 'register.sqlite3'}"
        register = open_register(url)
        upgrade(register)
        agency = Agency(Path(folder), register, url, events)
        bind = f"127.0.0.1:{free_port()}"
        keys = {
            role: create_key(register, SystemClock(), f"benchmark {role}", role, None)
            for role in (Role.LMS, Role.HRIS)
        }
        with agency.open(bind, USUAL_LMS_TIMEOUT) as relay:
            web = Program("--config", str(agency.config), "serve", "--no-worker")
            worker = Program("--config", str(agency.config), "worker")
            try:
                _wait(lambda: _answers(bind), "the web process answers")
                worker.wait_for("worker.started")
                relay.turn(sick)
                agency.tell_of_enrolments()
                _during(agency, bind, keys, seconds)
                _print("worker stopped after", _timed(worker.stop), 30.0)
                worker = Program("--config", str(agency.config), "worker")
                worker.wait_for("worker.started")
                waiting, well = agency.left_of_lms(), perf_counter()
                relay.turn(Health.WELL)
                _wait(lambda: agency.left_of_lms() == 0, "the events of the LMS are processed")
                spent = perf_counter() - well
                measured(f"{waiting} events made up for in", spent, Unit.SECONDS)
                measured("made up for", waiting / spent, Unit.PER_SECOND)
            finally:
                worker.kill()
                web.kill()
        register.close()


def _during(agency: Agency, bind: str, keys: dict[Role, str], seconds: float) -> None:
    over = Event()
    webhooks: list[float] = []
    caller = Thread(target=_send_webhooks, args=(agency, bind, keys[Role.LMS], webhooks, over))
    caller.start()
    exits, mails = [], []
    ends_at = perf_counter() + seconds
    hris = HttpClient(f"http://{bind}", headers={"Authorization": f"Bearer {keys[Role.HRIS]}"})
    while perf_counter() < ends_at:
        start = perf_counter()
        told = hris.request("POST", "/v1/hris-events", repeatable=False, json=leaver_event()).json()
        exits.append(_until(partial(_is_processed, agency, told["id"]), start))
        start = perf_counter()
        mails.append(_until(partial(agency.is_delivered, agency.write_to_hr()), start))
        sleep(EVERY_SECONDS)
    over.set()
    caller.join()
    _print("longest exit", max(exits), EXIT_SECONDS)
    _print("longest mail", max(mails), MAIL_SECONDS)
    _print(f"webhook p99 of {len(webhooks)}", quantiles(webhooks, n=100)[98], WEBHOOK_SECONDS)


def _is_processed(agency: Agency, event_id: str) -> bool:
    return agency.state_of(event_id) == "processed"


def _send_webhooks(agency: Agency, bind: str, key: str, spent: list[float], over: Event) -> None:
    lms = HttpClient(f"http://{bind}", headers={"Authorization": f"Bearer {key}"})
    number = 0
    while not over.wait(0.05):
        number += 1
        body = {"eventname": "\\core\\event\\user_updated", "relateduserid": 100, "eventid": number}
        start = perf_counter()
        lms.request(
            "POST", "/v1/lms-events", repeatable=False, json={**body, "timecreated": number}
        )
        spent.append(perf_counter() - start)


def _answers(bind: str) -> bool:
    client = HttpClient(f"http://{bind}", attempts=1, timeout=5, classify=lambda _: None)
    try:
        return client.request("GET", "/health/live", repeatable=True).status == 200
    except Transient:
        return False
    finally:
        client.close()


def _until(so: Callable[[], bool], start: float) -> float:
    _wait(so, "it is done")
    return perf_counter() - start


def _timed(step: Callable[[], object]) -> float:
    start = perf_counter()
    step()
    return perf_counter() - start


def _wait(so: Callable[[], bool], what: str) -> None:
    until = perf_counter() + PATIENCE_SECONDS
    while not so():
        if perf_counter() > until:
            raise SystemExit(f"{PATIENCE_SECONDS:.0f} s passed and it is not so that {what}")
        sleep(0.02)


def _print(what: str, seconds: float, within: float) -> None:
    measured(what, seconds, Unit.SECONDS, within)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 528,
        float(given[1]) if len(given) > 1 else 60.0,
        Health(given[2]) if len(given) > 2 else Health.SILENT,
    )
