"""Every code that the rules can give has a sentence in both languages, with its numbers."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.catalogue import Language, keys, text
from policy import repayment
from policy.decide import decide_enrolment
from policy.model import (
    Finding,
    Ground,
    MandatoryByLaw,
    Reason,
)
from policy.repayment import statement
from tests.policy.facts import COURSE, FACTS, POLICY, SIGNED, TRAJECTORY, activity
from tests.policy.test_decide import DEAR, LONG, USED
from tests.policy.test_decide import SIGNED as SIGNED_2027

RULES = Path(repayment.__file__).parent

ENROLMENTS: list[dict[str, Any]] = [
    {"grant": None, "course": replace(COURSE, in_company=True, hours=None)},
    {
        "course": replace(COURSE, in_company=True),
        "in_company_consent": True,
        "in_company_place": False,
    },
    {"grant": None, "adopted": False},
    {"grant": LONG, "employment_ends_on": date(2027, 3, 31)},
    {
        "grant": DEAR,
        "agreement": replace(SIGNED_2027, signed_by_manager_on=None, empty_parts=("arrangements",)),
        "other_activities": (USED,),
    },
    {
        "grant": DEAR,
        "agreement": replace(SIGNED_2027, filed=False),
        "employment_ends_on": date(2028, 7, 1),
        "other_activities": (activity("50.00", date(2027, 2, 1)),),
    },
]

LEAVERS = [
    (date(2026, 8, 31), TRAJECTORY),
    (date(2027, 1, 1), replace(TRAJECTORY, agreement=None)),
    (date(2027, 6, 1), replace(TRAJECTORY, agreed_costs_cents=100)),
    (date(2028, 6, 1), replace(TRAJECTORY, mandatory_by_law=MandatoryByLaw.YES, in_grant=False)),
    (date(2030, 6, 1), TRAJECTORY),
    (
        date(2027, 6, 1),
        replace(
            TRAJECTORY,
            agreement=replace(SIGNED, signed_by_manager_on=date(2026, 9, 2)),
            broken_off_on=date(2027, 1, 1),
            ground=Ground.LEGAL,
            mandatory_by_law=MandatoryByLaw.UNKNOWN,
        ),
    ),
]


def findings() -> Iterator[Finding]:
    for changes in ENROLMENTS:
        yield from decide_enrolment(replace(FACTS, **changes), POLICY).findings


def reasons() -> Iterator[Reason]:
    for exit_on, trajectory in LEAVERS:
        for item in statement(exit_on, [trajectory], POLICY).items:
            yield from item.reasons


def said(kind: str, language: Language) -> set[str]:
    prefix = f"policy.{kind}."
    return {key.removeprefix(prefix) for key in keys(language) if key.startswith(prefix)}


def codes_of_findings_in_the_rules() -> set[str]:
    """The first argument of every `Finding(...)` in the source of the rules."""
    calls = (
        node
        for file in RULES.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Finding"
    )
    arguments = [call.args[0] for call in calls]
    return {str(argument.value) for argument in arguments if isinstance(argument, ast.Constant)}


@pytest.mark.parametrize("language", list(Language))
def test_every_finding_of_the_rules_has_a_sentence_and_the_other_way_round(
    language: Language,
) -> None:
    assert {finding.code for finding in findings()} == codes_of_findings_in_the_rules()
    assert said("finding", language) == codes_of_findings_in_the_rules()


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_of_a_statement_has_a_sentence_and_the_other_way_round(
    language: Language,
) -> None:
    assert {reason.code for reason in reasons()} == said("reason", language)
    deciding = {*repayment.NOTHING_DUE, *repayment.NOT_CLAIMABLE, *repayment.NEEDS_REVIEW}
    assert deciding < said("reason", language)


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_is_complete_with_the_numbers_that_the_rule_carries(
    language: Language,
) -> None:
    sentences = [
        *(text(f"policy.finding.{found.code}", language, **found.numbers) for found in findings()),
        *(text(f"policy.reason.{why.code}", language, **why.numbers) for why in reasons()),
    ]
    for sentence in sentences:
        assert sentence.endswith(".")
        assert not re.search(r"[{}_]|None", sentence)


def test_a_sentence_reads_as_its_language_writes_numbers() -> None:
    reason = statement(date(2028, 4, 1), [TRAJECTORY], POLICY).items[0].reasons[0]
    dutch = text(f"policy.reason.{reason.code}", Language.NL, **reason.numbers)
    english = text(f"policy.reason.{reason.code}", Language.EN, **reason.numbers)
    assert "31 maart 2027" in dutch
    assert "50 % van €\xa02.400,00" in dutch
    assert "50 % of €2,400.00" in english
