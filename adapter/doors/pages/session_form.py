"""The form of an in-company session: to plan one, and to change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.doors.messages.in_company_sessions import (
    MOST_DAYS,
    InCompanySessionChange,
    InCompanySessionIn,
)
from adapter.doors.pages.form_values import FormField, WrongForm, read_form, refused
from adapter.ground.spreadsheets import cells
from adapter.ground.store.tables.in_company import InCompanySessionRow
from adapter.register.participation import days_of
from adapter.subjects.requests.refusals import WrongFields
from policy.money import euros

_ABOUT_ALL = (
    FormField("cursus", "/courseId"),
    FormField("plaats", "/place"),
    FormField("plaatsen", "/capacity", cells.whole),
    FormField("aanmelden-tot", "/signUpClosesDate", cells.day),
    FormField("prijs", "/priceEur", cells.two_places),
    FormField("deelnemers", "/plannedParticipants", cells.whole),
    FormField("afspraken", "/absenceTerms"),
)
_OF_A_CHANGE = _ABOUT_ALL[1:]
_DAYS_TOGETHER = (FormField("dag-1", "/days"),)
FEWEST_ROWS, MORE_ROWS = 3, 5


def planned(form: Mapping[str, Any]) -> InCompanySessionIn:
    """Raises `WrongForm`."""
    days = _days(form)
    fields = (*_ABOUT_ALL, *_day_fields(days))
    return read_form(fields, {**form, **days}, InCompanySessionIn, beside=_DAYS_TOGETHER)


def changed(form: Mapping[str, Any]) -> InCompanySessionChange:
    """All that can be changed, since the form shows all of it; price and terms can be emptied.
    Raises `WrongForm`."""
    days = _days(form)
    return read_form(
        (*_OF_A_CHANGE, *_day_fields(days)),
        {**form, **days},
        InCompanySessionChange,
        beside=_DAYS_TOGETHER,
        days=[],
        priceEur=None,
        absenceTerms=None,
    )


def refused_session(form: Mapping[str, Any], refusal: WrongFields) -> WrongForm:
    """What the register refused, by field."""
    return refused((*_ABOUT_ALL, *_day_fields(_days(form)), *_DAYS_TOGETHER), refusal)


def filled_in(form: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, to show it again; days without a gap."""
    return {name: str(form.get(name, "")) for name in _names()} | _days(form)


def as_it_is(row: InCompanySessionRow) -> dict[str, str]:
    values = {
        "cursus": row.course_id,
        "plaats": row.place,
        "plaatsen": str(row.capacity),
        "aanmelden-tot": row.sign_up_closes_on.isoformat(),
        "prijs": "" if row.price_cents is None else _typed(euros(row.price_cents)),
        "deelnemers": str(row.planned_participants),
        "afspraken": row.absence_terms or "",
    }
    for number, day in enumerate(days_of(row), 1):
        values |= {
            f"dag-{number}": day.on.isoformat(),
            f"uren-{number}": _typed(f"{day.hours:.2f}"),
        }
    return values


def empty() -> dict[str, str]:
    return dict.fromkeys(_names(), "")


def rows_for(values: Mapping[str, str], *, more: bool = False) -> int:
    """How many lines for a day the form has: one to spare, and some more when asked for."""
    filled = sum(name.startswith("dag-") for name in values)
    return min(max(FEWEST_ROWS, filled + (MORE_ROWS if more else 1)), MOST_DAYS)


def _typed(number: str) -> str:
    """As people type it: 16, or 7,50."""
    return number.removesuffix(".00").replace(".", ",")


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in _ABOUT_ALL)


def _days(form: Mapping[str, Any]) -> dict[str, str]:
    """The lines in which something stands, numbered from 1."""
    lines = (
        (str(form.get(f"dag-{at}", "")).strip(), str(form.get(f"uren-{at}", "")).strip())
        for at in range(1, MOST_DAYS + 1)
    )
    days: dict[str, str] = {}
    for number, (day, hours) in enumerate((line for line in lines if any(line)), 1):
        days |= {f"dag-{number}": day, f"uren-{number}": hours}
    return days


def _day_fields(days: Mapping[str, str]) -> list[FormField]:
    fields: list[FormField] = []
    for at in range(len(days) // 2):
        fields += [
            FormField(f"dag-{at + 1}", f"/days/{at}/date", cells.day),
            FormField(f"uren-{at + 1}", f"/days/{at}/hours", cells.two_places),
        ]
    return fields
