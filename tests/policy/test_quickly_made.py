"""Objects that are made quickly are those of any frozen dataclass."""

from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace

import pytest

from policy import model
from policy.model import Finding, Severity
from policy.quickly_made import quickly_made

QUICKLY = [
    kind
    for kind in vars(model).values()
    if isinstance(kind, type) and is_dataclass(kind) and "own" in kind.__init__.__code__.co_varnames
]


@dataclass(frozen=True)
class Ordinary:
    one: int
    two: str = "two"
    three: dict[str, int] = field(default_factory=dict)


@quickly_made
@dataclass(frozen=True)
class Quick:
    one: int
    two: str = "two"
    three: dict[str, int] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("given", "by_name"),
    [((1,), {}), ((1, "b"), {}), ((1, "b", {"c": 3}), {}), ((), {"one": 1, "three": {"d": 4}})],
)
def test_its_members_are_what_dataclass_makes_of_them(given: tuple, by_name: dict) -> None:  # type: ignore[type-arg]
    ordinary, quick = Ordinary(*given, **by_name), Quick(*given, **by_name)
    assert vars(ordinary) == vars(quick)
    assert repr(quick) == repr(ordinary).replace("Ordinary", "Quick")
    assert quick == Quick(*given, **by_name)
    assert replace(quick, one=2) != quick


@pytest.mark.parametrize("given", [(), (1, "b", {}, 4)])
def test_too_few_and_too_many_members_are_refused(given: tuple) -> None:  # type: ignore[type-arg]
    with pytest.raises(TypeError, match="__init__"):
        Quick(*given)


def test_it_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Quick(1).one = 2  # type: ignore[misc]


def test_a_default_that_is_made_is_of_one_object_alone() -> None:
    first, second = Finding("a", Severity.INFO, "b"), Finding("a", Severity.INFO, "b")
    assert first.numbers == second.numbers == {}
    assert first.numbers is not second.numbers


def test_the_answers_of_the_rules_are_made_so() -> None:
    names = {kind.__name__ for kind in QUICKLY}
    assert {"EnrolmentDecision", "Finding", "YearHours", "RepaymentItem"} <= names
    assert all(fields(kind) for kind in QUICKLY)
