"""What leaving on a day would cost an employee, asked on a page; nothing of it is kept (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from adapter.doors.pages.form_values import Errors
from adapter.doors.pages.shown import say
from adapter.doors.web import current
from adapter.subjects.leaving.sentences import reason_sentence
from adapter.subjects.requests.acts import Act
from adapter.views.overview.own_learning import if_leaving_on
from policy.model import RepaymentItem


@dataclass(frozen=True, slots=True)
class IfLeaving:
    """`asked` is what the field shows. `day` is None when no day was asked for, or none that is."""

    asked: str
    day: date | None
    errors: Errors
    items: tuple[RepaymentItem, ...]

    @property
    def claimable_cents(self) -> int:
        return sum(item.claimable_cents for item in self.items)

    def reasons(self, item: RepaymentItem) -> str:
        return " ".join(reason_sentence(one, current.language()) for one in item.reasons)


def if_leaving(act: Act, employee_id: str) -> IfLeaving:
    """Of the day that is in the address."""
    asked = request.args.get("vertrek", "")
    if not asked:
        return IfLeaving(act.today.isoformat(), None, {}, ())
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return IfLeaving(asked, None, {"vertrek": say("form.no_day")}, ())
    return IfLeaving(asked, day, {}, if_leaving_on(act, employee_id, day))
