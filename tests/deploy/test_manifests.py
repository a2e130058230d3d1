"""The files of deploy/ name what there is, and give no container or unit more than it needs."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.settings import unknown_variables
from tests.deploy.containers import COMPOSE
from tests.project.test_documentation import _resolve

DEPLOY = Path(__file__).parents[2] / "deploy"
CONTAINERFILE = (DEPLOY.parent / "Containerfile").read_text("utf-8")
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
NOT_OF_KUBERNETES_ITSELF = {"kustomization.yaml", "monitors.yaml"}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OURS = ("migrate", "web", "worker")
USER = 10001


def _documents(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(file.read_text("utf-8")))


MANIFESTS = {
    f"{file.stem}-{document['metadata']['name']}": document
    for file in KUBERNETES
    if file.name not in NOT_OF_KUBERNETES_ITSELF
    for document in _documents(file)
}
PODS = {
    name: document["spec"]["template"]["spec"]
    for name, document in MANIFESTS.items()
    if document["kind"] in ("Deployment", "Job")
}
each_pod = pytest.mark.parametrize("pod", PODS.values(), ids=PODS)


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_the_manifests_are_what_kubernetes_takes(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.30", strict=True)
    kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_all_manifests_are_applied_but_the_example_of_the_secret() -> None:
    told = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text("utf-8"))
    apart = {"kustomization.yaml", "monitors.yaml", "secret.example.yaml"}
    assert set(told["resources"]) == {file.name for file in KUBERNETES} - apart


@each_pod
def test_a_pod_may_do_what_the_restricted_standard_allows(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    mounted = {one["mountPath"]: one.get("readOnly", False) for one in container["volumeMounts"]}
    assert mounted == {"/run/secrets/odwh-adapter": True, "/tmp": False}  # noqa: S108


@each_pod
def test_the_command_of_a_pod_exists_and_listens_where_it_is_probed(pod: dict[str, Any]) -> None:
    [container] = pod["containers"]
    _resolve(" ".join(container["args"]))
    probes = [one for name, one in container.items() if name.endswith("Probe")]
    assert len(probes) == (0 if pod.get("restartPolicy") == "Never" else 3)
    for probe in probes:
        assert probe["httpGet"]["port"] == container["ports"][0]["name"]
        assert probe["httpGet"]["path"] in ("/health/live", "/health/ready")
    for variable in container.get("env", []):
        assert variable["value"].endswith(f":{container['ports'][0]['containerPort']}")


def test_every_setting_in_the_files_exists() -> None:
    named = set(re.findall(r"\bODWH_[A-Z_]+", _all_files()))
    assert len(named) > 8
    assert unknown_variables(dict.fromkeys(sorted(named), "")) == []


def _all_files() -> str:
    files = [DEPLOY / "compose.yaml", *KUBERNETES, *UNITS]
    return CONTAINERFILE + "".join(file.read_text("utf-8") for file in files)


def test_the_secrets_that_are_named_are_there() -> None:
    [secret] = _documents(DEPLOY / "kubernetes" / "secret.example.yaml")
    [settings] = _documents(DEPLOY / "kubernetes" / "settings.yaml")
    of_pods = {
        Path(value).name for name, value in settings["data"].items() if name.endswith("_FILE")
    }
    assert of_pods == set(secret["stringData"])
    for name in OURS:
        service = COMPOSE["services"][name]
        files = {value for one, value in service["environment"].items() if one.endswith("_FILE")}
        assert files == {f"/run/secrets/{one}" for one in service["secrets"]}
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_a_service_of_the_compose_file_is_confined(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert service["mem_limit"]
    if name in OURS:
        assert service["user"] == f"{USER}:{USER}"
        _resolve(" ".join(service["command"]))
    if name != "migrate":
        assert service["healthcheck"]["test"][0] == "CMD"


def test_web_and_worker_wait_for_the_migration() -> None:
    for name in ("web", "worker"):
        waits = COMPOSE["services"][name]["depends_on"]
        assert waits == {"migrate": {"condition": "service_completed_successfully"}}
    assert COMPOSE["services"]["migrate"]["command"] == ["db", "upgrade"]


def test_the_image_runs_as_the_user_of_the_files() -> None:
    assert f"USER {USER}:{USER}\n" in CONTAINERFILE
    assert 'ENTRYPOINT ["/opt/odwh-adapter/bin/odwh-adapter"]' in CONTAINERFILE
    _resolve(re.findall(r'^CMD \["(\w+)"\]', CONTAINERFILE, re.MULTILINE)[-1])
    # A setting that the image gave could not be given by a file as well.
    given = re.findall(r"^ *(?:ENV )?(ODWH_\w+)=", CONTAINERFILE, re.MULTILINE)
    assert given == ["ODWH_BIND"]


def _walls(unit: Path) -> list[str]:
    text = unit.read_text("utf-8")
    return text[text.index("# Walls:") :].partition("\n[Install]")[0].strip().splitlines()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_that_exists_behind_the_same_walls(unit: Path) -> None:
    text = unit.read_text("utf-8")
    for line in _commands(text):
        _resolve(line)
    assert "User=odwh\n" in text
    assert _walls(unit) == _walls(UNITS[0])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_waits_for_the_database_and_never_gives_up(unit: Path) -> None:
    """PostgreSQL may be there later, on this machine or another."""
    text = unit.read_text("utf-8")
    head, _, service = text.partition("[Service]\n")
    assert "After=network-online.target postgresql.service\n" in head
    if "Type=oneshot" in service:
        return
    assert "StartLimitIntervalSec=0\n" in head
    assert "Restart=on-failure\nRestartSec=5\n" in service


def test_the_unit_removes_what_a_backup_that_was_killed_left(tmp_path: Path) -> None:
    text = (DEPLOY / "systemd" / "odwh-adapter-backup.service").read_text("utf-8")
    [line] = re.findall(r"^ExecStartPost=(.*)$", text, re.MULTILINE)
    names = ["register-1", ".register-2.part", "other", "register-new", ".register-new.part"]
    long_ago = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    for name in names:
        (tmp_path / name).touch()
        if "new" not in name:
            os.utime(tmp_path / name, (long_ago, long_ago))
    # systemd itself knows neither wildcards nor brackets: each word is an argument.
    command = [str(tmp_path) if word.startswith("/var/") else word for word in line.split()]
    subprocess.run(command, check=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(names[2:])


def _commands(text: str) -> Iterator[str]:
    found = re.findall(r"bin/odwh-adapter --config \S+ ([a-z -]+?)(?: /|\n|$)", text)
    assert found
    yield from found


def test_the_timer_starts_the_unit_of_its_name() -> None:
    assert (DEPLOY / "systemd" / "odwh-adapter-backup.timer").exists()
    assert (DEPLOY / "systemd" / "odwh-adapter-backup.service") in UNITS
