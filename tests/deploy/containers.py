"""Runs the services of `deploy/compose.yaml` in the image that was built, without a container
engine: `python -m tests.deploy.containers ROOT IMAGE.json WORK`, as root.

`systemd-nspawn` stands for the engine: command, environment, user, secrets, tmpfs and the file
system that can only be read are those of the compose file; the database is a PostgreSQL of this
machine. Ends with 1, and says why, when a service does not do what the file promises.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

from adapter.doors.web.listening import free_port
from tests.fixtures.programs import wait_until
from tests.fixtures.registers import started_postgres

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
INSIDE_PORTS = {"web": 8000, "worker": 8001}
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


class Containers:
    """`image` is what the image says of itself, as `buildah inspect` writes it."""

    def __init__(self, root: Path, image: Mapping[str, Any], work: Path, database: str) -> None:
        self._root, self._work = root, work
        self._image = image["OCIv1"]["config"]
        assert self._image["User"] == COMPOSE["services"]["web"]["user"]
        self.ports = {name: free_port() for name in INSIDE_PORTS}
        # The socket alone: its folder is for the user of the database.
        self._socket = next(Path(database.rpartition("host=")[2]).glob(".s.PGSQL.*[0-9]"))
        secrets = work / "secrets"
        shutil.rmtree(secrets, ignore_errors=True)
        secrets.mkdir(parents=True)
        user, separator, _ = database.rpartition("host=")
        (secrets / "database-url").write_text(f"{user}{separator}/run/database", "utf-8")
        (secrets / "moodle-token").write_text("token", "utf-8")
        for file in secrets.iterdir():
            os.chown(file, 10001, 10001)
            file.chmod(0o400)

    def command(self, service: str, *arguments: str) -> list[str]:
        """As the engine would start it: everything is taken from the compose file and the image."""
        told = COMPOSE["services"][service]
        assert told["read_only"] is True
        assert told["cap_drop"] == ["ALL"]
        assert told["security_opt"] == ["no-new-privileges:true"]
        uid, gid = told["user"].split(":")
        options = [f"--bind-ro={self._work}/secrets:/run/secrets"]
        options += [f"--tmpfs={one}" for one in told["tmpfs"]]
        options += [f"--setenv={one}" for one in self._image["Env"]]
        for name, value in told["environment"].items():
            options.append(f"--setenv={name}={self._here(str(value))}")
        return [
            *("systemd-nspawn", "--quiet", f"--directory={self._root}", "--read-only"),
            *("--register=no", "--keep-unit", "--console=pipe", "--as-pid2"),
            f"--machine=odwh-{service}-{os.getpid()}-{free_port()}",
            f"--bind={self._socket}:/run/database/{self._socket.name}",
            *options,
            f"--chdir={self._image['WorkingDir']}",
            # The user of the file, who may become nobody else and may do nothing that root may.
            *("/usr/bin/setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"),
            *("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
            *arguments,
        ]

    def _here(self, value: str) -> str:
        """The ports are those of this machine, which others use as well; of the LMS nobody is to
        be asked."""
        value = value.replace("https://lms.example.org", f"http://127.0.0.1:{free_port()}")
        for name, inside in INSIDE_PORTS.items():
            value = value.replace(f"0.0.0.0:{inside}", f"127.0.0.1:{self.ports[name]}")
            value = value.replace(f"127.0.0.1:{inside}", f"127.0.0.1:{self.ports[name]}")
        return value

    def adapter(self, service: str, *arguments: str) -> list[str]:
        return self.command(service, *self._image["Entrypoint"], *arguments)

    def run(self, service: str, *arguments: str) -> str:
        ended = subprocess.run(
            self.adapter(service, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{arguments}: {ended.stdout}{ended.stderr}"
        return ended.stdout.strip()

    @contextmanager
    def running(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        log = self._work / f"{service}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                self.adapter(service, *COMPOSE["services"][service]["command"]),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
            try:
                yield process
            except BaseException:
                print(f"--- {service} said\n{log.read_text('utf-8')[-4000:]}", file=sys.stderr)
                raise
            finally:
                if process.poll() is None:
                    os.kill(payload(process.pid), signal.SIGTERM)
                process.wait(60)

    def is_healthy(self, service: str) -> bool:
        """What the engine would find, with the command of the file."""
        test = COMPOSE["services"][service]["healthcheck"]["test"]
        asked = self.command(service, *(self._here(word) for word in test[1:]))
        ended = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return ended.returncode == 0


def payload(nspawn: int) -> int:
    """The program: the child of the first process that nspawn starts."""
    first = _children(nspawn)[0]
    return _children(first)[0]


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    return [int(one) for one in text.split()]


def assert_confined(containers: Containers, service: str, process: int) -> None:
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
        if ":\t" in line
    )
    assert set(status["Uid"].split()) == {"10001"}, status["Uid"]
    assert set(status["Gid"].split()) == {"10001"}, status["Gid"]
    assert {status[name] for name in ("CapPrm", "CapEff", "CapBnd")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    places = "/opt/odwh-adapter/written /etc/written /var/lib/odwh-adapter/written /usr/written"
    script = f"for one in {places}; do touch $one 2>/dev/null && exit 1; done; touch /tmp/written"
    ended = subprocess.run(
        containers.command(service, "/bin/sh", "-c", script),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ended.returncode == 0, "it can write beside /tmp, or not in /tmp"


def main(root: Path, image: Path, work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    told = json.loads(image.read_text("utf-8"))
    with started_postgres() as database:
        containers = Containers(root, told, work, database)
        migrate = COMPOSE["services"]["migrate"]
        print("migrate:", containers.run("migrate", *migrate["command"]))
        with ExitStack() as stack:
            started = {name: stack.enter_context(containers.running(name)) for name in INSIDE_PORTS}
            for name, process in started.items():
                wait_until(partial(containers.is_healthy, name), f"{name} is not healthy")
                assert_confined(containers, name, payload(process.pid))
                print(f"{name}: healthy, and confined as user 10001 on what it can only read")
            key = containers.run("web", "key", "create", "--name", "lms", "--role", "lms")
            print("web took an event:", _send(containers.ports["web"], key))
            for name, metric in (
                ("web", "odwh_http_requests_total"),
                ("worker", "odwh_circuit_open{"),
            ):
                shows = partial(_shows, containers.ports[name], metric)
                wait_until(shows, f"{name} does not show {metric}")


def _shows(port: int, metric: str) -> bool:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return metric in answer.read().decode()


def _send(port: int, key: str) -> str:
    request = Request(
        f"http://127.0.0.1:{port}/v1/lms-events",
        json.dumps(EVENT).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        assert answer.status == 200
        return str(json.load(answer)["id"])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
