"""The words of the pages: each that a template asks for is there, and none is there for nothing."""

from __future__ import annotations

import re
from pathlib import Path

from config.catalogue import Language, keys

PAGES = Path(__file__).parents[4] / "adapter" / "doors" / "pages"
SOURCES = [*PAGES.rglob("*.jinja"), *PAGES.rglob("*.py")]
OWN = {key.removeprefix("pages.") for key in keys(Language.NL) if key.startswith("pages.")}
_SAID = re.compile(r'\bsay\(\s*f?"([\w.{}-]+)"( ~)?')
_WORDS = re.compile(r'\bwords\("([\w.]+)"( ~)?')
_DONE = re.compile(r'back_to\([^,]+,\s*"(\w+)"')
_WHOLE = re.compile(r'"pages\.([\w.]+)"')
# Built from a code: of a page of the menu, a month, an act, a report, a task, why nobody was
# signed in.
_BUILT = re.compile(
    r"(menu|home|month|failure|refused|act|act_field|pay|party|promise|other_report|task_place)\.\w+"
)


def _text_of(pattern: re.Pattern[str]) -> list[re.Match[str]]:
    return [match for file in SOURCES for match in pattern.finditer(file.read_text("utf-8"))]


def _asked() -> set[str]:
    return {match[1] for match in _text_of(_SAID) if not match[2] and "{" not in match[1]}


def test_every_text_that_a_page_says_is_there() -> None:
    assert len(_asked()) > 50
    assert _asked() - OWN == set()


def test_every_text_of_another_catalogue_is_there() -> None:
    asked = {match[1] for match in _text_of(_WORDS) if not match[2]}
    assert asked
    assert asked - keys(Language.NL) == set()
    begun = {match[1] for match in _text_of(_WORDS) if match[2]}
    assert [one for one in begun if not any(key.startswith(one) for key in keys(Language.NL))] == []


def test_what_was_done_is_told() -> None:
    done = {match[1] for match in _text_of(_DONE)}
    assert done
    assert {f"done.{one}" for one in done} - OWN == set()


def test_no_text_of_the_pages_is_unused() -> None:
    said = _asked() | {match[1] for match in _text_of(_WHOLE)}
    said |= {f"done.{match[1]}" for match in _text_of(_DONE)}
    assert sorted(key for key in OWN - said if not _BUILT.fullmatch(key)) == []
