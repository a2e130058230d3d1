"""From stored facts to the items of a statement; the same facts and policy always give the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from adapter.subjects.leaving import commitment_terms
from adapter.subjects.leaving.trajectories import Granted, Trajectories
from policy import repayment
from policy.model import Number, Reason, RepaymentItem, RepaymentStatus
from policy.money import euros
from policy.parameters import Policy


@cache
def _facts() -> TypeAdapter[Trajectories]:
    """Built with the first statement that is kept or read; so is the next one."""
    return TypeAdapter(Trajectories)


@cache
def _items() -> TypeAdapter[tuple[RepaymentItem, ...]]:
    return TypeAdapter(tuple[RepaymentItem, ...])


COMPLETION_UNKNOWN = "completion_day_unknown"
CLAIMED_EARLIER = "claimed_earlier"


def items(exit_on: date, trajectories: Trajectories, policy: Policy) -> tuple[RepaymentItem, ...]:
    """One item per trajectory: those under the policy, then the existing commitments."""
    granted = trajectories.granted
    under_policy = repayment.statement(exit_on, (one.facts for one in granted), policy).items
    reviewed = (_review(item, one) for item, one in zip(under_policy, granted, strict=True))
    promised = (
        commitment_terms.item_under_own_terms(exit_on, one.facts) for one in trajectories.promised
    )
    return (*reviewed, *promised)


def _review(item: RepaymentItem, granted: Granted) -> RepaymentItem:
    """Completed on a day that nobody knows: the term cannot be told, so HR must find the day. Who
    left before and came back may have paid: a cost is due once, and HR judges what is left."""
    if granted.completion_unknown:
        item = _to_review(item, COMPLETION_UNKNOWN, {})
    if granted.claimed_earlier_cents:
        item = _to_review(item, CLAIMED_EARLIER, {"claimed": euros(granted.claimed_earlier_cents)})
    return item


def _to_review(item: RepaymentItem, code: str, numbers: Mapping[str, Number]) -> RepaymentItem:
    if item.computed_cents == 0:
        return item
    extra = Reason(code, repayment.CLAUSE, {**item.reasons[0].numbers, **numbers})
    if item.status is not RepaymentStatus.CLAIMABLE:
        return replace(item, reasons=(*item.reasons, extra))
    return replace(
        item,
        status=RepaymentStatus.NEEDS_REVIEW,
        claimable_cents=0,
        reasons=(extra, *item.reasons),
    )


def written(trajectories: Trajectories) -> dict[str, Any]:
    """The facts as JSON holds them, in the register."""
    plain: dict[str, Any] = _facts().dump_python(trajectories, mode="json")
    return plain


def read(plain: object) -> Trajectories:
    return _facts().validate_python(plain)


def without_words(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as `written`, without what people typed: the same items follow from them. A
    trajectory goes by its id then."""
    granted, promised = plain["granted"], plain["promised"]
    return {
        **plain,
        "granted": [{**one, "title": one["facts"]["trajectory_id"]} for one in granted],
        "promised": [
            {
                "title": one["facts"]["trajectory_id"],
                "facts": {
                    **one["facts"],
                    "terms": commitment_terms.without_words(one["facts"]["terms"]),
                },
            }
            for one in promised
        ],
    }


def items_written(found: tuple[RepaymentItem, ...]) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = _items().dump_python(found, mode="json")
    return plain


def items_read(plain: object) -> tuple[RepaymentItem, ...]:
    return _items().validate_python(plain)
