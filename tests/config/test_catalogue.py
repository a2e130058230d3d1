"""The texts for people: the same keys and numbers in both languages, and none missing or unused."""

from __future__ import annotations

import ast
import re
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from config.catalogue import Language, _texts, _writer, keys, text

ROOT = Path(__file__).parents[2]
SOURCES = [
    file for package in ("adapter", "config") for file in sorted((ROOT / package).rglob("*.py"))
]
TEMPLATES = sorted((ROOT / "adapter").rglob("*.html")) + sorted((ROOT / "adapter").rglob("*.j2"))
KEY = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z0-9_]+")
STEMS = {key.partition(".")[0] for key in keys(Language.NL)}


# Chosen by the type of an error of pydantic, whose words stand in no file of ours.
BY_ERROR_TYPE = "api.field."


def _literals(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _calls(tree: ast.AST) -> list[ast.expr]:
    """The keys that `text(...)` of the catalogue is asked for in a file."""
    return [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
    ]


def _imports_text(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "config.catalogue"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree)
    )


@cache
def _trees() -> dict[Path, ast.Module]:
    """Read when a test first asks: every process that collects the tests imports this file."""
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in SOURCES}


def _used() -> tuple[set[str], set[re.Pattern[str]]]:
    """Whole keys, and the shapes of keys of which a part is only known when the code runs."""
    whole: set[str] = set()
    shapes: set[re.Pattern[str]] = set()
    for tree in _trees().values():
        if not _imports_text(tree):
            continue
        for argument in _calls(tree):
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                whole.add(argument.value)
            elif isinstance(argument, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_.]+"
                    for part in argument.values
                ]
                shapes.add(re.compile("".join(parts)))
    return whole, shapes


def test_both_languages_have_the_same_keys() -> None:
    assert keys(Language.NL) == keys(Language.EN)


def test_both_languages_use_the_same_numbers_and_none_is_empty() -> None:
    for key in keys(Language.NL):
        dutch, english = (
            {name for _, name, _, _ in string.Formatter().parse(_texts(one)[key]) if name}
            for one in (Language.NL, Language.EN)
        )
        assert dutch == english, key
        assert all(_texts(one)[key].strip() for one in (Language.NL, Language.EN)), key


def test_every_key_that_the_code_names_exists() -> None:
    whole, _ = _used()
    assert whole
    assert whole - keys(Language.NL) == set()


def test_every_key_that_stands_in_the_code_as_a_text_exists() -> None:
    """Keys are also passed on as values; whatever has the shape of one of ours must be one."""
    named = {
        literal
        for tree in _trees().values()
        for literal in _literals(tree)
        if KEY.fullmatch(literal) and literal.partition(".")[0] in STEMS
    }
    modules = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in SOURCES}
    templates = {one for one in named if one.endswith(".jinja")}
    assert named - keys(Language.NL) - modules - templates == set()


def test_every_shape_of_a_key_in_the_code_fits_a_key() -> None:
    _, shapes = _used()
    assert shapes
    empty = [s.pattern for s in shapes if not any(s.fullmatch(key) for key in keys(Language.NL))]
    assert empty == []


def test_no_key_is_unused() -> None:
    whole, shapes = _used()
    words = set().union(*(_literals(tree) for tree in _trees().values()))
    # A problem's kind is written with hyphens, as in its URI.
    words |= {word.replace("-", "_") for word in words}
    policy = {
        literal
        for file in (ROOT / "policy").rglob("*.py")
        for literal in _literals(ast.parse(file.read_text(encoding="utf-8")))
    }
    page = " ".join(file.read_text(encoding="utf-8") for file in TEMPLATES)
    unused = [
        key
        for key in sorted(keys(Language.NL) - whole)
        if key not in words
        and not key.startswith(BY_ERROR_TYPE)
        and not any(shape.fullmatch(key) for shape in shapes)
        and key.partition(".")[2] not in page
        and key.rpartition(".")[2] not in words | policy
    ]
    assert unused == []


def test_a_text_with_an_unknown_key_or_number_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        text("events.reason.no_such_thing")
    with pytest.raises(KeyError):
        text("events.reason.user_gone")


@pytest.mark.parametrize(
    ("language", "hours", "euros", "day", "moment"),
    [
        (Language.NL, "1.234,5", "€\xa0-1.200,00", "1 maart 2027", "1 maart 2027 10:05"),
        (Language.EN, "1,234.5", "-€1,200.00", "1 March 2027", "1 March 2027 10:05"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    language: Language, hours: str, euros: str, day: str, moment: str
) -> None:
    write = _writer(language).vformat
    at = datetime(2027, 3, 1, 9, 5, tzinfo=UTC)
    assert write("{x:hours}", (), {"x": Decimal("1234.5")}) == hours
    assert write("{x:hours}", (), {"x": "1234.50"}) == hours
    assert write("{x:euros}", (), {"x": "-1200.00"}) == euros
    assert write("{x:day}", (), {"x": date(2027, 3, 1)}) == day
    assert write("{x:day}", (), {"x": "2027-03-01"}) == day
    assert write("{x:moment}", (), {"x": at}) == moment
    assert write("{x:moment}", (), {"x": at.isoformat()}) == moment
    assert write("{x:euros}", (), {"x": None}) == "–"
    assert write("{x:>4}", (), {"x": 7}) == "   7"


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (
            "2027-03-01/2027-06-30",
            "1 maart 2027 tot en met 30 juni 2027",
            "1 March 2027 to 30 June 2027",
        ),
        ("2027-03-01/", "vanaf 1 maart 2027", "from 1 March 2027"),
        ("/2027-06-30", "tot en met 30 juni 2027", "until 30 June 2027"),
        ("/", "nog niet bepaald", "not set yet"),
    ],
)
def test_a_period_may_be_open_at_either_end(value: str, dutch: str, english: str) -> None:
    written = {
        language: _writer(language).vformat("{x:period}", (), {"x": value}) for language in Language
    }
    assert written == {Language.NL: dutch, Language.EN: english}


def test_a_number_of_a_text_may_have_any_name() -> None:
    """The demo ended in a TypeError because its text has a number named `key`."""
    assert text("demo.line.api_at", Language.EN, address="a", key="b") == "API: a (key for HR: b)"


def test_what_takes_numbers_by_any_name_takes_its_own_arguments_by_place() -> None:
    named = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.args.kwarg is not None
        and node.args.kwarg.arg == "numbers"
        and node.args.args
    ]
    assert named == []
