"""The public compliance suite for SCIM servers, whole, over HTTP on loopback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from threading import Thread

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server
from werkzeug.serving import make_server

from adapter.doors.web.app import create_app
from adapter.ground.clock import SystemClock
from adapter.ground.parts import Parts
from adapter.ground.store.register import Register
from adapter.register.keys import Role, create_key
from config.policy_files import load_policy
from config.settings import Settings


@pytest.fixture
def provider(sqlite_register: Register) -> Iterator[httpx2.Client]:
    """An identity provider with a key of role hris, and the service that it speaks to."""
    parts = Parts(sqlite_register, load_policy(), SystemClock(), Settings())
    key = create_key(parts.register, parts.clock, "identity provider", Role.HRIS)
    server = make_server("127.0.0.1", 0, create_app(parts), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/scim/v2"
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_check_of_the_public_suite_is_passed(provider: httpx2.Client) -> None:
    results = check_server(SyncSCIMClient(provider))
    failed = [(result.title, result.reason) for result in results if result.status == Status.ERROR]
    assert failed == []
    counted = Counter(result.status for result in results)
    assert counted[Status.SUCCESS] > 50, counted
