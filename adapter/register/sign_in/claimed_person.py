"""Who it is of whom the identity provider tells, and as what: by the employee number or the work
address, never by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from adapter.ground.store.tables.people import EmployeeRow
from adapter.register.keys import Role
from adapter.register.people import known_employee
from adapter.register.sign_in.browser_sessions import Way
from adapter.register.sign_in.refusals import SignInRefused, Why
from adapter.register.sign_in.rights import may_come_in, why_kept_out
from adapter.register.work_mails import work_mails
from config.settings import OpenidSettings

Claims = Mapping[str, Any]


def person_of(connection: Connection, claims: Claims, settings: OpenidSettings, today: date) -> str:
    """The employee number. Raises `SignInRefused`."""
    if settings.employee_claim is not None:
        return _by_number(connection, claims.get(settings.employee_claim), today)
    return _by_address(connection, claims, settings.email_claim, today)


def claimed_roles(claims: Claims, settings: OpenidSettings) -> frozenset[Role]:
    """Those of the groups that the settings name; other groups say nothing."""
    told = claims.get(settings.roles_claim)
    groups = told if isinstance(told, list) else [told]
    return frozenset(
        Role(settings.roles[group])
        for group in groups
        if isinstance(group, str) and group in settings.roles
    )


def leaves_groups_out(claims: Claims, settings: OpenidSettings) -> bool:
    """Whether the provider says that somebody has groups without saying which: Entra ID does, of
    who has more than 200."""
    elsewhere = claims.get("_claim_names")
    return isinstance(elsewhere, dict) and settings.roles_claim in elsewhere


def _by_number(connection: Connection, told: object, today: date) -> str:
    number = str(told).strip() if isinstance(told, str | int) else ""
    if not number:
        raise _unknown("no employee number in the token")
    if not known_employee(connection, number):
        raise _unknown("employee number not in the register")
    return _in_service(connection, [number], today)


def _by_address(connection: Connection, claims: Claims, name: str, today: date) -> str:
    told = claims.get(name)
    if not isinstance(told, str) or not told.strip():
        raise _unknown("no work address in the token")
    if claims.get("email_verified") in (False, "false"):
        raise _unknown("work address not verified")
    return _in_service(connection, _with_address(connection, told.strip().lower()), today)


def _with_address(connection: Connection, address: str) -> list[str]:
    in_hris = select(EmployeeRow.employee_id).where(
        func.lower(func.trim(EmployeeRow.email)) == address
    )
    elsewhere = work_mails(connection).items()
    return [
        *connection.execute(in_hris).scalars(),
        *(number for number, mail in elsewhere if mail.lower() == address),
    ]


def _in_service(connection: Connection, numbers: list[str], today: date) -> str:
    present = [number for number in numbers if may_come_in(connection, number, today)]
    if len(present) == 1:
        return present[0]
    if present:
        raise SignInRefused(Way.OPENID, Why.TWO_PERSONS)
    if len(numbers) == 1:
        why = why_kept_out(connection, numbers[0], today)
        raise SignInRefused(Way.OPENID, why, numbers[0])
    raise SignInRefused(Way.OPENID, Why.LEFT) if numbers else _unknown("work address not known")


def _unknown(detail: str) -> SignInRefused:
    return SignInRefused(Way.OPENID, Why.UNKNOWN_PERSON, detail=detail)
