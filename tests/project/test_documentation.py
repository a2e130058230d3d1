"""What README, CONTRIBUTING and docs/ name does exist: files, commands, options, settings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from adapter.programs.cli import main
from adapter.register.keys import Role
from config.settings import PREFIX, load_settings, unknown_variables
from connectors.afas.config import AfasFields
from connectors.csvfolder.config import Columns
from connectors.moodle.checks import ACCOUNT_FUNCTIONS, CHECK_FUNCTIONS, FUNCTIONS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
IN_THE_TREE = (
    "adapter/",
    "config/",
    "connectors/",
    "deploy/",
    "docs/",
    "policy/",
    "requirements/",
    "tests/",
)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _text(page: Path) -> str:
    return page.read_text("utf-8")


@each_page
def test_every_path_in_backquotes_exists(page: Path) -> None:
    named = re.findall(r"`([\w./-]+)`", _text(page))
    paths = [path for path in named if path.startswith(IN_THE_TREE)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", _text(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_pages_name_paths_and_link_to_each_other() -> None:
    together = "\n".join(_text(page) for page in PAGES)
    assert together.count("`adapter/") > 20
    assert together.count("](") > 10


@each_page
def test_every_command_exists_with_its_options(page: Path) -> None:
    for line in _commands(_text(page)):
        _resolve(line)


def _commands(text: str) -> list[str]:
    """What follows `odwh-adapter` where it is run, up to the end of the quotation or line."""
    lines = re.findall(
        r"(?<!/)(?<!-u )(?<!namespace )odwh-adapter((?: [^`\n|;#>)]+)?)(?=[`\n|;#>)])", text
    )
    lines += re.findall(r"bin/odwh-adapter ([^`\n|;#]+)", text)
    return [re.sub(r"^(--(config|organisation) \S+ ?)+", "", line.strip()) for line in lines]


def _resolve(line: str) -> None:
    command: click.Command = main
    named = 0
    for word in line.split():
        if named:
            named -= 1  # what a group is about, as the name of a tranche
        elif word.startswith("--"):
            names = {name for one in command.params for name in one.opts} | {"--version"}
            assert word in names, f"odwh-adapter {line}: no option {word}"
        elif isinstance(command, click.Group):
            below = command.get_command(click.Context(command), word)
            assert below is not None, f"odwh-adapter {line}: no command {word}"
            command = below
            named = sum(isinstance(one, click.Argument) for one in command.params)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert _commands("run `odwh-adapter key destroy`") == ["key destroy"]
    with pytest.raises(AssertionError, match="no command destroy"):
        _resolve("key destroy")
    with pytest.raises(AssertionError, match="no option --forever"):
        _resolve("key create --forever")


@each_page
def test_every_setting_exists(page: Path) -> None:
    named = {
        name.rstrip("_"): ""
        for name in re.findall(rf"(?<!_){PREFIX}[A-Z_]+(?![*_A-Z])", _text(page))
    }
    assert unknown_variables(named) == []


@each_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"(?:`|    )make ([a-z]+)", _text(page))
    assert [target for target in named if target not in targets] == []


def test_the_example_settings_are_accepted(tmp_path: Path) -> None:
    blocks = re.findall(r"\n\n((?:    .*\n|\n)+)", _text(ROOT / "docs" / "install.md"))
    example = next(block for block in blocks if "[moodle]" in block)
    file = tmp_path / "adapter.toml"
    written = re.sub(r"^    ", "", example, flags=re.MULTILINE)
    file.write_text(written.replace("/etc/odwh-adapter/", f"{tmp_path}/"), "utf-8")
    (tmp_path / "moodle-token").write_text("secret\n", "utf-8")
    settings = load_settings(file)
    assert settings.moodle is not None
    assert settings.moodle.token.get_secret_value() == "secret"
    assert settings.mail is not None


def test_the_functions_of_the_moodle_service_are_those_that_doctor_asks_for() -> None:
    listed = re.findall(r"^    ((?:core|enrol)_\w+)$", _text(ROOT / "docs/moodle.md"), re.MULTILINE)
    assert listed == [*FUNCTIONS, *CHECK_FUNCTIONS, *ACCOUNT_FUNCTIONS]


@pytest.mark.parametrize("names", [AfasFields, Columns])
def test_the_hris_fields_are_listed_with_their_names(names: type[AfasFields | Columns]) -> None:
    page = _text(ROOT / "docs" / "hris.md")
    for field in fields(names):
        missable = "yes" if "None" in str(field.type) else "no"
        row = rf"\| `{field.default}` \| `{field.name}` \| [^|]+ \| {missable} \|"
        assert re.search(row, page), field.name


def test_the_roles_are_listed() -> None:
    page = _text(ROOT / "docs" / "access-and-privacy.md")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == [str(role) for role in Role]


def test_the_architecture_names_every_file_of_the_policy() -> None:
    names = {path.name for path in (ROOT / "policy").glob("*.py")} - {"__init__.py"}
    assert set(_first_cells("policy")) == names


def test_the_architecture_names_every_room_of_the_adapter() -> None:
    there = {
        f"{path.parent.name}/{path.name}{'/' if path.is_dir() else ''}"
        for path in (ROOT / "adapter").glob("*/*")
        if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").exists()
    }
    assert set(_first_cells("adapter")) == there


def _first_cells(package: str) -> list[str]:
    """The names in the first column of the tables about a package."""
    page = _text(ROOT / "docs" / "architecture.md")
    section = page.split(f"\n## {package}/", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_decision_says_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for page in pages:
        headings = re.findall(r"^## (.+)$", _text(page), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


def test_the_lock_of_the_build_holds_the_build_backend() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    locked = (ROOT / "requirements" / "build.txt").read_text("utf-8")
    for requirement in project["build-system"]["requires"]:
        assert f"{requirement} \\\n" in locked
