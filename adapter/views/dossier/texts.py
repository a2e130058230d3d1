"""What the dossier says, from the texts of `tranches`: one place for its reports and its sheet."""

from __future__ import annotations

from datetime import date

from adapter.ground.rendering.content import Cell, Column, Kind
from adapter.ground.store.tables.rulings import RequestDecisionRow, RequestProposalRow
from adapter.register.people import full_name
from adapter.views.dossier.dossier import Dossier, DossierEntry
from config.catalogue import Language, text
from policy.capacity import Month
from policy.days import amsterdam_day
from policy.model import Finding
from policy.money import euros
from policy.weighing import Criterion, PriorityClass

Ruling = RequestProposalRow | RequestDecisionRow


def say(key: str, language: Language, /, **numbers: object) -> str:
    return text(f"tranches.{key}", language, **numbers)


def column(name: str, language: Language, kind: Kind = Kind.TEXT) -> Column:
    return Column(name, say(f"column.{name}", language), kind)


def yes_no(value: object, language: Language) -> str | None:
    return None if value is None else say("word.yes" if value else "word.no", language)


def outcome(row: Ruling | None, language: Language) -> str | None:
    return None if row is None else say(f"outcome.{row.outcome}", language)


def priority(entry: DossierEntry, language: Language) -> str | None:
    if entry.ranked is None:
        return None
    necessary = entry.ranked.priority is PriorityClass.NECESSARY
    return say("word.necessary" if necessary else "word.other", language)


def points(entry: DossierEntry) -> int | None:
    return None if entry.ranked is None else entry.ranked.points


def criterion(one: Criterion, language: Language) -> str:
    return say(f"criterion.{one}", language)


def consequence(finding: Finding, language: Language) -> str:
    return text(f"procedure.finding.{finding.code}", language, **finding.numbers)


def people(dossier: Dossier, entry: DossierEntry, language: Language) -> str:
    """Everybody in a request by name; how many are planned where it names nobody."""
    if entry.row.collective:
        return say("page.collective", language, count=entry.row.planned_participants or 0)
    return ", ".join(dossier.staff.name(one) for one in entry.row.employee_ids)


def proposal(row: RequestProposalRow | None, language: Language) -> str:
    if row is None:
        return say("page.none", language)
    return _ruling(row, row.proposed_by, amsterdam_day(row.proposed_at), language)


def decision(row: RequestDecisionRow | None, language: Language) -> str:
    if row is None:
        return say("page.none", language)
    return _ruling(row, row.decided_by, row.decided_on, language)


def _ruling(row: Ruling, by: str, on: date, language: Language) -> str:
    """With who, when and why (P8)."""
    how = outcome(row, language)
    return say("page.ruling", language, outcome=how, by=by, on=on, reason=row.reason)


def bundled(entry: DossierEntry, language: Language) -> str | None:
    """The other requests for this training, and the numbers of one in-company course."""
    one = entry.bundle
    if one is None:
        return None
    numbers = {"others": len(one.asks) - 1, "participants": one.participants}
    if one.in_company_cents is None:
        return say("page.overlap", language, **numbers)
    return say(
        "page.overlap_cheaper" if one.cheaper else "page.overlap_dearer",
        language,
        apart=euros(one.apart_cents),
        in_company=euros(one.in_company_cents),
        sessions=one.sessions,
        **numbers,
    )


def above_the_norm(dossier: Dossier, entry: DossierEntry, language: Language) -> str | None:
    """Who would go above the hours norm, in which year and by how much."""
    above = [
        say(
            "page.above",
            language,
            employee=dossier.staff.name(one.employee_id),
            year=one.hours.year,
            excess=one.hours.excess,
        )
        for one in entry.norm
        if one.hours.excess
    ]
    return "; ".join(above) or None


def month(one: Month, language: Language) -> str:
    """In words: `februari 2027`."""
    return say("word.month", language, month=one.first_day)


def team(dossier: Dossier, manager_id: str) -> str:
    """A team is known by its department and who leads it."""
    row = dossier.staff.people.get(manager_id)
    if row is None:
        return manager_id
    return full_name(row) if not row.department else f"{row.department} ({full_name(row)})"


def team_of(dossier: Dossier, entry: DossierEntry) -> str:
    """Of the people in a request; of who asks it where it names nobody."""
    managers = {dossier.staff.manager_of(one) for one in entry.row.employee_ids} - {None}
    only = managers.pop() if len(managers) == 1 else None
    return team(dossier, only or entry.row.submitted_by)


def manager(dossier: Dossier, entry: DossierEntry) -> Cell:
    return dossier.staff.name(entry.row.submitted_by)
