"""Who and what findings are about, in names that lead to the pages where something can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, true

from adapter.ground.parts import Parts
from adapter.ground.rendering.linked_text import linked
from adapter.ground.store.tables.courses import CourseRow
from adapter.ground.store.tables.people import EmployeeRow, LmsUserRow
from adapter.register.people import in_chunks
from connectors.ports import Lms


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of our pages and of the LMS; None where nobody said under which people reach them."""

    pages: str | None = None
    lms: Lms | None = None

    def employee(self, employee_id: str) -> str | None:
        return None if self.pages is None else f"{self.pages}/medewerkers/{employee_id}"

    def course(self, course_id: str) -> str | None:
        return None if self.lms is None else self.lms.page_of_course(course_id)


def addresses_of(parts: Parts) -> Addresses:
    return Addresses(parts.settings.pages.url, parts.lms)


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    manager_id: str | None


class Names:
    """Of the employees and courses of some findings, and of the managers of these; of everybody
    where none are named."""

    def __init__(
        self,
        connection: Connection,
        addresses: Addresses,
        employee_ids: Iterable[str | None] | None = None,
    ) -> None:
        self._addresses = addresses
        self._people: dict[str, _Person] = {}
        if employee_ids is None:
            self._read(connection, true(), true())
        else:
            self._read_some(connection, {one for one in employee_ids if one is not None})
        self._courses = {
            idnumber or shortname: (course_id, full_name)
            for course_id, idnumber, shortname, full_name in connection.execute(
                select(
                    CourseRow.course_id,
                    CourseRow.idnumber,
                    CourseRow.shortname,
                    CourseRow.full_name,
                ).order_by(CourseRow.gone_at.is_(None))
            )
        }

    def employee(self, employee_id: str | None) -> str | None:
        """Number and name, which leads to the page about the employee."""
        if employee_id is None:
            return None
        known = self._people.get(employee_id)
        words = employee_id if known is None else f"{employee_id} {known.name}"
        return linked(words, self._addresses.employee(employee_id))

    def name(self, employee_id: str | None) -> str | None:
        known = None if employee_id is None else self._people.get(employee_id)
        return None if known is None else known.name

    def manager_of(self, employee_id: str | None) -> str | None:
        """The manager's name with the number, since two people can have one name."""
        known = None if employee_id is None else self._people.get(employee_id)
        if known is None or known.manager_id is None:
            return None
        name = self.name(known.manager_id)
        return known.manager_id if name is None else f"{name} ({known.manager_id})"

    def course(self, course_id: str | None) -> str | None:
        """ID number and name, which leads to the course in the LMS."""
        if course_id is None:
            return None
        known = self._courses.get(course_id)
        if known is None:
            return course_id
        in_lms, full_name = known
        words = course_id if full_name == course_id else f"{course_id} {full_name}"
        return linked(words, self._addresses.course(in_lms))

    def _read_some(self, connection: Connection, wanted: set[str]) -> None:
        for some in in_chunks(sorted(wanted)):
            self._read(
                connection, LmsUserRow.employee_id.in_(some), EmployeeRow.employee_id.in_(some)
            )
        managers = {one.manager_id for one in self._people.values() if one.manager_id is not None}
        for some in in_chunks(sorted(managers - self._people.keys())):
            self._read(
                connection, LmsUserRow.employee_id.in_(some), EmployeeRow.employee_id.in_(some)
            )

    def _read(
        self, connection: Connection, accounts: ColumnElement[bool], employees: ColumnElement[bool]
    ) -> None:
        """The HRIS's name before that of the account."""
        of_accounts = select(LmsUserRow.employee_id, LmsUserRow.full_name).where(
            LmsUserRow.employee_id.is_not(None), accounts
        )
        for employee_id, full_name in connection.execute(of_accounts):
            if employee_id is not None:
                self._people[employee_id] = _Person(full_name, None)
        of_hris = select(
            EmployeeRow.employee_id,
            EmployeeRow.given_name,
            EmployeeRow.family_name_prefix,
            EmployeeRow.family_name,
            EmployeeRow.manager_id,
        ).where(employees)
        for employee_id, given, prefix, family, manager_id in connection.execute(of_hris):
            name = " ".join(part for part in (given, prefix, family) if part)
            self._people[employee_id] = _Person(name, manager_id)
