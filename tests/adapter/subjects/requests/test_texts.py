"""Every code of the procedure has a sentence in both languages, and every sentence a code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from adapter.subjects.requests import agreement_parts
from config.catalogue import Language, keys, text
from policy.agreements import SCHEME_PART

ADAPTER = Path(agreement_parts.__file__).parents[2]
SOURCES = [
    file
    for file in sorted(ADAPTER.rglob("*.py"))
    if "adapter.subjects.requests" in file.read_text(encoding="utf-8")
]

# The functions that say something, with the place of the code among their arguments.
SAYS = {
    "NotNow": ("conflict", 0),
    "WrongField": ("field", 1),
    "wrong_if_before": ("field", 3),
    "wrong_if_after": ("field", 3),
    "info": ("finding", 0),
    "advise": ("finding", 0),
    "Finding": ("finding", 0),
}
SAID_BY_THE_API = {
    "unknown_record",
    "end_before_start",
    "lasts_too_long",
    "less_than_equal",
    "missing",
}


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_name(target: ast.expr, names: tuple[str, ...]) -> bool:
    return isinstance(target, ast.Name) and target.id in names


@cache
def _codes() -> frozenset[tuple[str, str]]:
    return frozenset(_written_codes())


def _written_codes() -> Iterator[tuple[str, str]]:
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in SAYS:
                table, place = SAYS[_called(node)]
                said = node.args[place] if len(node.args) > place else None
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield table, said.value
            # A code that is chosen first, and said then.
            if isinstance(node, ast.Assign) and _is_name(node.targets[0], ("code", "reason")):
                chosen = ast.walk(node.value)
                said_later = [one.value for one in chosen if isinstance(one, ast.Constant)]
                yield from (
                    (table, code)
                    for code in said_later
                    for table in ("field", "finding")
                    if isinstance(code, str) and f"procedure.{table}.{code}" in keys(Language.NL)
                )
            # The intake check names what is missing in a table.
            if isinstance(node, ast.Constant) and str(node.value).startswith("missing_"):
                yield "finding", str(node.value)


def _texts(table: str, language: Language) -> set[str]:
    prefix = f"procedure.{table}."
    return {key.removeprefix(prefix) for key in keys(language) if key.startswith(prefix)}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("table", ["conflict", "field", "finding"])
def test_every_code_has_a_sentence_and_every_sentence_a_code(
    table: str, language: Language
) -> None:
    codes = {code for where, code in _codes() if where == table} - SAID_BY_THE_API
    # Other subjects name their own texts by the whole key.
    elsewhere = {code for code in codes if "." in code}
    assert codes - elsewhere == _texts(table, language)
    assert elsewhere <= keys(language)


@pytest.mark.parametrize("language", Language)
def test_every_part_of_an_agreement_that_is_written_has_a_sentence(language: Language) -> None:
    written = {agreement_parts.NATURE, agreement_parts.COSTS, SCHEME_PART, "no_repayment_scheme"}
    assert _texts("part", language) == written


@pytest.mark.parametrize("language", Language)
def test_what_the_api_already_says_is_there(language: Language) -> None:
    assert {f"api.field.{code}" for code in SAID_BY_THE_API} <= keys(language)


def test_both_languages_fill_in_the_same_numbers() -> None:
    for key in sorted(key for key in keys(Language.NL) if key.startswith("procedure.")):
        dutch, english = (_numbers_in(key, language) for language in Language)
        assert dutch == english, key


def _numbers_in(key: str, language: Language) -> set[str]:
    """The names of the numbers in a text, found by leaving all of them out."""
    names: set[str] = set()
    values: dict[str, object] = {}
    while True:
        try:
            text(key, language, **values)
        except KeyError as error:
            names.add(str(error.args[0]))
            values[str(error.args[0])] = None
        else:
            return names


def test_no_finding_of_the_procedure_takes_the_name_of_a_rule() -> None:
    rules = {key.rpartition(".")[2] for key in keys(Language.NL) if re.match(r"policy\.f", key)}
    assert rules & _texts("finding", Language.NL) == set()
