"""Dependencies point inward: adapter → connectors, config → policy → the standard library."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"adapter", "config", "connectors", "policy", "tests"}


def imports_of(package: str) -> Iterator[tuple[str, str]]:
    """Each file of a package with each top-level module that it imports, also inside functions."""
    for file in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in _modules(node, package):
                yield str(file.relative_to(ROOT)), name


def _modules(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [package if node.level else (node.module or "").partition(".")[0]]
    return []


def test_policy_imports_only_the_standard_library_and_itself() -> None:
    allowed = sys.stdlib_module_names | {"policy"}
    assert [use for use in imports_of("policy") if use[1] not in allowed] == []


@pytest.mark.parametrize("module", ["time", "os", "pathlib", "socket", "sqlite3", "random", "io"])
def test_policy_has_no_clock_and_no_input_or_output(module: str) -> None:
    assert [use for use in imports_of("policy") if use[1] == module] == []


@pytest.mark.parametrize(
    ("package", "allowed"),
    [("config", {"config", "policy"}), ("connectors", {"connectors"})],
)
def test_a_package_imports_only_what_lies_further_in(package: str, allowed: set[str]) -> None:
    outward = OURS - allowed
    assert [use for use in imports_of(package) if use[1] in outward] == []


def test_commands_do_not_wait_for_the_models_of_scim() -> None:
    """Importing them takes a second, and only the web service speaks SCIM."""
    script = "import sys, adapter.cli, adapter.cli.context; sys.exit('scim2_models' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_nothing_of_the_service_imports_its_tests() -> None:
    packages = OURS - {"tests"}
    assert [use for p in packages for use in imports_of(p) if use[1] == "tests"] == []


@pytest.mark.parametrize("package", sorted(OURS - {"tests"}))
def test_the_rule_looks_at_files(package: str) -> None:
    assert any(True for _ in imports_of(package))
