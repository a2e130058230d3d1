"""`python -m adapter.views.privacy.processing_record nl > docs/privacy/verwerkingsregister.md`
prints the record of processing (AVG article 30) from the inventory of the tables; `en` for
docs/privacy/processing-record.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from adapter.ground.store.inventory import Holds, Inventoried, Purpose, inventory
from adapter.register.retention.terms import TERMS, Term
from adapter.views.privacy.kept import how_long
from config.catalogue import Language, text
from config.settings import PREFIX, RetentionSettings

FILES = {
    Language.NL: "docs/privacy/verwerkingsregister.md",
    Language.EN: "docs/privacy/processing-record.md",
}


def record(language: Language) -> str:
    """The page as Markdown."""
    return "\n".join([*_page(language), ""])


def _page(language: Language) -> Iterator[str]:
    yield f"# {text('privacy.record.title', language)}"
    yield ""
    yield text("privacy.record.made", language, language=str(language))
    yield ""
    yield text("privacy.record.to_fill_in", language)
    yield ""
    for key in ("controller", "officer", "subjects", "recipients", "outside", "security"):
        said = text(f"privacy.record.{key}", language)
        yield f"- **{text(f'privacy.record.{key}_heading', language)}**: {said}"
    yield ""
    for purpose in Purpose:
        yield from _purpose(purpose, language)


def _purpose(purpose: Purpose, language: Language) -> Iterator[str]:
    heading = text(f"privacy.purpose.{purpose}", language)
    yield f"## {heading[0].upper()}{heading[1:]}"
    yield ""
    yield text("privacy.record.basis", language, basis=text(f"privacy.basis.{purpose}", language))
    yield ""
    names = ("table", "keeps", "of_people", "term")
    yield f"| {' | '.join(text(f'privacy.record.{name}', language) for name in names)} |"
    yield "|---|---|---|---|"
    for name, told in sorted(inventory().items()):
        if told.purpose is purpose:
            yield _line(name, told, language)
    yield ""


def _line(name: str, told: Inventoried, language: Language) -> str:
    kept = text(f"privacy.table.{name}", language)
    return f"| `{name}` | {kept} | {_of_people(told, language)} | {_term(name, language)} |"


def _of_people(told: Inventoried, language: Language) -> str:
    kinds = [one for one in Holds if one is not Holds.SERVICE and told.holding(one)]
    if not kinds:
        return text("privacy.record.nobody", language)
    return "; ".join(
        f"{text(f'privacy.holds.{kind}', language)} ("
        + ", ".join(f"`{name}`" for name in told.holding(kind))
        + ")"
        for kind in kinds
    )


def _term(name: str, language: Language) -> str:
    term = TERMS[name]
    said = how_long(name, RetentionSettings(), language)
    if isinstance(term, Term):
        return f"{said} (`{PREFIX}RETENTION_{term.setting.upper()}`)"
    return said


def main() -> None:
    sys.stdout.write(record(Language(sys.argv[1])))


if __name__ == "__main__":
    main()
