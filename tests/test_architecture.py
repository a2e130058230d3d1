"""Dependencies point inward: adapter → connectors, config → policy → the standard library; and in
`adapter/` downward, storey by storey."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"adapter", "config", "connectors", "policy", "sandboxes", "tests"}

STOREYS = {
    "ground": "seldom_collecting clock log correlation traces metrics_folder counted watched_calls"
    " systems shared_moments store rendering answers spreadsheets pdf_program uploaded_pdf"
    " register_clock lms_time mail_server parts",
    "queues": "people_in_texts leases in_hand turns inbox accepting minimised cannot_process"
    " register_changes outbox alarms completion lanes schedule",
    "register": "audit_log keys employments given_roles part_states work_mails restore_signs"
    " put_back known_places adoption enforcement_switch trajectory_titles holds hold_details"
    " orphaned_holds people sign_in courses"
    " participation statutory_training learning learning_questions learning_reader"
    " trajectory_parts activities enrolment_facts decision_log retention",
    "subjects": "requests request_entries tranches quality_criteria in_company enrolments leaving"
    " sync accounts profile_fields",
    "views": "search policy_section findings hours_of_year pictures repayment overview documents"
    " dossier reconcile what_if service tasks quality_criteria mt_report open_data bulletins"
    " published_report reports in_company oversight privacy archive",
    "deliveries": "mail page_links notices unchanged_target hold_actions holds_together"
    " request_entry_answer handlers deliver",
    "doors": "messages imports request_form intake scim worker_port web pages site by_address",
    "programs": "wiring opening jobs status supervisor worker several_workers demo cli",
}
"""The rooms (folders or files) of each storey, from the ground up: a room imports only from rooms
before it. A new room gets its place here; an arrow up means that something stands too high."""
ROOMS = [f"adapter.{storey}.{room}" for storey, rooms in STOREYS.items() for room in rooms.split()]
TOP = ["adapter.__main__"]


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
    [
        ("config", {"config", "policy"}),
        ("connectors", {"connectors"}),
        ("sandboxes", {"sandboxes", "connectors"}),
    ],
)
def test_a_package_imports_only_what_lies_further_in(package: str, allowed: set[str]) -> None:
    outward = OURS - allowed
    assert [use for use in imports_of(package) if use[1] in outward] == []


def modules_of(folder: Path) -> dict[str, Path]:
    """Each module of a package by its dotted name; a package is named by itself."""
    files = {".".join(f.relative_to(ROOT).with_suffix("").parts): f for f in folder.rglob("*.py")}
    return {name.removesuffix(".__init__"): file for name, file in files.items()}


MODULES = modules_of(ROOT / "adapter")


@cache
def imported_names(file: Path) -> frozenset[tuple[str, str]]:
    """Each module that a file imports from, with what it takes; also inside functions and for
    types only."""
    names: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {(node.module, alias.name) for alias in node.names}
    return frozenset(names)


def imported_by(file: Path, modules: Mapping[str, Path]) -> set[str]:
    """The modules of `modules` that a file imports."""
    named = {f"{module}.{name}".strip("."): module for module, name in imported_names(file)}
    return {name if name in modules else module for name, module in named.items()} & set(modules)


def room_of(module: str) -> str | None:
    """The room in which a module stands; None for the packages above the rooms."""
    rooms = (room for room in ROOMS + TOP if module == room or module.startswith(f"{room}."))
    return next(rooms, None)


def arrows_up() -> Iterator[str]:
    height = {room: place for place, room in enumerate(ROOMS + TOP)}
    for module, file in sorted(MODULES.items()):
        room = room_of(module)
        for other in sorted(imported_by(file, MODULES)):
            above = room_of(other)
            if room and above and height[above] > height[room]:
                yield f"{module} imports {other}, and {room} stands below {above}"


def test_no_room_of_the_adapter_imports_from_a_room_above_it() -> None:
    assert list(arrows_up()) == []


def test_every_module_of_the_adapter_stands_in_a_room() -> None:
    packages = {"adapter"} | {f"adapter.{storey}" for storey in STOREYS}
    assert [name for name in sorted(MODULES) if not room_of(name) and name not in packages] == []


def test_every_room_is_there() -> None:
    assert [room for room in ROOMS + TOP if room not in MODULES] == []


@pytest.mark.parametrize("package", ["adapter", "config", "connectors", "policy"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    modules = modules_of(ROOT / package)
    graph = {name: imported_by(file, modules) - {name} for name, file in modules.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_storeys_are_the_folders_of_the_adapter() -> None:
    assert {file.parent.name for file in (ROOT / "adapter").glob("*/__init__.py")} == set(STOREYS)


ROWS = [file for file in MODULES.values() if "store" not in file.relative_to(ROOT).parts[:3]]


def untyped_rows(file: Path) -> Iterator[str]:
    """Where a row is read that has no type: by a name that nobody checks."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        at = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.alias) and node.name == "Row":
            yield f"{at} names `Row`; name the row of its table, or a class for a join"
        if isinstance(node, ast.Attribute) and node.attr == "_mapping":
            yield f"{at} reads columns by name; read them from a typed row"
        if isinstance(node, ast.For | ast.comprehension) and _goes_over_rows(node):
            at = f"{file.relative_to(ROOT)}:{node.iter.lineno}"
            yield f"{at} goes over untyped rows; unpack them, or use `rows_of` or `rows_as`"


def _goes_over_rows(loop: ast.For | ast.comprehension) -> bool:
    call = loop.iter.func if isinstance(loop.iter, ast.Call) else None
    executed = isinstance(call, ast.Attribute) and call.attr == "execute"
    return executed and isinstance(loop.target, ast.Name)


def test_rows_are_typed_outside_the_store() -> None:
    assert ROWS
    assert [row for file in ROWS for row in untyped_rows(file)] == []


def test_commands_do_not_wait_for_the_models_of_scim() -> None:
    """Importing them takes a second, and only the web service speaks SCIM."""
    script = (
        "import sys, adapter.programs.cli, adapter.programs.cli.context;"
        " sys.exit('scim2_models' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_nothing_of_the_service_imports_its_tests() -> None:
    packages = OURS - {"tests"}
    assert [use for p in packages for use in imports_of(p) if use[1] == "tests"] == []


@pytest.mark.parametrize("package", sorted(OURS - {"tests"}))
def test_the_rule_looks_at_files(package: str) -> None:
    assert any(True for _ in imports_of(package))
